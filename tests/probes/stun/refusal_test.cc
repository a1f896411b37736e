#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <ctime>

#include "probes/stun/round.h"
#include "tests/probes/stun/fake_server.h"
#include "tests/probes/stun/icmp.h"
#include "tests/probes/stun/run_round.h"

namespace dialwatch::probes {

using base::Endpoint;
using base::IpAddress;
using test::AnswerHonestly;
using test::FakeServer;
using test::IcmpCode;
using test::Octets;
using test::Ran;
using test::RefusedPort;
using test::RunRound;
using test::SendIcmp;
using test::Servers;
using test::StaySilent;
using namespace std::chrono_literals;

namespace {

StunSample RunOne(EventLoop& loop, const Endpoint& server, base::Duration deadline) {
  return RunRound(loop, Servers({server}), deadline).samples.at("s0");
}

}  // namespace

TEST_SUITE("probes/stun/refusal") {
  TEST_CASE("a refused port is unreachable at once, and says who refused") {
    EventLoop loop;
    const RefusedPort refused;
    const Ran ran = RunRound(loop, Servers({refused.endpoint()}), 5s);
    const StunSample& sample = ran.samples.at("s0");
    CHECK(sample.outcome == StunOutcome::kUnreachable);
    CHECK(sample.error == "Connection refused, says 127.0.0.1");
    CHECK(sample.sends == 1);
    CHECK(ran.took < 3s);
  }

  TEST_CASE("a refused IPv6 port is unreachable at once") {
    EventLoop loop;
    const RefusedPort refused(*IpAddress::Parse("::1"));
    const Ran ran = RunRound(loop, Servers({refused.endpoint()}), 5s);
    CHECK(ran.samples.at("s0").error == "Connection refused, says ::1");
    CHECK(ran.samples.at("s0").sends == 1);
  }

  TEST_CASE("a destination that the kernel refuses is unreachable without a send") {
    EventLoop loop;
    const StunSample sample = RunOne(loop, *Endpoint::Parse("255.255.255.255:3478", 0), 5s);
    CHECK(sample.outcome == StunOutcome::kUnreachable);
    CHECK(sample.error == "Permission denied");
    CHECK(sample.sends == 0);
  }

  TEST_CASE("a port that a router calls unreachable is so at once, though it quotes 8 octets only") {
    EventLoop loop;
    bool allowed = false;
    FakeServer server(loop, [&](FakeServer& self, const Octets&, const Endpoint& from) {
      allowed = SendIcmp(IcmpCode::kPortUnreachable, from, self.endpoint());
    });
    const StunSample sample = RunOne(loop, server.endpoint(), 400ms);
    if (!allowed) {
      fmt::print("SKIPPED: raw sockets are not allowed (CAP_NET_RAW)\n");
      return;
    }
    CHECK(sample.outcome == StunOutcome::kUnreachable);
    CHECK(sample.error == "Connection refused, says 127.0.0.1");
  }

  TEST_CASE("an unreachable host is told at the end, since a route may change (RFC 8489 §6.2.1)") {
    EventLoop loop;
    bool allowed = false;
    FakeServer server(loop, [&](FakeServer& self, const Octets&, const Endpoint& from) {
      allowed = SendIcmp(IcmpCode::kHostUnreachable, from, self.endpoint());
    });
    FakeServer healing(loop, [&](FakeServer& self, const Octets& request, const Endpoint& from) {
      if (self.requests() == 1) SendIcmp(IcmpCode::kHostUnreachable, from, self.endpoint());
      if (self.requests() == 2) AnswerHonestly(self, request, from);
    });
    const Ran ran = RunRound(loop, Servers({server.endpoint(), healing.endpoint()}), 900ms);
    if (!allowed) {
      fmt::print("SKIPPED: raw sockets are not allowed (CAP_NET_RAW)\n");
      return;
    }
    CHECK(ran.samples.at("s0").outcome == StunOutcome::kUnreachable);
    CHECK(ran.samples.at("s0").error == "No route to host, says 127.0.0.1");
    CHECK(ran.samples.at("s0").sends == 2);
    CHECK(ran.samples.at("s1").outcome == StunOutcome::kMapped);
    CHECK(ran.samples.at("s1").error == "");
  }

  TEST_CASE("one server's refusal neither harms the others nor makes the socket deaf") {
    EventLoop loop;
    FakeServer late(loop, [](FakeServer& self, const Octets& request, const Endpoint& from) {
      if (self.requests() > 1) AnswerHonestly(self, request, from);
    });
    FakeServer prompt(loop, AnswerHonestly);
    const RefusedPort first;
    const RefusedPort second;
    const Ran ran =
        RunRound(loop, Servers({first.endpoint(), prompt.endpoint(), second.endpoint(), late.endpoint()}), 3s);
    CHECK(ran.samples.at("s0").outcome == StunOutcome::kUnreachable);
    CHECK(ran.samples.at("s1").outcome == StunOutcome::kMapped);
    CHECK(ran.samples.at("s1").sends == 1);
    CHECK(ran.samples.at("s2").outcome == StunOutcome::kUnreachable);
    CHECK(ran.samples.at("s3").outcome == StunOutcome::kMapped);
    CHECK(ran.samples.at("s3").sends == 2);
    CHECK(ran.took < 1400ms);  // told when it came, not with the next send at 1.5 s
  }

  TEST_CASE("a hundred refusals do not spin the loop") {
    EventLoop loop;
    const std::array<RefusedPort, 100> refused;
    std::vector<StunSample> servers;
    servers.reserve(refused.size() + 1);
    for (const RefusedPort& each : refused) {
      servers.push_back(test::Begun(fmt::format("dead{}", servers.size()), each.endpoint()));
    }
    FakeServer silent(loop, StaySilent);
    servers.push_back(test::Begun("silent", silent.endpoint()));
    const std::clock_t before = std::clock();
    const Ran ran = RunRound(loop, std::move(servers), 1s);
    CHECK(static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC < 0.5);  // a spinning loop takes the whole second
    CHECK(ran.samples.size() == 101);
    CHECK(ran.order.back() == "silent");
    CHECK(ran.samples.at("dead0").outcome == StunOutcome::kUnreachable);
    CHECK(ran.samples.at("dead99").outcome == StunOutcome::kUnreachable);
  }
}

}  // namespace dialwatch::probes
