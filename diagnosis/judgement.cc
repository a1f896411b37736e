#include "diagnosis/judgement.h"

#include <algorithm>
#include <utility>

#include "config/expectation.h"
#include "diagnosis/answer.h"

namespace dialwatch::diagnosis {
namespace {

using Answers = std::vector<std::string>;

// Clocks, rounding, and the time that a reply takes.
constexpr Duration kSlack = std::chrono::seconds(30);

// While the authority cannot be asked, its last word is the measure for this long; later it may have changed its mind.
constexpr Duration kLastWordCounts = std::chrono::hours(1);

// One name and type with all that its answers are held against. References are valid for the call only.
struct Case {
  const config::Dialer& dialer;
  const NameView& name;
  Reference reference;
  config::Expectation expectation;
};

Verdict JudgeAuthority(const Case& c, const DnsSample& sample) {
  if (Fails(sample)) return Verdict::kFailing;
  if (!IsAuthoritative(sample)) return Verdict::kUnknown;
  const Answers answers = AnswerSet(sample);
  if (c.expectation.exists()) return c.expectation.Meets(answers) ? Verdict::kOk : Verdict::kUnexpected;
  // a dialer is expected to have some address, though not one of every type that is watched; one that it had is missed
  const bool missing = sample.rcode == probes::kRcodeNxDomain ||
                       (answers.empty() && (c.dialer.types.size() == 1 || c.name.history.HadAnswers()));
  return missing ? Verdict::kUnexpected : Verdict::kOk;
}

bool RepeatsAuthority(const Case& c, const Answers& answers) {
  const auto& now = c.reference.answers;
  if (c.reference.known()) return std::find(now.begin(), now.end(), answers) != now.end();
  const HistoryEntry* last_word = c.name.history.Newest();
  return last_word != nullptr && last_word->answers == answers;
}

// Whether the authority, or `expect`, would have this name exist; nothing where neither can tell.
std::optional<bool> ShouldExist(const Case& c, TimePoint at) {
  if (c.reference.known()) return c.reference.exists();
  if (c.expectation.exists()) return true;
  if (c.name.authorities.empty()) return std::nullopt;  // not asked yet: its word is on the way
  const HistoryEntry* last_word = c.name.history.Newest();
  if (last_word == nullptr || at > last_word->last_seen + kLastWordCounts) return std::nullopt;
  return !last_word->answers.empty();
}

// Whether a past answer may still be out there: within the TTL it had. Where that TTL was above the policy's limit, the
// copy must be gone within the limit all the same: a day's TTL that the authority gave for a moment excuses nobody who
// serves the answer for a day.
bool MayStillBeOut(const Case& c, const HistoryEntry& past, const DnsSample& sample) {
  const TimePoint cached_until = c.name.history.CachedUntil(past);
  if (past.ttl <= c.dialer.ttl_max) return sample.at <= cached_until + kSlack;
  return sample.at + CopyTtl(sample) <= cached_until - past.ttl + c.dialer.ttl_max + kSlack;
}

// The order is that of the table in docs/findings.md.
Verdict JudgeResolver(const Case& c, const DnsSample& sample) {
  if (Fails(sample)) return Verdict::kFailing;
  const Answers answers = AnswerSet(sample);
  if (RepeatsAuthority(c, answers) || c.expectation.Meets(answers)) return Verdict::kOk;
  if (const HistoryEntry* past = c.name.history.Find(answers)) {
    if (MayStillBeOut(c, *past, sample)) return Verdict::kPropagating;
    if (!answers.empty()) return Verdict::kStale;
  }
  const auto should_exist = ShouldExist(c, sample.at);
  if (!should_exist) return Verdict::kUnknown;
  if (!answers.empty()) return Verdict::kBogus;
  return *should_exist ? Verdict::kDenied : Verdict::kUnknown;
}

std::optional<TimePoint> HealsAt(const Case& c, const DnsSample& sample, Verdict verdict) {
  if (CopyTtl(sample).count() == 0) return std::nullopt;  // no copy: it is made up anew each time
  const TimePoint expiry = sample.at + CopyTtl(sample);
  switch (verdict) {
    case Verdict::kPropagating: {
      const auto* past = c.name.history.Find(AnswerSet(sample));
      return std::min(expiry, past == nullptr ? expiry : c.name.history.CachedUntil(*past));
    }
    case Verdict::kStale:
    case Verdict::kDenied:
    case Verdict::kBogus:
      return expiry;
    default:
      return std::nullopt;
  }
}

void JudgeName(const Case& c, std::vector<Judgement>& out) {
  for (const DnsSeries& series : c.name.authorities) {
    out.push_back({c.dialer.name, series.newest, JudgeAuthority(c, *series.newest), std::nullopt});
  }
  for (const DnsSeries& series : c.name.resolvers) {
    const Verdict verdict = JudgeResolver(c, *series.newest);
    out.push_back({c.dialer.name, series.newest, verdict, HealsAt(c, *series.newest, verdict)});
  }
}

}  // namespace

std::string_view FormatVerdict(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOk:
      return "ok";
    case Verdict::kPropagating:
      return "propagating";
    case Verdict::kStale:
      return "stale";
    case Verdict::kDenied:
      return "denied";
    case Verdict::kFailing:
      return "failing";
    case Verdict::kBogus:
      return "bogus";
    case Verdict::kUnexpected:
      return "unexpected";
    case Verdict::kUnknown:
      return "unknown";
  }
  return "unknown";
}

bool Reference::exists() const {
  return std::any_of(answers.begin(), answers.end(), [](const Answers& each) { return !each.empty(); });
}

Reference ReferenceOf(const NameView& name) {
  Reference reference;
  for (const DnsSeries& series : name.authorities) {
    if (!IsAuthoritative(*series.newest)) continue;
    Answers answers = AnswerSet(*series.newest);
    auto& known = reference.answers;
    if (std::find(known.begin(), known.end(), answers) == known.end()) known.push_back(std::move(answers));
    for (const probes::DnsRecord& record : series.newest->answers) {
      reference.ttl = std::max(reference.ttl.value_or(std::chrono::seconds(0)), std::chrono::seconds(record.ttl));
    }
  }
  return reference;
}

std::vector<Judgement> Judge(const Picture& picture, const Settings& settings) {
  std::vector<Judgement> judgements;
  for (const config::Dialer& dialer : settings.dialers) {
    for (const RecordType type : dialer.types) {
      if (const NameView* name = picture.Find({dialer.host, type})) {
        JudgeName({dialer, *name, ReferenceOf(*name), config::Expectation(dialer, type)}, judgements);
      }
    }
  }
  return judgements;
}

}  // namespace dialwatch::diagnosis
