#include "diagnosis/causes/headline.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "diagnosis/causes/wordings.h"
#include "diagnosis/whom.h"

namespace dialwatch::diagnosis {
namespace {

// Some findings of a rule are about something else than the others: its words do not fit them.
bool Fits(const Wording& wording, const std::string& about, const std::vector<std::string>& affected) {
  const bool is_dialer = std::ranges::find(affected, about) != affected.end();
  const bool names_about = wording.text.find("{0}") != std::string_view::npos;
  return (names_about ? !about.empty() : about.empty() || is_dialer) && (!wording.OfMany() || !affected.empty());
}

std::string Say(const Wording& wording, const std::string& about, const std::vector<std::string>& affected,
                std::size_t dialers) {
  return fmt::format(fmt::runtime(wording.text), about, HowMany(affected, dialers), NamesOf(affected, dialers));
}

// What findings of one rule about one subject say together.
std::string SentenceOn(const std::vector<Finding>& findings, const std::string& about, std::size_t dialers) {
  const Finding& first = findings.front();
  if (findings.size() == 1) return first.summary;
  const Wording* wording = WordingOf(first.rule);
  if (wording != nullptr && wording->OfMany()) return Say(*wording, about, DialersOf(findings), dialers);
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
std::vector<Finding> LeftOf(const Cause& cause) {
  std::vector<Finding> left;
  std::ranges::copy_if(cause.symptoms, std::back_inserter(left),
                       [&](const Finding& finding) { return finding.rule == cause.symptoms.front().rule; });
  return left;
}

// Whom symptoms are about: what a zone does shows at resolvers.
std::string AboutOf(const std::vector<Finding>& symptoms, const Cause& cause) {
  if (!cause.findings.front().subject.resolver.empty()) return cause.about;
  std::set<std::string> resolvers;
  for (const Finding& symptom : symptoms) resolvers.insert(symptom.subject.resolver);
  if (resolvers.size() > 1) return fmt::format("each of {} resolvers", resolvers.size());
  return resolvers.begin()->empty() ? cause.about : *resolvers.begin();
}

std::string AftermathOf(const Cause& cause, std::size_t dialers) {
  const auto left = LeftOf(cause);
  return fmt::format("{}, left of what is over itself: {}", SentenceOn(left, AboutOf(left, cause), dialers),
                     SentenceOn(cause.findings, cause.about, dialers));
}

}  // namespace

std::string Headline(const Cause& cause, std::size_t dialers) {
  if (cause.is_over && !cause.symptoms.empty()) return AftermathOf(cause, dialers);
  const auto leading = LeadingOf(cause);
  if (leading.empty()) return SentenceOn(cause.findings, cause.about, dialers);
  const std::string lead = SentenceOn(leading, cause.about, dialers);
  const Wording* wording = WordingOf(cause.findings.front().rule);
  if (wording == nullptr || !wording->OfMany() || (leading.size() == 1 && cause.findings.size() == 1)) {
    return fmt::format("{}; {}", lead, SentenceOn(cause.findings, cause.about, dialers));
  }
  const auto affected = DialersOf(cause.findings);
  if (affected != DialersOf(leading)) return fmt::format("{}; {}", lead, Say(*wording, "it", affected, dialers));
  return fmt::format("{}: {}", lead, fmt::format(fmt::runtime(wording->text), "it", "them", ""));
}

std::string Title(const Cause& cause, const std::vector<std::string>& affected, std::size_t dialers) {
  const bool is_left = cause.is_over && !cause.symptoms.empty();
  const auto first = is_left ? LeftOf(cause) : LeadingOf(cause);
  if (first.empty()) return Title(cause.findings.front().rule, cause.about, affected, dialers);
  return Title(first.front().rule, AboutOf(first, cause), DialersOf(first), dialers);
}

std::string Title(const std::string& rule, const std::string& about, const std::vector<std::string>& affected,
                  std::size_t dialers) {
  const Wording* wording = WordingOf(rule);
  if (wording == nullptr || !Fits(*wording, about, affected)) return "";
  const std::string_view text = wording->title.empty() ? wording->text : wording->title;
  return fmt::format(fmt::runtime(text), about, HowMany(affected, dialers), "");
}

std::string Epilogue(const std::string& rule, const std::string& about, const std::vector<std::string>& affected,
                     std::size_t dialers) {
  const Wording* wording = WordingOf(rule);
  const bool has_words = wording != nullptr && wording->OfMany() && Fits(*wording, about, affected);
  return has_words ? Say(*wording, about, affected, dialers) : "";
}

}  // namespace dialwatch::diagnosis
