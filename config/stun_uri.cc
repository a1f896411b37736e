#include "config/stun_uri.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/host_name.h"
#include "base/ip_address.h"

namespace dialwatch::config {
namespace {

using base::Error;
using base::Result;

constexpr std::uint16_t kPort = 3478;  // RFC 8489 §9

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

}  // namespace

Result<StunUri> ParseStunUri(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string scheme = Lower(text.substr(0, colon));  // schemes ignore case (RFC 3986 §3.1)
  if (colon != std::string_view::npos && (scheme == "stuns" || scheme == "turn" || scheme == "turns")) {
    return Error{fmt::format("\"{}:\" is not supported by this version, which knows \"stun:\"", scheme)};
  }
  const auto bad = [&](std::string_view why) {
    return Error{fmt::format("\"{}\" is not a STUN URI like \"stun:stun.example.com:3478\": {}", text, why)};
  };
  if (colon == std::string_view::npos || scheme != "stun") return bad("it must begin with \"stun:\"");
  const std::string_view rest = text.substr(colon + 1);
  if (rest.starts_with("//")) return bad("there is no \"//\" in it");
  // an address is read by the reader of addresses, a name on its own
  if (const auto endpoint = base::Endpoint::Parse(rest, kPort)) {
    const bool bare_v6 = endpoint->address.is_v6() && !rest.starts_with('[');
    if (bare_v6) return bad("an IPv6 address stands in brackets");
    return StunUri{endpoint->address.ToString(), endpoint->port};
  }
  const std::size_t port = std::min(rest.find(':'), rest.size());
  // the port is read with an address that is known to be right in the place of the name
  const auto endpoint = base::Endpoint::Parse(fmt::format("0.0.0.0{}", rest.substr(port)), kPort);
  if (!endpoint) return bad("the port must be 1 to 65535");
  const auto host = base::NormalizeHostName(rest.substr(0, port));
  if (!host) return bad(host.error().what);
  return StunUri{*host, endpoint->port};
}

std::string FormatStunUri(const StunUri& uri) {
  const bool v6 = uri.host.find(':') != std::string::npos;
  return fmt::format("stun:{}{}{}:{}", v6 ? "[" : "", uri.host, v6 ? "]" : "", uri.port);
}

}  // namespace dialwatch::config
