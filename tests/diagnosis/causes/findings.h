#pragma once

#include "diagnosis/causes/correlation.h"
#include "tests/diagnosis/builders.h"

// Findings without a world around them.
namespace dialwatch::diagnosis {

// Critical, of a dialer of its own unless `affected` says more; id and summary are rule and subject.
inline Finding Found(const std::string& rule, Subject subject, std::vector<std::string> affected = {}) {
  Finding finding;
  finding.rule = rule;
  finding.id = rule + " " + subject.ToString();
  finding.severity = Severity::kCritical;
  finding.summary = finding.id;
  finding.affected = affected.empty() ? std::vector<std::string>{subject.dialer} : std::move(affected);
  finding.subject = std::move(subject);
  return finding;
}

inline Finding AtResolver(const std::string& rule, const std::string& dialer, const std::string& resolver) {
  return Found(rule, {dialer, resolver, {}, {}, {}});
}

inline Finding AtAuthority(const std::string& rule, const std::string& dialer, std::vector<std::string> affected = {}) {
  return Found(rule, {dialer, {}, "example.com", {}, {}}, std::move(affected));
}

inline Finding AtServer(const std::string& rule, const std::string& server) {
  return Found(rule, {{}, {}, {}, server, {}}, {"d1"});
}

}  // namespace dialwatch::diagnosis
