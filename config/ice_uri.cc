#include "config/ice_uri.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/lower.h"
#include "config/host_port.h"

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

}  // namespace

std::string IceUri::SrvName() const {
  return fmt::format("_{}._{}.{}", SchemeOf(*this), transport == Transport::kUdp ? "udp" : "tcp", host);
}

std::string IceUri::ServerText() const {
  IceUri whole = *this;
  whole.port = port.value_or(DefaultPort());
  return host.empty() ? "" : FormatIceUri(whole);
}

Result<IceUri> ParseIceUri(std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return Error{fmt::format("\"{}\" is not a URI like \"stun:stun.example.com:3478\": {}", text, why)};
  };
  const std::size_t colon = text.find(':');
  const std::string name = base::Lower(text.substr(0, colon));  // schemes ignore case (RFC 3986 §3.1)
  const auto* scheme = std::ranges::find(kSchemes, name, &Scheme::name);
  if (colon == std::string_view::npos || scheme == kSchemes.end()) {
    return bad("it must begin with \"stun:\", \"stuns:\", \"turn:\" or \"turns:\"");
  }
  std::string_view rest = text.substr(colon + 1);
  IceUri uri;
  uri.relay = scheme->relay;
  uri.transport = scheme->secure ? Transport::kTls : Transport::kUdp;
  if (const std::size_t query = rest.find('?'); query != std::string_view::npos) {
    const std::string transport = base::Lower(rest.substr(query));
    if (transport == fmt::format("{}udp", kTransport)) {
      if (scheme->secure) return bad("DTLS is not supported: leave \"?transport=udp\" out");
    } else if (transport == fmt::format("{}tcp", kTransport)) {
      if (!scheme->secure) uri.transport = Transport::kTcp;
    } else {
      return bad("after \"?\" only \"transport=udp\" or \"transport=tcp\" may stand");
    }
    rest = rest.substr(0, query);
  }
  auto place = ParseHostPort(rest);
  if (!place) return bad(place.error().what);
  uri.host = std::move(place->host);
  uri.port = place->port;
  return uri;
}

std::string FormatIceUri(const IceUri& uri) {
  return fmt::format("{}:{}{}", SchemeOf(uri), FormatHostPort({uri.host, uri.port}),
                     uri.transport == Transport::kTcp ? "?transport=tcp" : "");
}

}  // namespace dialwatch::config
