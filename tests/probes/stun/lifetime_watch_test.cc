#include "probes/stun/lifetime_watch.h"

#include <doctest/doctest.h>

#include <set>

#include "tests/probes/stun/fake_server.h"

namespace dialwatch::probes {

using base::Endpoint;
using test::FakeServer;
using test::Octets;
using namespace std::chrono_literals;

namespace {

const base::IpAddress kPublic = *base::IpAddress::Parse("203.0.113.5");

void Tell(FakeServer& self, const Octets& request, const Endpoint& to, const Endpoint& mapped) {
  self.Send(to, test::MappedAnswer(request, mapped));
}

// Watches until `enough`, with a second that lasts a millisecond; gives what was told.
std::vector<MappingLifetime> Watch(EventLoop& loop, const Endpoint& server, std::size_t enough,
                                   std::chrono::seconds patience = 15s) {
  std::vector<MappingLifetime> told;
  LifetimeWatch watch(loop, server, std::nullopt, [&](const MappingLifetime& lifetime) {
    told.push_back(lifetime);
    if (told.size() == enough) loop.Stop();
  });
  watch.second = 1ms;
  watch.Start();
  Timer watchdog(loop);
  watchdog.Start(patience, [&] { loop.Stop(); });
  loop.Run();
  return told;
}

}  // namespace

TEST_SUITE("probes/stun/lifetime_watch") {
  TEST_CASE("an answer that another socket asks for shows that the idle mapping lives, until it no longer comes") {
    EventLoop loop;
    std::set<TransactionId> looks;
    FakeServer server(loop, [&](FakeServer& self, const Octets& request, const Endpoint& from) {
      const auto port = test::ResponsePortOf(request);
      if (!port) return Tell(self, request, from, {kPublic, from.port});
      looks.insert(ReadTransactionId(request));
      CHECK(*port != from.port);
      if (looks.size() <= 3) Tell(self, request, {from.address, *port}, {kPublic, from.port});
    });
    const auto told = Watch(loop, server.endpoint(), 3);
    REQUIRE(told.size() == 3);
    CHECK(told[0] == MappingLifetime{15s, std::nullopt});
    CHECK(told[1] == MappingLifetime{30s, std::nullopt});
    CHECK(told[2] == MappingLifetime{30s, 60s});
  }

  TEST_CASE("the silence of a server that is gone is not the end of a mapping") {
    EventLoop loop;
    int looks = 0;
    bool gone = false;
    FakeServer server(loop, [&](FakeServer& self, const Octets& request, const Endpoint& from) {
      if (gone) return;
      const auto port = test::ResponsePortOf(request);
      if (!port) {
        gone = looks == 2;  // once it has given one more mapping
        return Tell(self, request, from, {kPublic, from.port});
      }
      ++looks;
      Tell(self, request, {from.address, *port}, from);
    });
    const auto told = Watch(loop, server.endpoint(), 2, 13s);
    REQUIRE(told.size() == 1);
    CHECK(told[0] == MappingLifetime{15s, std::nullopt});
  }

  TEST_CASE("a server without RESPONSE-PORT tells nothing where the NAT keeps the port") {
    EventLoop loop;
    FakeServer server(loop, [](FakeServer& self, const Octets& request, const Endpoint& from) {
      Tell(self, request, from, {kPublic, from.port});
    });
    CHECK(Watch(loop, server.endpoint(), 1, 7s).empty());
    CHECK(server.requests() < 10);
  }

  TEST_CASE("where the NAT chooses its ports, another one shows that the mapping has gone") {
    EventLoop loop;
    int asked = 0;
    FakeServer server(loop, [&](FakeServer& self, const Octets& request, const Endpoint& from) {
      // the mapping and the look without RESPONSE-PORT; then a mapping that lives 15 s, and one that does not live 30
      if (!test::ResponsePortOf(request)) ++asked;
      Tell(self, request, from, {kPublic, static_cast<std::uint16_t>(asked == 5 ? 7 : 6)});
    });
    const auto told = Watch(loop, server.endpoint(), 2);
    REQUIRE(told.size() == 2);
    CHECK(told[0] == MappingLifetime{15s, std::nullopt});
    CHECK(told[1] == MappingLifetime{15s, 30s});
  }

  TEST_CASE("without a NAT there is nothing to measure") {
    EventLoop loop;
    FakeServer server(loop, test::AnswerHonestly);
    CHECK(Watch(loop, server.endpoint(), 1, 1s).empty());
    CHECK(server.requests() <= 2);
  }
}

}  // namespace dialwatch::probes
