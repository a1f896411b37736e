#include "tests/demo/slack_text.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/json.h"

namespace dialwatch::demo {
namespace {

using base::Json;

// Without the signs that Slack turns into bold type, boxes and links.
std::string Plain(std::string text) {
  std::erase_if(text, [](char c) { return c == '*' || c == '`'; });
  constexpr std::array<std::pair<const char*, const char*>, 3> kEscapes{{{"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}}};
  for (const auto& [escaped, plain] : kEscapes) {
    for (std::size_t at = 0; (at = text.find(escaped, at)) != std::string::npos; ++at) {
      text.replace(at, std::string_view(escaped).size(), plain);
    }
  }
  while (text.ends_with('\n')) text.pop_back();
  return text + "\n";
}

// "*Since*\n13:05:00 UTC" as "Since: 13:05:00 UTC"
std::string Field(const Json& field) {
  std::string text = field.at("text");
  if (const auto at = text.find('\n'); at != std::string::npos) text.replace(at, 1, ": ");
  return Plain(std::move(text));
}

std::string Block(const Json& block) {
  if (block.at("type") == "context") return "";
  if (block.contains("text")) return Plain(block["text"].at("text"));
  std::string text;
  for (const Json& field : block.value("fields", Json::array())) text += Field(field);
  return text;
}

}  // namespace

std::string SlackText(const std::string& payload) {
  const Json message = Json::parse(payload);
  std::string text;
  for (const Json& block : message.at("blocks")) text += Block(block);
  return text;
}

}  // namespace dialwatch::demo
