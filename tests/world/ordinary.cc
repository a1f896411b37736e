#include "tests/world/ordinary.h"

#include <fmt/format.h>

namespace dialwatch::world {
namespace {

NameServer ServerOf(const std::string& name, const std::string& address) {
  return {.name = name, .address = *Endpoint::Parse(address, config::kDnsPort)};
}

Operator OperatorOf(const std::string& name, std::initializer_list<const char*> addresses) {
  Operator made{.name = name};
  for (const char* address : addresses) made.addresses.push_back(*IpAddress::Parse(address));
  return made;
}

}  // namespace

std::string HostOf(int dialer) {
  return fmt::format("d{}.example.com", dialer);
}

std::string AddressOf(int dialer) {
  return fmt::format("198.51.100.{}", dialer);
}

World OrdinaryWorld(int dialers, std::uint64_t seed) {
  World world;
  world.seed = seed;
  Zone zone{.name = "example.com"};
  zone.servers = {ServerOf("ns1.example.com", "192.0.2.53"), ServerOf("ns2.example.com", "192.0.2.54")};
  for (int i = 1; i <= dialers; ++i) {
    zone.records.emplace(RecordKey{HostOf(i), RecordType::kA}, RecordSet{{AddressOf(i)}});
    world.dialers.push_back({.address = *IpAddress::Parse(AddressOf(i)), .name = fmt::format("d{}", i)});
  }
  Zone carrier{.name = "telnyx.com"};
  carrier.servers = {ServerOf("ns1.telnyx.com", "192.0.2.60")};
  carrier.records.emplace(RecordKey{"stun.telnyx.com", RecordType::kA}, RecordSet{{"192.0.2.200"}});
  carrier.records.emplace(RecordKey{"turn.telnyx.com", RecordType::kA}, RecordSet{{"192.0.2.210"}});
  world.stun = {{.address = *Endpoint::Parse("192.0.2.200", 3478)}};
  world.relays = {{.address = *Endpoint::Parse("192.0.2.210", 3478)}};
  world.names.zones = {std::move(zone), std::move(carrier)};
  world.names.operators = {OperatorOf("quad9", {"9.9.9.9", "149.112.112.112"}),
                           OperatorOf("cloudflare", {"1.1.1.1", "1.0.0.1"}),
                           OperatorOf("google", {"8.8.8.8", "8.8.4.4"})};
  return world;
}

config::Settings OrdinarySettings(int dialers) {
  config::Settings settings = config::DefaultSettings();
  settings.state.path.clear();
  settings.vantage.name = "office-east";
  settings.media.key_file = "reflector.keys";  // nobody reads it
  settings.receivers = {{.name = "oncall", .kind = "slack", .url_file = "none"}};
  for (int i = 1; i <= dialers; ++i) {
    config::Dialer dialer = config::AdHocDialer(HostOf(i), settings);
    dialer.name = fmt::format("d{}", i);
    dialer.reflector_port = 9000;
    settings.dialers.push_back(std::move(dialer));
  }
  return settings;
}

}  // namespace dialwatch::world
