#include "alerting/plain_text.h"

#include <fmt/format.h>

namespace dialwatch::alerting {

std::string RenderPlain(const Message& message) {
  std::string text = fmt::format("{}\n{}\n", message.heading, message.summary);
  if (!message.advice.empty()) text += "First action:\n";
  for (std::size_t i = 0; i < message.advice.size(); ++i) text += fmt::format("  {}. {}\n", i + 1, message.advice[i]);
  for (const auto* facts : {&message.reasons, &message.facts}) {
    for (const Fact& fact : *facts) text += fmt::format("{}: {}\n", fact.label, fact.text);
  }
  if (!message.evidence.empty()) text += message.evidence_title + ":\n";
  for (const std::string& line : message.evidence) text += fmt::format("  {}\n", line);
  text += message.incident + "\n";
  for (const std::string* url : {&message.status_url, &message.docs_url}) {
    if (!url->empty()) text += *url + "\n";
  }
  return text;
}

}  // namespace dialwatch::alerting
