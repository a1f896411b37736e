#include <doctest/doctest.h>
#include <fmt/format.h>

#include <optional>

#include "base/names.h"
#include "probes/stun/udp_socket.h"
#include "probes/turn/dialogue.h"
#include "probes/turn/link.h"
#include "tests/free_port.h"
#include "tests/lab/relay.h"
#include "tests/probes/dns/fake_tls_server.h"
#include "tests/probes/turn/run_session.h"

// TURN with a server that people run: coturn.
namespace dialwatch::probes {

using base::Endpoint;
using config::Transport;
using namespace std::chrono_literals;

namespace {

const TurnCredentials kCaller{"webphone", "sesame"};

struct Bed {
  testing::TemporaryFolder folder;
  lab::RelayOptions options;
  std::optional<lab::Relay> relay;

  explicit Bed(std::vector<std::string> lines = {}, const lab::Certificate* tls = nullptr,
               const std::string& address = "127.0.0.1") {
    options.address = address;
    options.lines = std::move(lines);
    options.tls = tls;
    options.port = testing::FreePort();
    options.tls_port = testing::FreePort();
    relay.emplace(folder.path(), options);
    relay->WaitReady();
  }

  TurnSample Run(Transport transport, const TurnCredentials& credentials = kCaller,
                 const std::string& tls_name = "turn.test") const {
    EventLoop loop;
    TurnRoute route{{*base::IpAddress::Parse(options.address), options.port}, transport, std::nullopt, nullptr};
    if (transport == Transport::kTls) {
      route.server.port = options.tls_port;
      route.tls = *TlsPeer::Make(route.server.address, tls_name, TlsPeer::Use::kRelay);
    }
    return test::RunSession(loop, std::move(route), credentials, 15s);
  }
};

// Loopback may be without it.
bool NoIpv6() {
  if (HasRoute({*base::IpAddress::Parse("::1"), 9})) return false;
  MESSAGE("SKIPPED: this machine has no IPv6");
  return true;
}

}  // namespace

TEST_SUITE("probes/turn/coturn") {
  TEST_CASE("data goes through over UDP, TCP and TLS") {
    if (lab::Missing("turnserver")) return;
    const auto certificate = TrustedCa().Issue("relay", {"DNS:turn.test"});
    const Bed bed({}, &certificate);
    for (const Transport transport : {Transport::kUdp, Transport::kTcp, Transport::kTls}) {
      CAPTURE(base::NameOf(transport));
      const TurnSample sample = bed.Run(transport);
      CAPTURE(sample.error);
      CAPTURE(base::NameOf(sample.step));
      CHECK(sample.outcome == TurnOutcome::kRelayed);
      CHECK(sample.out == TurnFlow{20, 20});
      CHECK(sample.back == TurnFlow{20, 20});
      REQUIRE(sample.relayed);
      CHECK(sample.relayed->address.ToString() == "127.0.0.1");
      CHECK(sample.relayed->port >= 50000);
      CHECK(sample.mapped);
      CHECK(sample.rtt);
      CHECK(sample.certificate_expires.has_value() == (transport == Transport::kTls));
    }
  }

  TEST_CASE("over IPv6 the relayed address is one of IPv6") {
    if (lab::Missing("turnserver") || NoIpv6()) return;
    const Bed bed({}, nullptr, "::1");
    CHECK(lab::WaitUntil(10s, [&] { return bed.Run(Transport::kUdp).outcome != TurnOutcome::kUnreachable; }));
    for (const Transport transport : {Transport::kUdp, Transport::kTcp}) {
      const TurnSample sample = bed.Run(transport);
      CAPTURE(sample.error);
      CHECK(sample.outcome == TurnOutcome::kRelayed);
      CHECK(sample.out == TurnFlow{20, 20});
      CHECK(sample.back == TurnFlow{20, 20});
      REQUIRE(sample.relayed);
      CHECK(sample.relayed->address.ToString() == "::1");
    }
  }

  TEST_CASE("a nonce that the server lets grow stale is replaced, and the allocation lives on") {
    if (lab::Missing("turnserver")) return;
    const Bed bed({"lt-cred-mech", "user=webphone:sesame", "stale-nonce=1"});
    EventLoop loop;
    Timer later(loop), watchdog(loop);
    std::optional<TurnDialogue> dialogue;
    int stale = 0;
    bool refreshed = false;
    const auto link = NewUdpLink(
        loop, {.server = *Endpoint::Parse("127.0.0.1", bed.options.port)},
        {.on_open =
             [&] {
               dialogue->Ask(
                   TurnMethod::kAllocate,
                   [](TurnWriter& request) { request.Add(TurnAttribute::kRequestedTransport, 17u << 24); },
                   [&](const TurnReply& reply) {
                     CHECK(reply.granted);
                     later.Start(2500ms, [&] {  // the nonce is stale now
                       dialogue->Ask(
                           TurnMethod::kRefresh,
                           [](TurnWriter& request) { request.Add(TurnAttribute::kLifetime, std::uint32_t{0}); },
                           [&](const TurnReply& last) {
                             refreshed = last.granted;
                             loop.Stop();
                           });
                     });
                   });
             },
         .on_message =
             [&](std::span<const std::uint8_t> octets) {
               const auto message = TurnMessage::Read(octets);
               if (!message) return;
               if (const auto error = message->FindError(); error && error->code == 438) ++stale;
               dialogue->Take(*message);
             },
         .on_failure = [&](const TurnFailure&) { loop.Stop(); }});
    dialogue.emplace(loop, kCaller, false, [&](std::span<const std::uint8_t> octets) { link->Send(octets); });
    watchdog.Start(15s, [&] { loop.Stop(); });
    link->Open();
    loop.Run();
    CHECK(refreshed);
    CHECK(stale == 1);
  }

  TEST_CASE("a wrong password, and a user that is not known, are refused") {
    if (lab::Missing("turnserver")) return;
    const Bed bed;
    for (const TurnCredentials& wrong : {TurnCredentials{"webphone", "open"}, TurnCredentials{"desk", "sesame"}}) {
      const TurnSample sample = bed.Run(Transport::kUdp, wrong);
      CHECK(sample.outcome == TurnOutcome::kUnauthorized);
      CHECK(sample.error_code == 401);
      CHECK(sample.step == TurnStep::kAllocate);
    }
  }

  TEST_CASE("credentials made from a shared secret are taken, until they have run out") {
    if (lab::Missing("turnserver")) return;
    const Bed bed({"use-auth-secret", "static-auth-secret=sesame"});
    const auto now = base::WallClockNow();
    CHECK(bed.Run(Transport::kUdp, MakeTurnCredentials("sesame", "webphone", now + 1h)).outcome ==
          TurnOutcome::kRelayed);
    CHECK(bed.Run(Transport::kUdp, MakeTurnCredentials("sesame", "", now + 1h)).outcome == TurnOutcome::kRelayed);
    CHECK(bed.Run(Transport::kUdp, MakeTurnCredentials("sesame", "webphone", now - 1h)).outcome ==
          TurnOutcome::kUnauthorized);
    CHECK(bed.Run(Transport::kUdp, MakeTurnCredentials("open", "webphone", now + 1h)).outcome ==
          TurnOutcome::kUnauthorized);
  }

  TEST_CASE("a user's quota that is used up is told as such, and turns do not use it up") {
    if (lab::Missing("turnserver")) return;
    const Bed bed({"lt-cred-mech", "user=webphone:sesame", "user=desk:sesame", "user-quota=1"});
    const auto relayed = [&] { return bed.Run(Transport::kUdp).outcome == TurnOutcome::kRelayed; };
    CHECK(relayed());
    CHECK(lab::WaitUntil(10s, relayed));  // coturn counts what was given back a second later
    EventLoop loop;
    const TurnCredentials desk{"desk", "sesame"};
    TurnSession other(loop, TurnSample{}, {.server = *Endpoint::Parse("127.0.0.1", bed.options.port)}, desk);
    other.Start(15s, [](const TurnSample&) {});
    Timer later(loop);
    later.Start(300ms, [&] { loop.Stop(); });
    loop.Run();  // the other has its allocation now
    const TurnSample sample = bed.Run(Transport::kUdp, desk);
    CHECK(sample.outcome == TurnOutcome::kQuota);
    CHECK(sample.error_code == 486);
  }

  TEST_CASE("a peer that the relay forbids is an error at that step") {
    if (lab::Missing("turnserver")) return;
    const Bed bed({"lt-cred-mech", "user=webphone:sesame", "denied-peer-ip=127.0.0.0-127.255.255.255"});
    const TurnSample sample = bed.Run(Transport::kUdp);
    CHECK(sample.outcome == TurnOutcome::kErrorResponse);
    CHECK(sample.error_code == 403);
    CHECK(sample.step == TurnStep::kPermit);
  }

  TEST_CASE("a certificate that has run out, and one of another name, are told, with the day that it ends") {
    if (lab::Missing("turnserver")) return;
    const auto expired = TrustedCa().Issue("expired", {"DNS:turn.test"}, -1);
    const Bed bed({}, &expired);
    const TurnSample sample = bed.Run(Transport::kTls);
    CHECK(sample.outcome == TurnOutcome::kTlsFailed);
    CHECK(sample.error == "certificate: certificate has expired");
    REQUIRE(sample.certificate_expires);
    CHECK(*sample.certificate_expires < base::WallClockNow());

    const auto other = TrustedCa().Issue("other", {"DNS:other.test"});
    const Bed second({}, &other);
    const TurnSample named = second.Run(Transport::kTls);
    CHECK(named.outcome == TurnOutcome::kTlsFailed);
    CHECK(named.error == "certificate: hostname mismatch");
    CHECK(named.step == TurnStep::kConnect);
  }
}

}  // namespace dialwatch::probes
