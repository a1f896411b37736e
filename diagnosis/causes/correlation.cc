#include "diagnosis/causes/correlation.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "base/natural_order.h"
#include "diagnosis/causes/explainer.h"

namespace dialwatch::diagnosis {
namespace {

// The part of the subject that a cause is about. Our own address is about nobody else, whichever server tells it.
std::string WhomOf(const Finding& finding, const Settings& settings) {
  const Subject& subject = finding.subject;
  if (finding.rule == "stun-mapping-unexpected") return "";
  if (!subject.resolver.empty()) return config::OperatorOf(settings, subject.resolver);
  for (const std::string* part : {&subject.authority, &subject.server, &subject.file}) {
    if (!part->empty()) return *part;
  }
  return subject.dialer;
}

std::string KeyOf(const Finding& root, const Settings& settings) {
  const std::string about = WhomOf(root, settings);
  return about.empty() ? root.rule : root.rule + ":" + about;
}

// Puts findings into causes.
class Sorting {
 public:
  Sorting(const std::vector<Finding>& findings, const Settings& settings, const Aftermaths& aftermaths, TimePoint now)
      : settings_(settings), aftermaths_(aftermaths), explainer_(findings, aftermaths, settings, now) {
    for (const Finding& finding : findings) Add(finding);
    for (const auto& [key, aftermath] : aftermaths) {
      for (const auto& [id, past] : aftermath->past()) Recall(past.finding);
    }
  }

  std::vector<Cause> Take() {
    for (Cause& cause : causes_) cause.is_over = cause.findings.empty();
    return std::move(causes_);
  }

 private:
  // What is left goes to the incident that told of its cause, unless it has one of its own.
  Cause& CauseOf(const Explainer::Root& root) {
    std::string key = KeyOf(*root.finding, settings_);
    if (root.left_by != nullptr && !aftermaths_.contains(key)) key = *root.left_by;
    const auto [place, is_new] = places_.emplace(key, causes_.size());
    if (is_new) causes_.push_back({.key = key, .about = AboutOf(key)});
    return causes_[place->second];
  }

  void Add(const Finding& finding) {
    const auto root = explainer_.RootOf(finding);
    Cause& cause = CauseOf(root);
    const bool is_root = root.finding == &finding && cause.key == KeyOf(finding, settings_);
    (is_root ? cause.findings : cause.symptoms).push_back(finding);
  }

  void Recall(const Finding& past) {
    if (explainer_.Stands(past)) return;
    const auto root = explainer_.RootOf(past);
    if (explainer_.Stands(*root.finding)) CauseOf(root).would_explain.insert(past.id);
  }

  const Settings& settings_;
  const Aftermaths& aftermaths_;
  const Explainer explainer_;
  std::vector<Cause> causes_;
  std::map<std::string, std::size_t> places_;  // by key
};

}  // namespace

std::vector<Cause> Correlate(std::vector<Finding> findings, const Settings& settings, const Aftermaths& aftermaths,
                             TimePoint now) {
  std::erase_if(findings, [](const Finding& finding) { return finding.severity == Severity::kInfo; });
  std::sort(findings.begin(), findings.end(), ComesBefore);
  return Sorting(findings, settings, aftermaths, now).Take();
}

std::string AboutOf(const std::string& key) {
  const std::size_t colon = key.find(':');
  return colon == std::string::npos ? "" : key.substr(colon + 1);
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
