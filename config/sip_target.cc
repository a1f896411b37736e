#include "config/sip_target.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "config/host_port.h"

namespace dialwatch::config {
namespace {

using base::Error;

constexpr std::string_view kUdp = ";transport=udp", kTcp = ";transport=tcp", kTls = ";transport=tls";

base::Result<SipTarget> Parse(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  std::string_view rest = lower;
  const bool secure = rest.starts_with("sips:");
  if (rest.starts_with("ws:") || rest.starts_with("wss:")) return Error{"this version does not call over WebSocket"};
  if (!secure && !rest.starts_with("sip:")) return Error{"it must begin with \"sip:\" or \"sips:\""};
  rest.remove_prefix(rest.find(':') + 1);
  if (rest.find('@') != std::string_view::npos) return Error{"who is called has a key of its own, extension"};

  const std::size_t end = std::min(rest.find(';'), rest.size());
  const std::string_view transport = rest.substr(end);
  SipTarget target{.transport = secure ? Transport::kTls : Transport::kUdp};
  if (transport == kUdp && secure) return Error{"sips: is TLS; leave \";transport=udp\" out"};
  if (transport == kTls) {
    target.transport = Transport::kTls;
  } else if (transport == kTcp) {
    if (!secure) target.transport = Transport::kTcp;
  } else if (!transport.empty() && transport != kUdp) {
    return Error{"after the host only \";transport=udp\", \";transport=tcp\" or \";transport=tls\" may stand"};
  }
  auto place = ParseHostPort(rest.substr(0, end));
  if (!place) return place.error();
  target.host = std::move(place->host);
  target.port = place->port;
  return target;
}

}  // namespace

base::Result<SipTarget> ParseSipTarget(std::string_view text) {
  auto target = Parse(text);
  if (target) return target;
  return Error{
      fmt::format("\"{}\" is not a URI like \"sip:d1.example.com:5060;transport=tcp\": {}", text, target.error().what)};
}

std::string FormatSipTarget(const SipTarget& target) {
  const bool tls = target.transport == Transport::kTls;
  return fmt::format("{}:{}{}", tls ? "sips" : "sip", FormatHostPort({target.host, target.port}),
                     target.transport == Transport::kTcp ? kTcp : "");
}

}  // namespace dialwatch::config
