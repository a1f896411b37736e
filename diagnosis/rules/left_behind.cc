#include "diagnosis/rules/left_behind.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "diagnosis/dns/answer.h"
#include "diagnosis/rules/call_words.h"
#include "diagnosis/rules/media_words.h"

namespace dialwatch::diagnosis {
namespace {

// Secondaries that have a change no later than this do as all secondaries.
constexpr Duration kFetched = std::chrono::minutes(1);

bool Has(const std::vector<std::string>& answers, const std::string& address) {
  return std::ranges::find(answers, address) != answers.end();
}

// When the last copy of a past answer is gone: dns-propagating goes no further than the limit either.
TimePoint CopiesUntil(const NameHistory& history, const HistoryEntry& past, const config::Dialer& dialer) {
  const TimePoint until = history.CachedUntil(past);
  return past.ttl <= dialer.ttl_max ? until : until - past.ttl + dialer.ttl_max;
}

bool MovedLately(const Situation& situation, const config::Dialer& dialer) {
  return std::ranges::any_of(dialer.types, [&](RecordType type) {
    const NameView* name = situation.picture.Find({dialer.host, type});
    if (name == nullptr || name->authorities.empty()) return false;
    return std::ranges::any_of(name->history.entries(), [&](const HistoryEntry& entry) {
      return entry.answers != name->history.Newest()->answers &&
             CopiesUntil(name->history, entry, dialer) >= situation.now;
    });
  });
}

// Somebody leads callers to an address where the dialer does not echo.
struct Lead {
  std::string resolver, address;
  TimePoint since;
};
using Leads = std::map<const DialerCase*, std::vector<Lead>>;

Leads LeadsAstray(const Situation& situation, const std::vector<DialerCase>& cases) {
  Leads leads;
  for (const MediaCase& media : MediaCasesOf(situation, cases)) {
    for (const auto& [resolver, wrong] : media.echo.misdirected) {
      for (const TrainSeries* each : wrong) {
        leads[media.dialer].push_back({resolver, each->newest->subject.address.address.ToString(), AstraySince(*each)});
      }
    }
  }
  for (const CallCase& called : CallCasesOf(situation, cases)) {
    for (const CallSeries* each : called.lost) {
      const probes::CallSubject& subject = each->newest->call.subject;
      for (const std::string& resolver : subject.resolved_via) {
        leads[called.dialer].push_back({resolver, subject.address.address.ToString(), each->mute.since});
      }
    }
  }
  return leads;
}

// DNS has something against this resolver's copy.
bool IsBlamed(const DialerCase& dialer, const Lead& lead) {
  return std::ranges::any_of(dialer.judgements, [&](const Judgement& judgement) {
    return IsOf(judgement, lead.resolver) && IsWrong(judgement.verdict) &&
           Has(AnswersOf(*judgement.sample), lead.address);
  });
}

void Add(const Situation& situation, const Lead& lead, LeftBehind& left) {
  const config::Dialer& dialer = left.dialer.dialer;
  for (const RecordType type : dialer.types) {
    const NameView* name = situation.picture.Find({dialer.host, type});
    if (name == nullptr || name->authorities.empty() || Has(name->history.Newest()->answers, lead.address)) continue;
    for (const HistoryEntry& past : name->history.entries()) {
      const TimePoint until = CopiesUntil(name->history, past, dialer);
      if (!Has(past.answers, lead.address) || until < situation.now) continue;
      left.zone = name->authorities.front().newest->via.name;
      left.since = left.old.empty() ? lead.since : std::min(left.since, lead.since);
      left.old.insert(lead.address);
      left.resolvers.insert(lead.resolver);
      left.was_split = left.was_split || name->history.Newest()->first_seen + kFetched < past.last_seen;
      left.given_until = std::max(left.given_until, name->history.CachedUntil(past) - past.ttl);
      left.until = std::max(left.until, until);
      left.ttl = std::max(left.ttl, past.ttl);
    }
  }
}

}  // namespace

std::vector<LeftBehind> FindLeftBehind(const Situation& situation) {
  const auto cases = CasesOf(situation);
  std::vector<DialerCase> moved;
  std::ranges::copy_if(cases, std::back_inserter(moved),
                       [&](const DialerCase& each) { return MovedLately(situation, each.dialer); });
  std::vector<LeftBehind> all;
  for (const auto& [dialer, leads] : LeadsAstray(situation, moved)) {
    LeftBehind left{*dialer};
    for (const Lead& lead : leads) {
      if (!IsBlamed(*dialer, lead)) Add(situation, lead, left);
    }
    if (!left.old.empty()) all.push_back(std::move(left));
  }
  return all;
}

Finding AboutLeftBehind(const LeftBehind& left) {
  Finding finding;
  finding.subject.dialer = left.dialer.dialer.name;
  finding.subject.authority = left.zone;
  finding.affected = {finding.subject.dialer};
  finding.since = left.since;
  finding.eta = left.until;
  finding.evidence = EvidenceFor(left.dialer, [&](const Judgement& judgement) {
    return !IsAuthority(judgement) && left.resolvers.contains(judgement.sample->via.name);
  });
  return finding;
}

}  // namespace dialwatch::diagnosis
