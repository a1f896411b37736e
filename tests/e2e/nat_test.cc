#include "tests/lab/nat.h"

#include <doctest/doctest.h>

#include <map>

#include "base/names.h"
#include "probes/stun/lifetime_watch.h"
#include "probes/sweep.h"

// What the STUN probes see through each kind of NAT, with real servers.
namespace dialwatch {
namespace {

using lab::NatKind;
using lab::NatLab;
using probes::NatBehaviour;
using probes::NatSample;
using probes::StunSample;
using namespace std::chrono_literals;

struct Seen {
  std::map<std::string, StunSample> bindings;  // by server
  std::map<std::string, NatSample> nats;

  const base::Endpoint& Mapped(const std::string& server) const { return bindings.at(server).mapped.value(); }
};

Seen Look() {
  auto settings = std::make_shared<config::Settings>();
  settings->stun_servers = {{"one", {.host = NatLab::kServer}}, {"two", {.host = NatLab::kSecondServer}}};
  Seen seen;
  probes::Sweep(settings, {probes::StunTarget{}}, 1, 0ms, [&](const probes::Sample& sample) {
    if (const auto* binding = std::get_if<StunSample>(&sample)) seen.bindings[binding->server] = *binding;
    if (const auto* nat = std::get_if<NatSample>(&sample)) seen.nats[nat->server] = *nat;
  });
  for (const char* server : {"one", "two"}) {
    CAPTURE(server);
    REQUIRE(seen.bindings.contains(server));
    REQUIRE(seen.bindings[server].mapped);
    CHECK(seen.bindings[server].local.address.ToString() == NatLab::kHere);
  }
  REQUIRE(seen.nats.contains("one"));
  CHECK(seen.nats["one"].why == "");
  return seen;
}

// Asked at their second address, coturn and stund name another address that is none.
void Expect(const Seen& seen, NatBehaviour mapping, NatBehaviour filtering) {
  const NatSample& nat = seen.nats.at("one");
  CHECK(base::NameOf(nat.mapping) == base::NameOf(mapping));
  CHECK(base::NameOf(nat.filtering) == base::NameOf(filtering));
}

}  // namespace

TEST_SUITE("e2e/nat") {
  TEST_CASE("without a NAT the mapped address is our own") {
    lab::Behind(NatKind::kNone, "turnserver", [](const NatLab& nat) {
      const auto server = nat.ServeCoturn();
      const Seen seen = Look();
      CHECK(seen.Mapped("one") == seen.bindings.at("one").local);
      CHECK(seen.Mapped("two") == seen.Mapped("one"));
      Expect(seen, NatBehaviour::kEndpointIndependent, NatBehaviour::kEndpointIndependent);
    });
  }

  TEST_CASE("a full cone keeps the port and lets everybody in") {
    lab::Behind(NatKind::kFullCone, "turnserver", [](const NatLab& nat) {
      const auto server = nat.ServeCoturn();
      const Seen seen = Look();
      CHECK(seen.Mapped("one").address.ToString() == NatLab::kPublic);
      CHECK(seen.Mapped("two") == seen.Mapped("one"));
      Expect(seen, NatBehaviour::kEndpointIndependent, NatBehaviour::kEndpointIndependent);
    });
  }

  TEST_CASE("masquerading keeps the port and lets in only who was sent to") {
    lab::Behind(NatKind::kMasquerade, "turnserver", [](const NatLab& nat) {
      const auto server = nat.ServeCoturn();
      const Seen seen = Look();
      CHECK(seen.Mapped("one").address.ToString() == NatLab::kPublic);
      CHECK(seen.Mapped("one").port == seen.bindings.at("one").local.port);
      CHECK(seen.Mapped("two") == seen.Mapped("one"));
      Expect(seen, NatBehaviour::kEndpointIndependent, NatBehaviour::kAddressAndPortDependent);
    });
  }

  TEST_CASE("Debian's stund tells the same as coturn") {
    lab::Behind(NatKind::kMasquerade, "stund", [](const NatLab& nat) {
      const auto server = nat.ServeStund();
      Expect(Look(), NatBehaviour::kEndpointIndependent, NatBehaviour::kAddressAndPortDependent);
    });
  }

  TEST_CASE("a symmetric NAT shows each server another port") {
    lab::Behind(NatKind::kSymmetric, "turnserver", [](const NatLab& nat) {
      const auto server = nat.ServeCoturn();
      const Seen seen = Look();
      CHECK(seen.Mapped("one").address == seen.Mapped("two").address);
      CHECK(seen.Mapped("one").port != seen.Mapped("two").port);
      Expect(seen, NatBehaviour::kAddressAndPortDependent, NatBehaviour::kAddressAndPortDependent);
    });
  }

  TEST_CASE("a pool shows each server another address") {
    lab::Behind(NatKind::kPooled, "turnserver", [](const NatLab& nat) {
      const auto server = nat.ServeCoturn();
      const Seen seen = Look();
      CHECK(seen.Mapped("one").address.ToString() == NatLab::kPublic);
      CHECK(seen.Mapped("two").address.ToString() == NatLab::kSecondPublic);
      REQUIRE(seen.nats.at("one").elsewhere);
      CHECK(seen.nats.at("one").elsewhere->address.ToString() == NatLab::kSecondPublic);
      Expect(seen, NatBehaviour::kAddressDependent, NatBehaviour::kAddressAndPortDependent);
    });
  }

  TEST_CASE("traffic that leaves from a wrong address shows it to all servers") {
    lab::Behind(NatKind::kWrongAddress, "turnserver", [](const NatLab& nat) {
      const auto server = nat.ServeCoturn();
      const Seen seen = Look();
      CHECK(seen.Mapped("one").address.ToString() == NatLab::kSecondPublic);
      CHECK(seen.Mapped("two") == seen.Mapped("one"));
    });
  }

  TEST_CASE("the life of an idle mapping is measured though the NAT gives a new one the old port") {
    lab::Behind(NatKind::kMasquerade, "turnserver", [](const NatLab& nat) {
      const auto server = nat.ServeCoturn();
      nat.ForgetAfter(2);
      probes::EventLoop loop;
      probes::MappingLifetime told;
      probes::LifetimeWatch watch(loop, {*base::IpAddress::Parse(NatLab::kServer), 3478}, std::nullopt,
                                  [&](const probes::MappingLifetime& lifetime) {
                                    told = lifetime;
                                    if (told.at_most) loop.Stop();
                                  });
      watch.second = 100ms;  // so the router forgets after 20 of its seconds
      watch.Start();
      probes::Timer watchdog(loop);
      watchdog.Start(30s, [&] { loop.Stop(); });
      loop.Run();
      CHECK(told.at_least == 15s);
      CHECK(told.at_most == 30s);
    });
  }
}

}  // namespace dialwatch
