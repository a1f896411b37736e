#include "config/host_port.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/host_name.h"
#include "base/ip_address.h"

namespace dialwatch::config {
namespace {

using base::Error;

constexpr std::uint16_t kAnyPort = 1;  // where there is none to be read

}  // namespace

base::Result<HostPort> ParseHostPort(std::string_view text) {
  if (text.starts_with("//")) return Error{"there is no \"//\" in it"};
  // an address is read by the reader of addresses, a name on its own
  const auto has_port = [](std::string_view rest) { return rest.find(':', rest.find(']') + 1) != rest.npos; };
  if (const auto endpoint = base::Endpoint::Parse(text, kAnyPort)) {
    if (endpoint->address.is_v6() && !text.starts_with('[')) return Error{"an IPv6 address stands in brackets"};
    HostPort place{endpoint->address.ToString()};
    if (has_port(text)) place.port = endpoint->port;
    return place;
  }
  const std::size_t port = std::min(text.find(':'), text.size());
  // the port is read with an address that is known to be right in the place of the name
  const auto endpoint = base::Endpoint::Parse(fmt::format("0.0.0.0{}", text.substr(port)), kAnyPort);
  if (!endpoint) return Error{"the port must be 1 to 65535"};
  auto host = base::NormalizeHostName(text.substr(0, port));
  if (!host) return host.error();
  HostPort place{*std::move(host)};
  if (port < text.size()) place.port = endpoint->port;
  return place;
}

std::string FormatHostPort(const HostPort& place) {
  const bool v6 = place.host.find(':') != std::string::npos;
  const std::string host = v6 ? fmt::format("[{}]", place.host) : place.host;
  return place.port ? fmt::format("{}:{}", host, *place.port) : host;
}

}  // namespace dialwatch::config
