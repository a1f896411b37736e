#include "tests/lab/zone.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "tests/lab/addresses.h"
#include "tests/lab/dns_query.h"

namespace dialwatch::lab {

ExampleZone ExampleZone::Good() {
  ExampleZone zone;
  for (int i = 1; i <= 10; ++i) zone.hosts[fmt::format("d{}", i)] = {fmt::format("198.51.100.{}", 10 + i)};
  zone.hosts["stun"] = {kSecondStun};
  zone.hosts["stun3"] = {kThirdStun};
  return zone;
}

std::string ExampleZone::Render(std::uint32_t serial) const {
  std::string text =
      fmt::format("$ORIGIN {}.\n@ 300 IN SOA ns1 hostmaster {} 3600 600 1209600 {}\n", name, serial, negative_ttl);
  for (const auto& [label, address] : servers) {
    text += fmt::format("@ {0} IN NS {1}\n{1} {0} IN A {2}\n", ns_ttl, label, address);
  }
  for (const auto& [label, host] : hosts) text += fmt::format("{} {} IN A {}\n", label, host.ttl, host.address);
  return text + more;
}

RootZone RootZone::Good() {
  RootZone zone;
  zone.delegations["example.com"] = {{{"ns1.example.com", kNs1}, {"ns2.example.com", kNs2}}, {}};
  return zone;
}

std::string RootZone::Render(std::uint32_t serial) const {
  std::string text = fmt::format(
      "$ORIGIN .\n"
      ". 86400 IN SOA a.root. hostmaster.root. {} 1800 900 604800 900\n"
      ". 86400 IN NS a.root.\na.root. 86400 IN A {}\n"
      "stun.telnyx.com. 300 IN A {}\n",
      serial, kRoot, kStun);
  for (const auto& [zone, delegation] : delegations) {
    for (const auto& [server, address] : delegation.servers) {
      text += fmt::format("{0}. {1} IN NS {2}.\n{2}. {1} IN A {3}\n", zone, ttl, server, address);
    }
    for (const std::string& ds : delegation.ds) text += fmt::format("{}. {} IN DS {}\n", zone, ttl, ds);
  }
  return text + more;
}

std::string ZoneFile(const std::string& zone) {
  return zone == "." ? "root.zone" : zone + ".zone";
}

bool AllServe(const std::vector<std::string>& addresses, const std::string& zone, std::uint32_t serial) {
  return std::all_of(addresses.begin(), addresses.end(), [&](const std::string& address) {
    const auto reply = Ask(address, zone, "SOA", std::chrono::milliseconds(100));
    return reply && reply->serial == serial;
  });
}

}  // namespace dialwatch::lab
