#include "diagnosis/rules/dns_content.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/duration_text.h"
#include "config/expectation.h"
#include "diagnosis/advice.h"
#include "diagnosis/answer.h"
#include "diagnosis/evidence.h"

namespace dialwatch::diagnosis {
namespace {

// One judgement with what it was held against, to be put into a sentence.
struct Exhibit {
  const Situation& situation;
  const config::Dialer& dialer;
  const Judgement& judgement;

  const DnsSample& sample() const { return *judgement.sample; }
  const std::string& host() const { return dialer.host; }
  std::string answer() const { return AnswerText(sample()); }
  const NameView& name() const { return *situation.picture.Find({sample().host, sample().type}); }
  // "198.51.100.11", or the authority's last word where it says nothing now; empty where there was none.
  std::string reference() const {
    const Reference now = ReferenceOf(name());
    const HistoryEntry* last_word = name().history.Newest();
    if (now.known() || last_word == nullptr) return ReferenceText(now);
    return AnswerText(last_word->answers);
  }
};

using Sentence = std::string (*)(const Exhibit&);

// The wrong samples of one dialer by the name of whom was asked: a resolver, or an authority's zone.
std::map<std::string, std::vector<const Judgement*>> ByVia(const DialerCase& dialer, Verdict verdict) {
  std::map<std::string, std::vector<const Judgement*>> groups;
  for (const Judgement& judgement : dialer.judgements) {
    if (judgement.verdict == verdict) groups[judgement.sample->via.name].push_back(&judgement);
  }
  return groups;
}

// The copy that lives the longest speaks for the others.
const Judgement& WorstOf(const std::vector<const Judgement*>& wrong) {
  return **std::max_element(wrong.begin(), wrong.end(),
                            [](const Judgement* a, const Judgement* b) { return a->eta < b->eta; });
}

TimePoint EarliestOf(const std::vector<const Judgement*>& wrong) {
  TimePoint earliest = wrong.front()->sample->at;
  for (const Judgement* judgement : wrong) earliest = std::min(earliest, judgement->sample->at);
  return earliest;
}

// One finding for each dialer and via whose samples have this verdict.
std::vector<Finding> FindVerdict(const Situation& situation, Verdict verdict, Sentence sentence) {
  std::vector<Finding> findings;
  for (const DialerCase& dialer : CasesOf(situation)) {
    for (const auto& [via, wrong] : ByVia(dialer, verdict)) {
      const Judgement& worst = WorstOf(wrong);
      Finding finding;
      finding.subject.dialer = dialer.dialer.name;
      (IsAuthority(worst) ? finding.subject.authority : finding.subject.resolver) = via;
      finding.since = EarliestOf(wrong);
      finding.summary = sentence({situation, dialer.dialer, worst}) + LifeLeft(worst.eta, situation.now);
      finding.evidence = EvidenceFor(dialer, [&, &name = via](const Judgement& judgement) {
        return judgement.verdict == verdict && judgement.sample->via.name == name;
      });
      finding.affected = {dialer.dialer.name};
      finding.eta = worst.eta;
      if (!IsAuthority(worst)) finding.advice = AdviceOnWrongCopy(via, dialer, situation.settings);
      findings.push_back(std::move(finding));
    }
  }
  return findings;
}

std::string SayUnexpected(const Exhibit& exhibit) {
  const config::Expectation expectation(exhibit.dialer, exhibit.sample().type);
  if (!expectation.exists()) {
    return fmt::format("the authority of {} denies {} ({}): no client can find this dialer", exhibit.sample().via.name,
                       exhibit.host(), exhibit.answer());
  }
  return fmt::format("the authority of {} gives {} for {}, where {} is expected", exhibit.sample().via.name,
                     exhibit.answer(), exhibit.host(), expectation.ToString());
}

std::string SayBogus(const Exhibit& exhibit) {
  const std::string said =
      fmt::format("{} gives {} for {}, which ", exhibit.sample().via.name, exhibit.answer(), exhibit.host());
  if (const std::string reference = exhibit.reference(); !reference.empty()) {
    return said + fmt::format("neither the authority ({}) nor history knows", reference);
  }
  return said + fmt::format("is not what is expected ({})",
                            config::Expectation(exhibit.dialer, exhibit.sample().type).ToString());
}

// "198.51.100.7 for d1.example.com, which the authority gave until 2020-08-31T12:00:00Z with a TTL of 5m"
std::string PastAnswer(const Exhibit& exhibit) {
  const HistoryEntry& past = *exhibit.name().history.Find(AnswerSet(exhibit.sample()));
  return fmt::format("{} for {}, which the authority gave until {} with a TTL of {}", exhibit.answer(), exhibit.host(),
                     base::FormatRfc3339(std::chrono::floor<std::chrono::seconds>(past.last_seen)),
                     base::DescribeDuration(past.ttl));
}

std::string SayStale(const Exhibit& exhibit) {
  return fmt::format("{} still gives {}; right is {}", exhibit.sample().via.name, PastAnswer(exhibit),
                     exhibit.reference());
}

std::string SayPropagating(const Exhibit& exhibit) {
  return fmt::format("{} still gives {}, as it may; now it is {}", exhibit.sample().via.name, PastAnswer(exhibit),
                     exhibit.reference());
}

std::string SayDenied(const Exhibit& exhibit) {
  const std::string denial =
      exhibit.sample().rcode == probes::kRcodeNxDomain
          ? fmt::format("{} does not exist (NXDOMAIN)", exhibit.host())
          : fmt::format("{} has no {} record (NODATA)", exhibit.host(), base::FormatRecordType(exhibit.sample().type));
  const std::string reference = exhibit.reference();
  return fmt::format("{} says that {}, while {}", exhibit.sample().via.name, denial,
                     reference.empty()
                         ? config::Expectation(exhibit.dialer, exhibit.sample().type).ToString() + " is expected"
                         : "the authority gives " + reference);
}

}  // namespace

std::vector<Finding> DnsUnexpected(const Situation& situation) {
  auto findings = FindVerdict(situation, Verdict::kUnexpected, SayUnexpected);
  for (Finding& finding : findings) {
    finding.advice = {
        fmt::format("look for a recent change of {} at its DNS hoster and undo it", finding.subject.authority),
        "where the change is meant, correct `expect` of the dialer in the config",
        "resolvers keep the wrong answer for its TTL: flush them once the authority is right"};
  }
  return findings;
}

std::vector<Finding> DnsBogus(const Situation& situation) {
  return FindVerdict(situation, Verdict::kBogus, SayBogus);
}

std::vector<Finding> DnsStale(const Situation& situation) {
  return FindVerdict(situation, Verdict::kStale, SayStale);
}

std::vector<Finding> DnsDenied(const Situation& situation) {
  return FindVerdict(situation, Verdict::kDenied, SayDenied);
}

std::vector<Finding> DnsPropagating(const Situation& situation) {
  auto findings = FindVerdict(situation, Verdict::kPropagating, SayPropagating);
  for (Finding& finding : findings) {
    finding.advice = {"wait, if the change is meant: the copy leaves the cache by itself",
                      "keep the old address working until then"};
  }
  return findings;
}

}  // namespace dialwatch::diagnosis
