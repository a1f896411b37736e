#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "probes/policy/sample.h"

namespace dialwatch::probes {

// Where the machine says whom it asks for names. Whom systemd-resolved asks, where resolv.conf names its stub, says
// resolvectl, or where that may not (it wants netlink, which the unit does not have) what systemd-resolved writes.
struct OwnResolverSources {
  std::string resolv_conf = "/etc/resolv.conf";
  std::vector<std::string> resolvectl{"resolvectl", "dns"};
  std::string behind_stub = "/run/systemd/resolve/resolv.conf";
};

// Blocks, for a few seconds at most.
ResolvConfSample ReadOwnResolvers(const OwnResolverSources& sources, const std::stop_token& stop);

// The `nameserver` lines of resolv.conf(5), whose path is `file`.
std::vector<OwnResolver> ParseResolvConf(std::string_view text, const std::string& file);
// What `resolvectl dns` prints: "Link 2 (eth0): 192.0.2.1 2001:db8::1#dns.example.com".
std::vector<OwnResolver> ParseResolvectl(std::string_view text);

}  // namespace dialwatch::probes
