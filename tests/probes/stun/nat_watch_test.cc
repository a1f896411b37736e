#include "probes/stun/nat_watch.h"

#include <doctest/doctest.h>

#include <map>

#include "tests/probes/stun/fake_server.h"

namespace dialwatch::probes {

using base::Endpoint;
using test::FakeServer;
using test::Octets;
using namespace std::chrono_literals;

namespace {

const base::IpAddress kPublic = *base::IpAddress::Parse("203.0.113.5");

// Two servers behind a NAT that keeps ports, for ever; both know RESPONSE-PORT.
struct Bed {
  EventLoop loop;
  std::map<std::string, NatSample> newest;
  std::string silent;
  std::map<std::string, int> requests;
  FakeServer one{loop, Handler("one")}, two{loop, Handler("two")};
  Asker asker{loop, std::make_shared<config::Settings>(), [this](const Sample& sample) {
                const auto& nat = std::get<NatSample>(sample);
                newest[nat.server] = nat;
              }};
  NatWatch watch{asker};

  Bed() { watch.second = 1ms; }

  FakeServer::Handler Handler(const std::string& name) {
    return [this, name](FakeServer& self, const Octets& request, const Endpoint& from) {
      ++requests[name];
      if (silent == name) return;
      const std::uint16_t port = test::ResponsePortOf(request).value_or(from.port);
      self.Send({from.address, port}, test::MappedAnswer(request, {kPublic, from.port}));
    };
  }

  void See(const std::string& server, const Endpoint& address) {
    StunSample sample;
    sample.server = server;
    sample.address = address;
    sample.mapped = Endpoint{kPublic, 1};
    watch.See(sample, nullptr);
  }

  void Turn() {
    if (silent != "one") See("one", one.endpoint());
    if (silent != "two") See("two", two.endpoint());
    watch.EndTurn();
  }

  bool Until(const std::function<bool()>& condition) {
    Timer turns(loop), watchdog(loop);
    bool late = false;
    turns.StartRepeating(20ms, [&] {
      if (condition()) return loop.Stop();
      Turn();
    });
    watchdog.Start(20s, [&] {
      late = true;
      loop.Stop();
    });
    loop.Run();
    return !late;
  }

  // The server that has told how long idle mappings live, or "".
  std::string Told() const {
    for (const auto& [name, sample] : newest) {
      if (sample.lifetime.at_least && name != silent) return name;
    }
    return "";
  }
};

}  // namespace

TEST_SUITE("probes/stun/nat_watch") {
  TEST_CASE("when the server that tells how long mappings live falls silent, another one goes on from there") {
    Bed bed;
    REQUIRE(bed.Until([&] { return !bed.Told().empty(); }));
    const std::string first = bed.Told();
    REQUIRE(bed.Until([&] { return bed.newest[first].lifetime.at_least == 60s; }));
    bed.silent = first;
    const std::string second = first == "one" ? "two" : "one";
    REQUIRE(bed.Until([&] { return bed.Told() == second; }));
    CHECK(bed.newest[second].lifetime.at_least >= 120s);
    CHECK_FALSE(bed.newest[second].lifetime.at_most);
  }

  TEST_CASE("a server with a crowd of addresses does not keep the others waiting") {
    Bed bed;
    for (std::uint16_t port = 1; port <= 20; ++port) bed.See("crowd", {*base::IpAddress::Parse("127.0.0.1"), port});
    const auto began = std::chrono::steady_clock::now();
    REQUIRE(bed.Until([&] { return bed.newest.contains("two"); }));
    CHECK(std::chrono::steady_clock::now() - began < 5s);
  }

  TEST_CASE("one server at a time tells how long mappings live") {
    Bed bed;
    REQUIRE(bed.Until([&] { return bed.newest.size() == 2 && !bed.Told().empty(); }));
    const std::string first = bed.Told(), second = first == "one" ? "two" : "one";
    REQUIRE(bed.Until([&] { return bed.newest[first].lifetime.at_least == 320s; }));
    CHECK(bed.requests[second] == 1);
    CHECK(bed.newest[second].lifetime == MappingLifetime{});
  }
}

}  // namespace dialwatch::probes
