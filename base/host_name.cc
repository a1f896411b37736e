#include "base/host_name.h"

#include <fmt/format.h>

#include "base/lower.h"
#include "base/printable.h"

namespace dialwatch::base {
namespace {

constexpr std::size_t kMaxName = 253;  // RFC 1035 §2.3.4: 255 octets on the wire
constexpr std::size_t kMaxLabel = 63;

bool IsHostCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

}  // namespace

Result<std::string> NormalizeHostName(std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return Error{fmt::format("\"{}\" is not a host name: {}", Printable(text, 300), why)};
  };
  std::string name = Lower(text);
  if (name.ends_with('.')) name.pop_back();
  if (name.empty()) return bad("it is empty");
  if (name.size() > kMaxName) return bad("it is longer than 253 characters");
  std::size_t label = 0;
  for (const char c : name + '.') {
    if (c == '.') {
      if (label == 0) return bad("a label is empty");
      if (label > kMaxLabel) return bad("a label is longer than 63 characters");
      label = 0;
    } else if (IsHostCharacter(c)) {
      ++label;
    } else {
      return bad("only letters, digits, \"-\", \"_\" and \".\" may stand in it");
    }
  }
  return name;
}

bool IsWithinZone(std::string_view name, std::string_view zone) {
  if (zone.empty() || name == zone) return true;
  return name.size() > zone.size() && name.ends_with(zone) && name[name.size() - zone.size() - 1] == '.';
}

}  // namespace dialwatch::base
