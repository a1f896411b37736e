#include "diagnosis/rules/ttl_copies.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/duration_text.h"
#include "diagnosis/advice.h"
#include "diagnosis/answer.h"
#include "diagnosis/evidence.h"

namespace dialwatch::diagnosis {
namespace {

using base::DescribeDuration;
using std::chrono::seconds;

constexpr seconds kSlack{2};  // clocks and rounding

// A copy in a resolver's cache, with what the authority says about its name.
struct Copy {
  const config::Dialer& dialer;
  const NameView& name;
  const DnsSample& sample;

  seconds ttl() const { return CopyTtl(sample); }
  TimePoint expiry() const { return sample.at + ttl(); }
  seconds longest_past_ttl() const { return name.history.LongestTtl(sample.at); }
  // Of any link at any server; nothing where the authority gives no answer now, for then nothing can be said.
  std::optional<seconds> ttl_now() const {
    const Reference reference = ReferenceOf(name);
    return reference.exists() ? reference.ttl : std::nullopt;
  }
  seconds longest_ttl() const { return std::max(longest_past_ttl(), ttl_now().value_or(seconds(0))); }
};

// The cheap question comes first: most copies are short.
bool IsImpossible(const Copy& copy) {
  return copy.ttl() > copy.longest_past_ttl() + kSlack && copy.ttl_now() && copy.ttl() > *copy.ttl_now() + kSlack;
}

bool IsLingering(const Copy& copy) {
  const Duration limit = copy.dialer.ttl_max;
  return copy.ttl() > limit + kSlack && copy.ttl() <= copy.longest_past_ttl() + kSlack && copy.ttl_now() &&
         *copy.ttl_now() <= limit;
}

// One finding for each dialer and resolver that holds such a copy; the one that lives the longest speaks.
std::vector<Finding> FindCopies(const Situation& situation, bool (*is_wanted)(const Copy&),
                                std::string (*sentence)(const Copy&)) {
  std::vector<Finding> findings;
  for (const DialerCase& dialer : CasesOf(situation)) {
    std::map<std::string, std::vector<std::pair<Copy, const Judgement*>>> held;  // by resolver
    for (const Judgement& judgement : dialer.judgements) {
      const DnsSample& sample = *judgement.sample;
      if (IsAuthority(judgement) || !HasAnswer(sample)) continue;
      const Copy copy{dialer.dialer, *situation.picture.Find({sample.host, sample.type}), sample};
      if (is_wanted(copy)) held[sample.via.name].emplace_back(copy, &judgement);
    }
    for (const auto& [resolver, copies] : held) {
      const Copy& longest = std::max_element(copies.begin(), copies.end(), [](const auto& a, const auto& b) {
                              return a.first.expiry() < b.first.expiry();
                            })->first;
      Finding finding;
      finding.subject.dialer = dialer.dialer.name;
      finding.subject.resolver = resolver;
      finding.since = longest.sample.at;
      finding.eta = longest.expiry();
      finding.summary = sentence(longest);
      finding.evidence = EvidenceFor(dialer, [&, &list = copies](const Judgement& judgement) {
        return std::any_of(list.begin(), list.end(), [&](const auto& each) { return each.second == &judgement; });
      });
      finding.affected = {dialer.dialer.name};
      findings.push_back(std::move(finding));
    }
  }
  return findings;
}

std::string SayImpossible(const Copy& copy) {
  return fmt::format("{} holds {} with {} left, longer than any TTL seen at the authority ({} at most since {})",
                     copy.sample.via.name, copy.dialer.host, DescribeDuration(copy.ttl()),
                     DescribeDuration(copy.longest_ttl()),
                     base::FormatRfc3339(std::chrono::floor<seconds>(copy.name.history.entries().front().first_seen)));
}

std::string SayLingering(const Copy& copy) {
  return fmt::format("{} holds {} with {} left, from before the authority lowered its TTL from {} to {}",
                     copy.sample.via.name, copy.dialer.host, DescribeDuration(copy.ttl()),
                     DescribeDuration(copy.longest_past_ttl()), DescribeDuration(copy.ttl_now().value_or(seconds(0))));
}

}  // namespace

std::vector<Finding> TtlImpossible(const Situation& situation) {
  auto findings = FindCopies(situation, IsImpossible, SayImpossible);
  for (Finding& finding : findings) {
    finding.advice = {FlushAdvice(finding.subject.resolver, situation.settings),
                      "where the resolver is your own, look for a minimum TTL or an override in its configuration",
                      "do not change the address meanwhile: the change would not reach its clients"};
  }
  return findings;
}

std::vector<Finding> TtlLingering(const Situation& situation) {
  auto findings = FindCopies(situation, IsLingering, SayLingering);
  for (Finding& finding : findings) {
    finding.advice = {"do not change the address before the copy is gone: the change would not reach its clients",
                      "if it must be now, " + FlushAdvice(finding.subject.resolver, situation.settings)};
  }
  return findings;
}

}  // namespace dialwatch::diagnosis
