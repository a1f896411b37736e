#include "probes/stun/round.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <deque>

#include "tests/probes/stun/fake_server.h"
#include "tests/probes/stun/run_round.h"

namespace dialwatch::probes {

using base::Endpoint;
using base::IpAddress;
using test::AnswerHonestly;
using test::Attribute;
using test::FakeServer;
using test::Octets;
using test::Ran;
using test::RunRound;
using test::Servers;
using test::StaySilent;
using namespace std::chrono_literals;

namespace {

StunSample RunOne(EventLoop& loop, const Endpoint& server, base::Duration deadline) {
  return RunRound(loop, Servers({server}), deadline).samples.at("s0");
}

}  // namespace

TEST_SUITE("probes/stun/round") {
  TEST_CASE("tells the mapped address, from which server it is and how long it took") {
    EventLoop loop;
    FakeServer server(loop, AnswerHonestly);
    const StunSample sample = RunOne(loop, server.endpoint(), 2s);
    CHECK(sample.outcome == StunOutcome::kMapped);
    CHECK(sample.server == "s0");
    CHECK(sample.host == "stun.example");
    CHECK(sample.resolved_via == std::vector<std::string>{"quad9"});
    CHECK(sample.address == server.endpoint());
    CHECK(sample.round == 7);
    CHECK(sample.mapped == sample.local);
    CHECK(sample.local.address.ToString() == "127.0.0.1");
    CHECK(sample.sends == 1);
    REQUIRE(sample.rtt);
    CHECK(*sample.rtt > 0us);
    CHECK(*sample.rtt < 500ms);
    CHECK(sample.error == "");
    CHECK(base::WallClockNow() - sample.at < 10s);
  }

  TEST_CASE("a round without servers is done") {
    EventLoop loop;
    CHECK(RunRound(loop, {}, 2s).samples.empty());
  }

  TEST_CASE("all servers of a family are asked from one socket") {
    EventLoop loop;
    FakeServer first(loop, AnswerHonestly);
    FakeServer second(loop, AnswerHonestly, *IpAddress::Parse("127.0.0.2"));
    const Ran ran = RunRound(loop, Servers({first.endpoint(), second.endpoint()}), 2s);
    CHECK(ran.samples.at("s0").mapped == ran.samples.at("s1").mapped);
  }

  TEST_CASE("IPv4 and IPv6 servers are asked in one round") {
    EventLoop loop;
    FakeServer v4(loop, AnswerHonestly);
    FakeServer v6(loop, AnswerHonestly, *IpAddress::Parse("::1"));
    const Ran ran = RunRound(loop, Servers({v4.endpoint(), v6.endpoint()}), 2s);
    CHECK(ran.samples.at("s0").local.address.ToString() == "127.0.0.1");
    CHECK(ran.samples.at("s1").local.address.ToString() == "::1");
    CHECK(ran.samples.at("s1").mapped == ran.samples.at("s1").local);
  }

  TEST_CASE("asks from the configured address") {
    EventLoop loop;
    FakeServer server(loop, AnswerHonestly);
    const auto bind = *IpAddress::Parse("127.0.0.9");
    const StunSample sample = RunRound(loop, Servers({server.endpoint()}), 2s, bind).samples.at("s0");
    REQUIRE(sample.mapped);
    CHECK(sample.mapped->address == bind);
  }

  TEST_CASE("an address that is not ours makes every server unreachable, and says why") {
    EventLoop loop;
    FakeServer server(loop, AnswerHonestly);
    const auto bind = *IpAddress::Parse("192.0.2.1");
    const StunSample sample = RunRound(loop, Servers({server.endpoint()}), 2s, bind).samples.at("s0");
    CHECK(sample.outcome == StunOutcome::kUnreachable);
    CHECK(sample.error == "cannot send from 192.0.2.1: Cannot assign requested address");
    CHECK(sample.sends == 0);
  }

  TEST_CASE("a request that is lost is sent again, and then gives no RTT") {
    EventLoop loop;
    FakeServer server(loop, [](FakeServer& self, const Octets& request, const Endpoint& from) {
      if (self.requests() > 1) AnswerHonestly(self, request, from);
    });
    const Ran ran = RunRound(loop, Servers({server.endpoint()}), 3s);
    const StunSample& sample = ran.samples.at("s0");
    CHECK(sample.outcome == StunOutcome::kMapped);
    CHECK(sample.sends == 2);
    CHECK_FALSE(sample.rtt);
    CHECK(ran.took >= 490ms);
  }

  TEST_CASE("silence is a timeout at the deadline, though the schedule would go on") {
    EventLoop loop;
    FakeServer server(loop, StaySilent);
    const Ran ran = RunRound(loop, Servers({server.endpoint()}), 600ms);
    const StunSample& sample = ran.samples.at("s0");
    CHECK(sample.outcome == StunOutcome::kTimeout);
    CHECK(sample.error == "");
    CHECK(sample.sends == 2);
    CHECK(server.requests() == 2);
    CHECK_FALSE(sample.mapped);
    CHECK(ran.took >= 590ms);
    CHECK(ran.took < 3s);
  }

  TEST_CASE("without a nearer deadline a server gets four requests and 5.5 s") {
    EventLoop loop;
    FakeServer server(loop, StaySilent);
    const Ran ran = RunRound(loop, Servers({server.endpoint()}), 60s);
    CHECK(ran.samples.at("s0").sends == 4);
    CHECK(server.requests() == 4);
    CHECK(ran.took >= 5490ms);
    CHECK(ran.took < 9s);
  }

  TEST_CASE("of 200 servers one is dead, and delays no other") {
    EventLoop loop;
    std::deque<FakeServer> fakes;
    std::vector<StunSample> servers;
    for (int i = 0; i < 200; ++i) {
      fakes.emplace_back(loop, i == 50 ? StaySilent : AnswerHonestly);
      servers.push_back(test::Begun(fmt::format("s{}", i), fakes.back().endpoint()));
    }
    const Ran ran = RunRound(loop, std::move(servers), 400ms);
    CHECK(ran.samples.size() == 200);
    CHECK(ran.order.back() == "s50");
    for (const auto& each : ran.samples) {
      CAPTURE(each.first);
      CHECK(each.second.outcome == (each.first == "s50" ? StunOutcome::kTimeout : StunOutcome::kMapped));
      CHECK(each.second.sends == 1);  // none of the answers was lost
    }
  }

  TEST_CASE("answers that waited while the loop was held up are not taken for silence") {
    EventLoop loop;
    FakeServer server(loop, AnswerHonestly);
    // after the answer has been sent, before the round has read it
    FakeServer held(loop, [&](FakeServer& self, const Octets& request, const Endpoint& from) {
      AnswerHonestly(self, request, from);
      const auto until = std::chrono::steady_clock::now() + 300ms;
      while (std::chrono::steady_clock::now() < until) {
      }
    });
    const Ran ran = RunRound(loop, Servers({server.endpoint(), held.endpoint()}), 200ms);
    CHECK(ran.samples.at("s0").outcome == StunOutcome::kMapped);
    CHECK(ran.samples.at("s1").outcome == StunOutcome::kMapped);
  }

  TEST_CASE("an answer from another port is no answer, and is told where none better comes") {
    EventLoop loop;
    FakeServer other(loop, StaySilent);
    FakeServer server(loop, [&](FakeServer&, const Octets& request, const Endpoint& from) {
      other.Send(from, test::MappedAnswer(request, from));
    });
    const StunSample sample = RunOne(loop, server.endpoint(), 200ms);
    CHECK(sample.outcome == StunOutcome::kTimeout);
    CHECK(sample.error == fmt::format("an answer came from {} instead", other.endpoint().ToString()));
    CHECK_FALSE(sample.mapped);
  }

  TEST_CASE("the right answer counts after one from another port") {
    EventLoop loop;
    FakeServer other(loop, StaySilent);
    FakeServer server(loop, [&](FakeServer& self, const Octets& request, const Endpoint& from) {
      other.Send(from, test::MappedAnswer(request, *Endpoint::Parse("203.0.113.66:6", 0)));
      AnswerHonestly(self, request, from);
    });
    const StunSample sample = RunOne(loop, server.endpoint(), 2s);
    CHECK(sample.outcome == StunOutcome::kMapped);
    CHECK(sample.mapped == sample.local);
    CHECK(sample.error == "");
  }

  TEST_CASE("of ten answers the first counts, once") {
    EventLoop loop;
    FakeServer silent(loop, StaySilent);  // keeps the round open for the other nine
    FakeServer server(loop, [](FakeServer& self, const Octets& request, const Endpoint& from) {
      AnswerHonestly(self, request, from);
      const Endpoint lie = *Endpoint::Parse("203.0.113.66:6", 0);
      for (int i = 0; i < 9; ++i) self.Send(from, test::MappedAnswer(request, lie));
    });
    const Ran ran = RunRound(loop, Servers({server.endpoint(), silent.endpoint()}), 200ms);
    CHECK(ran.samples.at("s0").mapped == ran.samples.at("s0").local);
    CHECK(ran.samples.at("s1").outcome == StunOutcome::kTimeout);
  }

  TEST_CASE("a malformed answer is told at the end") {
    EventLoop loop;
    FakeServer server(loop, [](FakeServer& self, const Octets& request, const Endpoint& from) {
      Octets answer = test::MappedAnswer(request, from);
      answer.push_back(0);
      self.Send(from, answer);
    });
    const Ran ran = RunRound(loop, Servers({server.endpoint()}), 200ms);
    const StunSample& sample = ran.samples.at("s0");
    CHECK(sample.outcome == StunOutcome::kMalformed);
    CHECK(sample.error == "the header announces 12 octets, the datagram has 13");
    CHECK(ran.took >= 190ms);
  }

  TEST_CASE("an address of another family than the server's is none") {
    EventLoop loop;
    FakeServer server(loop, [](FakeServer& self, const Octets& request, const Endpoint& from) {
      self.Send(from, test::MappedAnswer(request, {*IpAddress::Parse("2001:db8::1"), 4000}));
    });
    const StunSample sample = RunOne(loop, server.endpoint(), 200ms);
    CHECK(sample.outcome == StunOutcome::kMalformed);
    CHECK(sample.error == "the mapped address is of another family than the server's");
    CHECK(!sample.mapped);
  }

  TEST_CASE("a good answer counts after a malformed one") {
    EventLoop loop;
    FakeServer server(loop, [](FakeServer& self, const Octets& request, const Endpoint& from) {
      self.Send(from, request);  // a reflector
      AnswerHonestly(self, request, from);
    });
    const StunSample sample = RunOne(loop, server.endpoint(), 2s);
    CHECK(sample.outcome == StunOutcome::kMapped);
    CHECK(sample.error == "");
  }

  TEST_CASE("an error response ends the wait") {
    EventLoop loop;
    FakeServer server(loop, [](FakeServer& self, const Octets& request, const Endpoint& from) {
      self.Send(from, test::Message(test::kBindingError, ReadTransactionId(request),
                                    {Attribute(0x0009, test::ErrorValue(420, "Unknown Attribute"))}));
    });
    const Ran ran = RunRound(loop, Servers({server.endpoint()}), 5s);
    const StunSample& sample = ran.samples.at("s0");
    CHECK(sample.outcome == StunOutcome::kErrorResponse);
    CHECK(sample.error_code == 420);
    CHECK(sample.error == "Unknown Attribute");
    CHECK(sample.rtt);
    CHECK(sample.sends == 1);
  }

  TEST_CASE("noise without our transaction ID is ignored") {
    EventLoop loop;
    FakeServer server(loop, [](FakeServer& self, const Octets& request, const Endpoint& from) {
      Octets forged = test::MappedAnswer(request, *Endpoint::Parse("203.0.113.66:6", 0));
      forged[19] ^= 1;
      self.Send(from, forged);
      self.Send(from, {});
      self.Send(from, Octets(19, 1));
      self.Send(from, Octets(65000, 0xFF));
      AnswerHonestly(self, request, from);
    });
    const StunSample sample = RunOne(loop, server.endpoint(), 2s);
    CHECK(sample.mapped == sample.local);
  }

  TEST_CASE("an answer larger than any STUN server's is malformed") {
    EventLoop loop;
    FakeServer server(loop, [](FakeServer& self, const Octets& request, const Endpoint& from) {
      self.Send(from, test::Message(test::kBindingSuccess, ReadTransactionId(request),
                                    {Attribute(test::kSoftware, Octets(60000, 'x'))}));
    });
    CHECK(RunOne(loop, server.endpoint(), 200ms).outcome == StunOutcome::kMalformed);
  }

  TEST_CASE("a destroyed round says nothing more") {
    EventLoop loop;
    FakeServer server(loop, AnswerHonestly);
    Timer end(loop);
    end.Start(100ms, [&] { loop.Stop(); });
    {
      StunRound round(loop, Servers({server.endpoint()}), {}, 1s);
      round.Start([](const StunSample&) { FAIL("a sample"); }, [] { FAIL("done"); });
    }
    loop.Run();
    CHECK(server.requests() == 0);
  }

  TEST_CASE("a round destroyed while it waits says nothing more") {
    EventLoop loop;
    std::unique_ptr<StunRound> round;
    FakeServer server(loop, [&](FakeServer& self, const Octets& request, const Endpoint& from) {
      round.reset();
      AnswerHonestly(self, request, from);
    });
    round = std::make_unique<StunRound>(loop, Servers({server.endpoint()}), std::nullopt, 50ms);
    round->Start([](const StunSample&) { FAIL("a sample"); }, [] { FAIL("done"); });
    Timer end(loop);
    end.Start(150ms, [&] { loop.Stop(); });
    loop.Run();
    CHECK(server.requests() == 1);
  }
}

}  // namespace dialwatch::probes
