#include "diagnosis/causes/correlation.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "base/natural_order.h"
#include "diagnosis/causes/explainer.h"

namespace dialwatch::diagnosis {
namespace {

// The part of the subject that a cause is about. Our own address is about nobody else, whichever server tells it.
std::string AboutOf(const Finding& finding, const Settings& settings) {
  const Subject& subject = finding.subject;
  if (finding.rule == "stun-mapping-unexpected") return "";
  if (!subject.resolver.empty()) return config::OperatorOf(settings, subject.resolver);
  for (const std::string* part : {&subject.authority, &subject.server, &subject.file}) {
    if (!part->empty()) return *part;
  }
  return subject.dialer;
}

Cause NewCause(const Finding& root, const Settings& settings) {
  Cause cause;
  cause.about = AboutOf(root, settings);
  cause.key = cause.about.empty() ? root.rule : root.rule + ":" + cause.about;
  return cause;
}

}  // namespace

std::vector<Cause> Correlate(std::vector<Finding> findings, const Settings& settings) {
  std::erase_if(findings, [](const Finding& finding) { return finding.severity == Severity::kInfo; });
  std::sort(findings.begin(), findings.end(), ComesBefore);
  const Explainer explainer(findings, settings);
  std::vector<Cause> causes;
  std::map<std::string, std::size_t> places;  // by key
  for (const Finding& finding : findings) {
    const Finding& root = explainer.RootOf(finding);
    Cause cause = NewCause(root, settings);
    const auto [place, is_new] = places.emplace(cause.key, causes.size());
    if (is_new) causes.push_back(std::move(cause));
    Cause& own = causes[place->second];
    (&root == &finding ? own.findings : own.symptoms).push_back(finding);
  }
  return causes;
}

std::vector<std::string> DialersOf(const std::vector<Finding>& findings) {
  std::vector<std::string> dialers;
  for (const Finding& finding : findings) std::ranges::copy(finding.affected, std::back_inserter(dialers));
  base::SortNames(dialers);
  return dialers;
}

std::vector<std::string> AffectedBy(const Cause& cause) {
  std::vector<std::string> dialers;
  if (!cause.is_over) dialers = DialersOf(cause.findings);
  std::ranges::copy(DialersOf(cause.symptoms), std::back_inserter(dialers));
  base::SortNames(dialers);
  return dialers;
}

}  // namespace dialwatch::diagnosis
