#include "diagnosis/causes/headline.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "diagnosis/causes/wordings.h"
#include "diagnosis/whom.h"

namespace dialwatch::diagnosis {
namespace {

std::string Say(const Wording& wording, const std::string& about, const std::vector<std::string>& affected,
                std::size_t dialers) {
  return fmt::format(fmt::runtime(wording.text), about, HowMany(affected, dialers), NamesOf(affected, dialers));
}

// What findings of one rule about one subject say together.
std::string SentenceOn(const std::vector<Finding>& findings, const std::string& about, std::size_t dialers) {
  const Finding& first = findings.front();
  if (findings.size() == 1) return first.summary;
  if (const Wording* wording = WordingOf(first.rule)) {
    return Say(*wording, about, DialersOf(findings), dialers);
  }
  return fmt::format("{} (and {} more like it)", first.summary, findings.size() - 1);
}

// Of whom the cause is about: what resolvers do stands before what is wrong with one of them.
std::vector<Finding> LeadingOf(const Cause& cause) {
  std::vector<Finding> leading;
  if (cause.findings.front().subject.resolver.empty()) return leading;
  std::ranges::copy_if(cause.symptoms, std::back_inserter(leading), [](const Finding& finding) {
    const Wording* wording = WordingOf(finding.rule);
    return wording != nullptr && wording->leads;
  });
  return leading;
}

// Of what is left the worst; the others are of the same kind, or follow from it.
std::string AftermathOf(const Cause& cause, std::size_t dialers) {
  std::vector<Finding> left;
  std::ranges::copy_if(cause.symptoms, std::back_inserter(left),
                       [&](const Finding& finding) { return finding.rule == cause.symptoms.front().rule; });
  return fmt::format("{}, left of what is over itself: {}", SentenceOn(left, cause.about, dialers),
                     SentenceOn(cause.findings, cause.about, dialers));
}

}  // namespace

std::string Headline(const Cause& cause, std::size_t dialers) {
  if (cause.is_over && !cause.symptoms.empty()) return AftermathOf(cause, dialers);
  const auto leading = LeadingOf(cause);
  if (leading.empty()) return SentenceOn(cause.findings, cause.about, dialers);
  const std::string lead = SentenceOn(leading, cause.about, dialers);
  const Wording* wording = WordingOf(cause.findings.front().rule);
  if (wording == nullptr || (leading.size() == 1 && cause.findings.size() == 1)) {
    return fmt::format("{}; {}", lead, SentenceOn(cause.findings, cause.about, dialers));
  }
  const auto affected = DialersOf(cause.findings);
  if (affected != DialersOf(leading)) return fmt::format("{}; {}", lead, Say(*wording, "it", affected, dialers));
  return fmt::format("{}: {}", lead, fmt::format(fmt::runtime(wording->text), "it", "them", ""));
}

std::string Epilogue(const std::string& rule, const std::string& about, const std::vector<std::string>& affected,
                     std::size_t dialers) {
  const Wording* wording = WordingOf(rule);
  return wording == nullptr || affected.empty() ? "" : Say(*wording, about, affected, dialers);
}

}  // namespace dialwatch::diagnosis
