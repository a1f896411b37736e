#include "alerting/receivers/slack.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"

namespace dialwatch::alerting {
namespace {

using base::Json;

// Shares of the 10,000 octets; each is within the 3,000 of a section too.
constexpr std::size_t kHeaderSize = 150;
constexpr std::size_t kBriefSize = 500;
constexpr std::size_t kSummarySize = 1200;
constexpr std::size_t kFactSize = 500;
constexpr std::size_t kEvidenceSize = 2800;
constexpr std::size_t kReasonSize = 800;
constexpr std::size_t kAdviceSize = 1000;
constexpr std::size_t kUrlSize = 300;

std::string_view EscapeOf(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '`':
      return "'";  // it would end a code block
    default:
      return {};
  }
}

// The text with Slack's three control characters escaped, cut between characters where it would be longer than `limit`.
std::string Escape(std::string_view text, std::size_t limit) {
  static constexpr std::string_view kCut = "…";
  std::string out;
  std::size_t safe = 0;  // where it can be cut
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool starts_character = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
    if (starts_character && out.size() + kCut.size() <= limit) safe = out.size();
    const std::string_view escaped = EscapeOf(text[at]);
    if (escaped.empty()) {
      out += text[at];
    } else {
      out += escaped;
    }
    if (out.size() > limit) return out.substr(0, safe).append(kCut);
  }
  return out;
}

// `verbatim`: a bare host name or @mention stays text (https://api.slack.com/reference/block-kit/composition-objects).
Json Markdown(std::string text) {
  return {{"type", "mrkdwn"}, {"text", std::move(text)}, {"verbatim", true}};
}

Json Section(std::string text) {
  return {{"type", "section"}, {"text", Markdown(std::move(text))}};
}

std::string_view Sign(const Message& message) {
  if (message.occasion == Occasion::kResolved || message.occasion == Occasion::kMissed) return "✅";
  return message.severity == Severity::kCritical ? "🔴" : "🟠";
}

Json Facts(const std::vector<Fact>& facts) {
  Json fields = Json::array();
  for (const Fact& fact : facts) {
    fields.push_back(Markdown(fmt::format("*{}*\n{}", fact.label, Escape(fact.text, kFactSize))));
  }
  return {{"type", "section"}, {"fields", std::move(fields)}};
}

// As many whole lines as fit.
std::string CodeBlock(const std::string& title, const std::vector<std::string>& lines) {
  std::string text = fmt::format("*{}*\n```", title);
  for (const std::string& line : lines) {
    const std::string escaped = Escape(line, 300) + "\n";
    if (text.size() + escaped.size() > kEvidenceSize) {
      text += "…\n";
      break;
    }
    text += escaped;
  }
  return text + "```";
}

std::string Advice(const std::vector<std::string>& advice) {
  std::string text = "*First action*";
  for (std::size_t i = 0; i < advice.size(); ++i) {
    text += fmt::format("\n{}. {}", i + 1, Escape(advice[i], kAdviceSize / advice.size()));
  }
  return text;
}

std::string Link(std::string_view url, std::string_view label) {
  if (url.empty() || url.size() > kUrlSize) return "";
  std::string target;
  for (const char c : url)
    target += c == '|' ? "%7C" : c == '<' ? "%3C" : c == '>' ? "%3E" : c == '&' ? "&amp;" : std::string(1, c);
  return fmt::format("  ·  <{}|{}>", target, label);
}

}  // namespace

std::string RenderSlack(const Message& message) {
  const std::string sign(Sign(message));
  Json blocks = Json::array();
  blocks.push_back({{"type", "header"},
                    {"text",
                     {{"type", "plain_text"},
                      {"text", Escape(fmt::format("{} {}", sign, message.heading), kHeaderSize)},
                      {"emoji", false}}}});
  blocks.push_back(Section(fmt::format("*{}*", Escape(message.summary, kSummarySize))));
  if (!message.advice.empty()) blocks.push_back(Section(Advice(message.advice)));
  for (const Fact& reason : message.reasons) {
    blocks.push_back(Section(fmt::format("*{}*\n{}", reason.label, Escape(reason.text, kReasonSize))));
  }
  blocks.push_back(Facts(message.facts));
  if (!message.evidence.empty()) blocks.push_back(Section(CodeBlock(message.evidence_title, message.evidence)));
  const std::string foot = Escape(message.incident, 300) + Link(message.status_url, "status page") +
                           Link(message.docs_url, "what this means");
  blocks.push_back({{"type", "context"}, {"elements", Json::array({Markdown(foot)})}});
  return base::Dump({{"text", Escape(fmt::format("{} {}", sign, message.brief), kBriefSize)},
                     {"unfurl_links", false},
                     {"blocks", std::move(blocks)}});
}

std::string ShortenSlack(const std::string& payload) {
  const Json json = Json::parse(payload, nullptr, false);
  const bool has_text = json.is_object() && json.contains("text") && json["text"].is_string();
  return base::Dump({{"text", has_text ? json["text"] : Json("An alert that was refused; see the log.")}});
}

}  // namespace dialwatch::alerting
