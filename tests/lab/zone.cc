#include "tests/lab/zone.h"

#include <fmt/format.h>

#include "tests/lab/addresses.h"

namespace dialwatch::lab {

ExampleZone ExampleZone::Good() {
  ExampleZone zone;
  for (int i = 1; i <= 10; ++i) zone.hosts[fmt::format("d{}", i)] = {fmt::format("198.51.100.{}", 10 + i)};
  zone.hosts["stun"] = {kSecondStun};
  zone.hosts["stun3"] = {kThirdStun};
  return zone;
}

std::string ExampleZone::Render(std::uint32_t serial) const {
  std::string text = fmt::format(
      "$ORIGIN example.com.\n"
      "@ 300 IN SOA ns1 hostmaster {} 3600 600 1209600 60\n"
      "@ 3600 IN NS ns1\n@ 3600 IN NS ns2\nns1 3600 IN A {}\nns2 3600 IN A {}\n",
      serial, kNs1, kNs2);
  for (const auto& [label, host] : hosts) text += fmt::format("{} {} IN A {}\n", label, host.ttl, host.address);
  return text;
}

std::string RenderRoot() {
  return fmt::format(
      "$ORIGIN .\n"
      ". 86400 IN SOA a.root. hostmaster.root. 1 1800 900 604800 900\n"
      ". 86400 IN NS a.root.\na.root. 86400 IN A {}\n"
      "example.com. 86400 IN NS ns1.example.com.\nexample.com. 86400 IN NS ns2.example.com.\n"
      "ns1.example.com. 86400 IN A {}\nns2.example.com. 86400 IN A {}\n"
      "stun.telnyx.com. 300 IN A {}\n",
      kRoot, kNs1, kNs2, kStun);
}

}  // namespace dialwatch::lab
