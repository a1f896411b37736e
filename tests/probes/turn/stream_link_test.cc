#include <doctest/doctest.h>

#include "tests/probes/dns/fake_tls_server.h"
#include "tests/probes/turn/fake_relay.h"
#include "tests/probes/turn/run_session.h"

namespace dialwatch::probes {

using config::Transport;
using test::kCaller;
using test::RunSession;
using namespace std::chrono_literals;

namespace {

struct Bed {
  EventLoop loop;
  FakeTlsServer server{loop, GoodCertificate(), "dot"};  // for dns.test and 127.0.0.1

  TurnSample Run(Transport transport, base::Duration deadline = 5s, const std::string& tls_name = "") {
    TurnRoute route{server.endpoint(), transport, std::nullopt, nullptr};
    if (transport == Transport::kTls) route.tls = *TlsPeer::Make(route.server.address, tls_name, TlsPeer::Use::kRelay);
    return RunSession(loop, std::move(route), kCaller, deadline);
  }
};

}  // namespace

TEST_SUITE("probes/turn/stream_link") {
  TEST_CASE("a connection that is closed is unreachable") {
    Bed bed;
    bed.server.closes = true;
    const TurnSample sample = bed.Run(Transport::kTcp);
    CHECK(sample.outcome == TurnOutcome::kUnreachable);
    CHECK(sample.error == "the server closed the connection");
    CHECK(sample.step == TurnStep::kAllocate);
  }

  TEST_CASE("one that is closed during the handshake, or is no TLS, has failed at that") {
    Bed bed;
    bed.server.closes = true;
    TurnSample sample = bed.Run(Transport::kTls);
    CHECK(sample.outcome == TurnOutcome::kTlsFailed);
    CHECK(sample.error == "the server closed the connection during the TLS handshake");
    CHECK(sample.step == TurnStep::kConnect);
    CHECK_FALSE(sample.certificate_expires);
    bed.server.greeting = "SSH-2.0-OpenSSH_9.2p1\r\n";
    sample = bed.Run(Transport::kTls);
    CHECK(sample.outcome == TurnOutcome::kTlsFailed);
    CHECK(sample.error == "TLS: wrong version number");
  }

  TEST_CASE("a handshake that never ends is waited for until the deadline") {
    Bed bed;
    bed.server.stalls = true;
    const TurnSample sample = bed.Run(Transport::kTls, 200ms);
    CHECK(sample.outcome == TurnOutcome::kTimeout);
    CHECK(sample.error == "the TLS handshake took too long");
    CHECK(sample.step == TurnStep::kConnect);
  }

  TEST_CASE("a stream that is no TURN ends the turn") {
    Bed bed;
    bed.server.stalls = true;
    bed.server.greeting = "\xff\xff\xff\xff";
    const TurnSample sample = bed.Run(Transport::kTcp);
    CHECK(sample.outcome == TurnOutcome::kMalformed);
    CHECK(sample.error == "what came is not STUN");
  }

  TEST_CASE("what comes inside of TLS is read, and the certificate's end is known") {
    Bed bed;
    bed.server.on_text = [&](FakeTlsServer::Connection connection, const Octets& text) {
      const auto request = TurnMessage::Read(text);
      REQUIRE(request);
      TurnWriter answer(TurnMethod::kAllocate, TurnClass::kError, request->id());
      answer.Add(TurnAttribute::kErrorCode, test::ErrorValue(508, "full"));
      bed.server.Send(connection, std::move(answer).Finish());
    };
    for (const char* name : {"", "dns.test"}) {
      const TurnSample sample = bed.Run(Transport::kTls, 5s, name);
      CHECK(sample.outcome == TurnOutcome::kQuota);
      CHECK(sample.error == "full");
      REQUIRE(sample.certificate_expires);
      CHECK(*sample.certificate_expires > base::WallClockNow() + 24h * 29);
    }
    CHECK(bed.server.resumed() == 0);
  }

  TEST_CASE("a certificate is told only by the turn that saw it") {
    Bed bed;
    TurnRoute route{bed.server.endpoint(), Transport::kTls, std::nullopt, nullptr};
    route.tls = *TlsPeer::Make(route.server.address, "turn.test", TlsPeer::Use::kRelay);
    CHECK(RunSession(bed.loop, route, kCaller, 5s).certificate_expires);
    bed.server.closes = true;
    CHECK_FALSE(RunSession(bed.loop, route, kCaller, 5s).certificate_expires);
  }

  TEST_CASE("a server that is another is refused, and when its certificate ends is known all the same") {
    Bed bed;
    const TurnSample sample = bed.Run(Transport::kTls, 5s, "turn.test");
    CHECK(sample.outcome == TurnOutcome::kTlsFailed);
    CHECK(sample.error == "certificate: hostname mismatch");
    CHECK(sample.certificate_expires);
  }
}

}  // namespace dialwatch::probes
