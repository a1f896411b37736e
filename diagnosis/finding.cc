#include "diagnosis/finding.h"

#include <fmt/format.h>

#include <utility>

#include "base/json.h"
#include "base/names.h"

namespace dialwatch::diagnosis {
namespace {

constexpr const char* kDocs = "https://github.com/dialwatch/dialwatch/blob/main/docs/findings.md";

base::Json ToJson(const Subject& subject) {
  base::Json json = base::Json::object();
  if (!subject.dialer.empty()) json["dialer"] = subject.dialer;
  if (!subject.resolver.empty()) json["resolver"] = subject.resolver;
  if (!subject.authority.empty()) json["authority"] = subject.authority;
  if (!subject.server.empty()) json["server"] = subject.server;
  if (!subject.file.empty()) json["file"] = subject.file;
  return json;
}

}  // namespace

std::string Subject::ToString() const {
  std::string text;
  for (const std::string* part : {&dialer, &resolver, &authority, &server, &file}) {
    if (part->empty()) continue;
    if (!text.empty()) text += ' ';
    text += *part;
  }
  return text;
}

std::string DocsLink(const std::string& rule) {
  return fmt::format("{}#{}", kDocs, rule);
}

base::Json ToJson(const EvidenceRow& row) {
  base::Json json{{"vantage", row.vantage}};
  if (row.answer) json["answer"] = *row.answer;
  if (row.ttl) json["ttl"] = row.ttl->count();
  if (row.rcode) json["rcode"] = *row.rcode;
  if (row.rtt_ms) json["rtt_ms"] = *row.rtt_ms;
  if (row.note) json["note"] = *row.note;
  return json;
}

base::Json ToJson(const Finding& finding) {
  base::Json json{{"id", finding.id},
                  {"rule", finding.rule},
                  {"severity", base::NameOf(finding.severity)},
                  {"subject", ToJson(finding.subject)},
                  {"since", base::FormatRfc3339(finding.since)},
                  {"summary", finding.summary},
                  {"evidence", base::Json::array()},
                  {"affected", finding.affected}};
  for (const EvidenceRow& row : finding.evidence) json["evidence"].push_back(ToJson(row));
  if (finding.eta) json["eta"] = base::FormatRfc3339(*finding.eta);
  json["advice"] = finding.advice;
  json["docs"] = DocsLink(finding.rule);
  return json;
}

}  // namespace dialwatch::diagnosis
