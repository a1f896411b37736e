#include "probes/port/knock.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/names.h"
#include "tests/lab/process.h"
#include "tests/probes/stun/coturn.h"
#include "tests/probes/stun/fake_server.h"
#include "tests/probes/stun/icmp.h"
#include "tests/probes/train/far_end.h"

namespace dialwatch::probes {

using base::Endpoint;
using base::IpAddress;
using test::FakeServer;
using test::Octets;
using namespace std::chrono_literals;

namespace {

// What the knock has told after `at_most`, if anything.
std::optional<PortSample> Knock(EventLoop& loop, const Endpoint& port, base::Duration patience = 1200ms,
                                base::Duration at_most = 5s) {
  PortSample begun;
  begun.subject = {"d1", "d1.example.com", {"google"}, false, port};
  begun.round = 3;
  std::optional<PortSample> told;
  const PortKnock knock(loop, begun, std::nullopt, patience, [&](const PortSample& sample) {
    REQUIRE(!told);
    told = sample;
    loop.Stop();
  });
  Timer watchdog(loop);
  watchdog.Start(at_most, [&] { loop.Stop(); });
  loop.Run();
  return told;
}

PortSample KnockAt(EventLoop& loop, const Endpoint& port, base::Duration patience = 1200ms) {
  const auto told = Knock(loop, port, patience);
  REQUIRE(told);
  CHECK(told->subject.dialer == "d1");
  CHECK(told->round == 3);
  CHECK(told->at != base::TimePoint{});
  return *told;
}

std::string_view OutcomeAt(EventLoop& loop, const Endpoint& port) {
  return base::NameOf(KnockAt(loop, port).outcome);
}

}  // namespace

TEST_SUITE("probes/port/knock") {
  TEST_CASE("a port that answers is alive at the first request") {
    EventLoop loop;
    Octets asked;
    FakeServer server(loop, [&](FakeServer& self, const Octets& request, const Endpoint& from) {
      asked = request;
      test::AnswerHonestly(self, request, from);
    });
    const PortSample sample = KnockAt(loop, server.endpoint());
    CHECK(sample.outcome == PortOutcome::kAnswered);
    CHECK(sample.mapped == sample.local);
    CHECK(sample.sends == 1);
    CHECK(sample.rtt);
    CHECK(sample.error.empty());
    // RFC 8489: a binding request with SOFTWARE (§14.14) and, last, a FINGERPRINT (§14.7); no shorter than a plain
    // answer, so that nobody has a reason to keep silent
    CHECK(asked.size() == 60);
    CHECK((asked[0] == 0x00 && asked[1] == 0x01));
    CHECK((asked[20] == 0x80 && asked[21] == 0x22));
    CHECK((asked[asked.size() - 8] == 0x80 && asked[asked.size() - 7] == 0x28));
  }

  TEST_CASE("the reflector answers it over either family, which answers nothing that is shorter than its answer") {
    EventLoop loop;
    const test::FarEnd v4, v6(*IpAddress::Parse("::1"));
    CHECK(OutcomeAt(loop, v4.endpoint()) == "answered");
    CHECK(OutcomeAt(loop, v6.endpoint()) == "answered");
  }

  TEST_CASE("coturn answers it") {
    if (lab::Missing("turnserver")) return;
    EventLoop loop;
    const test::Coturn coturn({"127.0.0.1"});
    CHECK(lab::WaitUntil(10s, [&] {
      return OutcomeAt(loop, *Endpoint::Parse("127.0.0.1", coturn.port())) == "answered";  // refused until it is ready
    }));
  }

  TEST_CASE("an error is a sign of life too, and told apart") {
    EventLoop loop;
    FakeServer server(loop, [](FakeServer& self, const Octets& request, const Endpoint& from) {
      const auto id = ReadTransactionId(request);
      self.Send(from, test::Message(test::kBindingError, id,
                                    {test::Attribute(0x0009, test::ErrorValue(400, "Bad Request"))}));
    });
    const PortSample sample = KnockAt(loop, server.endpoint());
    CHECK(sample.outcome == PortOutcome::kErrorResponse);
    CHECK(sample.error == "400 Bad Request");
    CHECK(sample.sends == 1);
  }

  TEST_CASE("so is anything else from that address and port: a forged ID, our own request, RTP, nothing at all") {
    EventLoop loop;
    Octets (*answer)(const Octets&) = nullptr;
    SUBCASE("a forged ID") {
      answer = [](const Octets& request) {
        Octets forged = request;
        forged[10] ^= 1;
        return test::MappedAnswer(forged, *Endpoint::Parse("203.0.113.7", 7));
      };
    }
    SUBCASE("our own request") {
      answer = [](const Octets& request) { return request; };
    }
    SUBCASE("RTP") {
      answer = [](const Octets&) { return Octets(172, 0x80); };
    }
    SUBCASE("nothing at all") {
      answer = [](const Octets&) { return Octets(); };
    }
    FakeServer server(
        loop, [&](FakeServer& self, const Octets& request, const Endpoint& from) { self.Send(from, answer(request)); });
    const PortSample sample = KnockAt(loop, server.endpoint());
    CHECK(sample.outcome == PortOutcome::kOtherAnswer);
    CHECK_FALSE(sample.mapped);
    CHECK_FALSE(sample.rtt);
    CHECK(sample.error != "");
    CHECK(sample.sends == 2);
  }

  TEST_CASE("behind what is forged the right answer is still heard") {
    EventLoop loop;
    FakeServer server(loop, [](FakeServer& self, const Octets& request, const Endpoint& from) {
      Octets forged = request;
      forged[19] ^= 1;
      for (int i = 0; i < 300; ++i) self.Send(from, test::MappedAnswer(forged, from));
      test::AnswerHonestly(self, request, from);
    });
    const PortSample sample = KnockAt(loop, server.endpoint());
    CHECK(sample.outcome == PortOutcome::kAnswered);
    CHECK(sample.error == "");
  }

  TEST_CASE("what comes from another port of that host is not heard") {
    EventLoop loop;
    FakeServer other(loop, test::StaySilent);
    FakeServer server(loop, [&](FakeServer&, const Octets& request, const Endpoint& from) {
      other.Send(from, test::MappedAnswer(request, from));
    });
    CHECK(OutcomeAt(loop, server.endpoint()) == "silent");
  }

  TEST_CASE("silence takes as long as patience does, and no longer") {
    EventLoop loop;
    FakeServer server(loop, test::StaySilent);
    const auto before = std::chrono::steady_clock::now();
    const PortSample sample = KnockAt(loop, server.endpoint(), 700ms);
    CHECK(std::chrono::steady_clock::now() - before >= 700ms);
    CHECK(std::chrono::steady_clock::now() - before < 1400ms);
    CHECK(sample.outcome == PortOutcome::kSilent);
    CHECK_FALSE(IsHostThere(sample.outcome));
    CHECK(sample.sends == 2);
    CHECK(server.requests() == 2);
  }

  TEST_CASE("a flood is not waited out") {
    EventLoop loop;
    std::optional<Endpoint> whom;
    FakeServer server(loop, [&](FakeServer&, const Octets&, const Endpoint& from) { whom = from; });
    Timer flood(loop);
    flood.StartRepeating(1ms, [&] {
      for (int i = 0; whom && i < 200; ++i) server.Send(*whom, Octets(1200, 0xAA));
    });
    const auto before = std::chrono::steady_clock::now();
    CHECK(KnockAt(loop, server.endpoint(), 700ms).outcome == PortOutcome::kOtherAnswer);
    CHECK(std::chrono::steady_clock::now() - before < 1400ms);
  }

  TEST_CASE("a port that the host itself refuses shows that the host is there, at once, over either family") {
    EventLoop loop;
    const test::RefusedPort v4, v6(*IpAddress::Parse("::1"));
    const PortSample sample = KnockAt(loop, v4.endpoint());
    CHECK(sample.outcome == PortOutcome::kRefused);
    CHECK(IsHostThere(sample.outcome));
    CHECK(sample.error == "Connection refused, says 127.0.0.1");
    CHECK(sample.sends == 1);
    CHECK(OutcomeAt(loop, v6.endpoint()) == "refused");
  }

  TEST_CASE("what somebody else says of the host tells nothing of it, and what follows still counts") {
    EventLoop loop;
    bool allowed = false;
    int answer_at = 0;
    FakeServer server(
        loop,
        [&](FakeServer& self, const Octets& request, const Endpoint& from) {
          allowed = test::SendIcmp(test::IcmpCode::kPortUnreachable, from, self.endpoint());  // by 127.0.0.1
          if (self.requests() == answer_at) test::AnswerHonestly(self, request, from);
        },
        *IpAddress::Parse("127.0.0.2"));
    const PortSample sample = KnockAt(loop, server.endpoint());
    if (!allowed) {
      fmt::print("SKIPPED: raw sockets are not allowed (CAP_NET_RAW)\n");
      return;
    }
    CHECK(sample.outcome == PortOutcome::kRejected);
    CHECK_FALSE(IsHostThere(sample.outcome));
    CHECK(sample.error == "Connection refused, says 127.0.0.1");
    CHECK(sample.sends == 2);
    answer_at = 4;
    CHECK(OutcomeAt(loop, server.endpoint()) == "answered");
  }

  TEST_CASE("where our own machine cannot send it says so") {
    EventLoop loop;
    const PortSample sample = KnockAt(loop, *Endpoint::Parse("255.255.255.255", 10000));
    CHECK(sample.outcome == PortOutcome::kSendFailed);
    CHECK_FALSE(IsHostThere(sample.outcome));
    CHECK(sample.error == "cannot send to 255.255.255.255: Permission denied");
    CHECK(sample.sends == 0);
  }

  TEST_CASE("one that is destroyed tells nothing") {
    EventLoop loop;
    FakeServer server(loop, test::StaySilent);
    CHECK_FALSE(Knock(loop, server.endpoint(), 5s, 100ms));
  }
}

}  // namespace dialwatch::probes
