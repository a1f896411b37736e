#include "tests/scenarios/scene.h"

#include <fmt/format.h>

#include <algorithm>

#include "tests/world/ordinary.h"

namespace dialwatch::scenarios {
namespace {

using config::Transport;
using world::IpAddress;

constexpr const char* kForwarder = "192.168.0.53";

IpAddress Address(const std::string& text) {
  return *IpAddress::Parse(text);
}

void AddResolver(Scene& scene, const std::string& name) {
  config::Resolver resolver{.name = name, .operator_name = OperatorOf(name), .addresses = {}};
  std::uint16_t port = config::kDnsPort;
  if (name.ends_with("-tls")) {
    resolver.transport = Transport::kTls;
    port = 853;
  } else if (name.ends_with("-https")) {
    resolver.transport = Transport::kHttps;
    resolver.url = fmt::format("https://dns.{}.net/dns-query", resolver.operator_name);
    port = 443;
  }
  auto& operators = scene.world.names.operators;
  if (std::ranges::find(operators, resolver.operator_name, &world::Operator::name) == operators.end()) {
    operators.push_back({.name = name, .addresses = {Address(kForwarder)}, .caches = std::vector<world::Cache>(1)});
  }
  for (const IpAddress& address : scene.world.names.Of(resolver.operator_name).addresses) {
    resolver.addresses.push_back({address, port});
  }
  scene.settings->resolvers.push_back(std::move(resolver));
}

void ShapeZone(world::Zone& zone, const Shape& shape) {
  for (int i = static_cast<int>(zone.servers.size()) + 1; i <= shape.name_servers; ++i) {
    zone.servers.push_back({.name = fmt::format("ns{}.{}", i, zone.name),
                            .address = {Address(fmt::format("192.0.2.{}", 52 + i)), config::kDnsPort}});
  }
  if (shape.is_signed) zone.is_signed = true;
}

// The name of a carrier's server, in a zone of the carrier's own.
void AddServerName(Scene& scene, const std::string& host, const IpAddress& address) {
  world::Zone zone{.name = host.substr(host.find('.') + 1)};
  zone.servers.push_back({.name = "ns1." + zone.name, .address = {Address("192.0.2.153"), config::kDnsPort}});
  zone.records.try_emplace({host, world::RecordType::kA}, world::RecordSet{{address.ToString()}});
  scene.world.names.zones.push_back(std::move(zone));
}

void AddStun(Scene& scene, const std::string& name, int number) {
  const std::string host = HostOfServer("stun", name);
  const IpAddress address = Address(fmt::format("192.0.2.{}", 200 + number));
  AddServerName(scene, host, address);
  scene.world.stun.push_back({.address = {address, 3478}});
  scene.settings->stun_servers.push_back({.name = name, .uri = {.host = host, .port = 3478}});
}

void AddRelay(Scene& scene, const std::string& name, int number) {
  const std::string host = HostOfServer("turn", name);
  const IpAddress address = Address(fmt::format("192.0.2.{}", 220 + number));
  AddServerName(scene, host, address);
  world::Relay relay{.address = {address, 5349}};
  relay.certificate_ends = kStart + std::chrono::days(90);
  scene.world.relays.push_back(std::move(relay));
  scene.settings->turn_servers.push_back(
      {.name = name,
       .uri = {.relay = true, .transport = Transport::kTls, .host = host, .port = 5349},
       .username = "watch",
       .password_file = "none"});
}

}  // namespace

Scene BuildScene(const Shape& shape, std::uint64_t seed) {
  Scene scene{.world = world::OrdinaryWorld(shape.dialers, seed),
              .settings = std::make_shared<config::Settings>(world::OrdinarySettings(shape.dialers))};
  ShapeZone(scene.world.names.zones.front(), shape);
  scene.settings->resolvers.clear();
  for (const std::string& name : shape.resolvers) AddResolver(scene, name);
  for (int i = 1; i <= shape.dialers; ++i) {
    config::Dialer& dialer = scene.settings->dialers[static_cast<std::size_t>(i) - 1];
    if (!shape.media) dialer.reflector_port = 0;
    if (shape.expect) dialer.expect = {*base::IpPrefix::Parse(world::AddressOf(i))};
  }
  scene.settings->stun_servers.clear();
  scene.world.stun.clear();
  scene.world.relays.clear();
  int number = 0;
  for (const std::string& name : shape.stun) AddStun(scene, name, number++);
  for (const std::string& name : shape.turn) AddRelay(scene, name, number++);
  return scene;
}

std::string OperatorOf(const std::string& resolver) {
  return resolver.substr(0, resolver.find('-'));
}

std::string HostOfServer(const std::string& kind, const std::string& name) {
  return fmt::format("{}.{}.net", kind, name);
}

}  // namespace dialwatch::scenarios
