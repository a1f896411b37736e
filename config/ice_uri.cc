#include "config/ice_uri.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/host_name.h"
#include "base/ip_address.h"

namespace dialwatch::config {
namespace {

using base::Error;
using base::Result;

constexpr std::string_view kTransport = "?transport=";

struct Scheme {
  std::string_view name;
  bool relay, secure;
};
constexpr std::array<Scheme, 4> kSchemes{
    {{"stun", false, false}, {"stuns", false, true}, {"turn", true, false}, {"turns", true, true}}};

std::string_view SchemeOf(const IceUri& uri) {
  const auto* scheme = std::ranges::find_if(kSchemes, [&](const Scheme& each) {
    return each.relay == uri.relay && each.secure == (uri.transport == Transport::kTls);
  });
  return scheme->name;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

// host[:port]
base::Status ReadServer(std::string_view text, IceUri& uri) {
  if (text.starts_with("//")) return Error{"there is no \"//\" in it"};
  // an address is read by the reader of addresses, a name on its own
  const auto has_port = [](std::string_view rest) { return rest.find(':', rest.find(']') + 1) != rest.npos; };
  if (const auto endpoint = base::Endpoint::Parse(text, uri.DefaultPort())) {
    if (endpoint->address.is_v6() && !text.starts_with('[')) return Error{"an IPv6 address stands in brackets"};
    uri.host = endpoint->address.ToString();
    if (has_port(text)) uri.port = endpoint->port;
    return {};
  }
  const std::size_t port = std::min(text.find(':'), text.size());
  // the port is read with an address that is known to be right in the place of the name
  const auto endpoint = base::Endpoint::Parse(fmt::format("0.0.0.0{}", text.substr(port)), uri.DefaultPort());
  if (!endpoint) return Error{"the port must be 1 to 65535"};
  auto host = base::NormalizeHostName(text.substr(0, port));
  if (!host) return host.error();
  uri.host = *std::move(host);
  if (port < text.size()) uri.port = endpoint->port;
  return {};
}

}  // namespace

std::string IceUri::SrvName() const {
  return fmt::format("_{}._{}.{}", SchemeOf(*this), transport == Transport::kUdp ? "udp" : "tcp", host);
}

Result<IceUri> ParseIceUri(std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return Error{fmt::format("\"{}\" is not a URI like \"stun:stun.example.com:3478\": {}", text, why)};
  };
  const std::size_t colon = text.find(':');
  const std::string name = Lower(text.substr(0, colon));  // schemes ignore case (RFC 3986 §3.1)
  const auto* scheme = std::ranges::find(kSchemes, name, &Scheme::name);
  if (colon == std::string_view::npos || scheme == kSchemes.end()) {
    return bad("it must begin with \"stun:\", \"stuns:\", \"turn:\" or \"turns:\"");
  }
  std::string_view rest = text.substr(colon + 1);
  IceUri uri;
  uri.relay = scheme->relay;
  uri.transport = scheme->secure ? Transport::kTls : Transport::kUdp;
  if (const std::size_t query = rest.find('?'); query != std::string_view::npos) {
    const std::string transport = Lower(rest.substr(query));
    if (transport == fmt::format("{}udp", kTransport)) {
      if (scheme->secure) return bad("DTLS is not supported: leave \"?transport=udp\" out");
    } else if (transport == fmt::format("{}tcp", kTransport)) {
      if (!scheme->secure) uri.transport = Transport::kTcp;
    } else {
      return bad("after \"?\" only \"transport=udp\" or \"transport=tcp\" may stand");
    }
    rest = rest.substr(0, query);
  }
  if (const auto read = ReadServer(rest, uri); !read) return bad(read.error().what);
  return uri;
}

std::string FormatIceUri(const IceUri& uri) {
  const bool v6 = uri.host.find(':') != std::string::npos;
  std::string text = fmt::format("{}:{}{}{}", SchemeOf(uri), v6 ? "[" : "", uri.host, v6 ? "]" : "");
  if (uri.port) text += fmt::format(":{}", *uri.port);
  if (uri.transport == Transport::kTcp) text += "?transport=tcp";
  return text;
}

}  // namespace dialwatch::config
