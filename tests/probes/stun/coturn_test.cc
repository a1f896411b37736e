#include "tests/probes/stun/coturn.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "probes/stun/nat_probe.h"
#include "probes/stun/stream_binding.h"
#include "tests/lab/process.h"
#include "tests/probes/stun/run_round.h"

namespace dialwatch::probes {

using base::Endpoint;
using base::IpAddress;
using test::Coturn;
using test::Ran;
using namespace std::chrono_literals;

namespace {

bool AllMapped(const Ran& ran) {
  for (const auto& [server, sample] : ran.samples) {
    if (sample.outcome != StunOutcome::kMapped) return false;
  }
  return true;
}

// The first round that coturn answers whole; it needs a moment to start.
std::optional<Ran> RunOnceReady(const Coturn& coturn, const std::vector<StunSample>& servers) {
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (coturn.running() && std::chrono::steady_clock::now() < deadline) {
    EventLoop loop;
    Ran ran = test::RunRound(loop, servers, 1s);
    if (AllMapped(ran)) return ran;
    Timer pause(loop);
    pause.Start(20ms, [&] { loop.Stop(); });
    loop.Run();
  }
  return std::nullopt;
}

// Over TCP, or over TLS with a certificate for `name` ("": for the address).
StunSample BindOverStream(const Endpoint& server, const std::optional<std::string>& name) {
  EventLoop loop;
  std::shared_ptr<TlsPeer> peer;
  if (name) peer = *TlsPeer::Make(server.address, *name, TlsPeer::Use::kRelay);
  const auto transport = name ? config::Transport::kTls : config::Transport::kTcp;
  StunSample begun = test::Begun("s", server);
  begun.transport = transport;
  StreamBinding binding(loop, std::move(begun), std::nullopt, peer);
  std::optional<StunSample> told;
  binding.Start(5s, [&](const StunSample& sample) {
    told = sample;
    loop.Stop();
  });
  loop.Run();
  return told.value();
}

}  // namespace

TEST_SUITE("probes/stun/coturn") {
  TEST_CASE("coturn is asked over TCP and TLS, and its certificate is held against the server's name") {
    if (lab::Missing("turnserver")) return;
    const testing::TemporaryFolder folder;
    const lab::TestCa ca(folder.path() / "ca");
    setenv("SSL_CERT_FILE", ca.certificate().c_str(), 1);
    const lab::Certificate good = ca.Issue("good", {"DNS:stun.test", "IP:127.0.0.1"});
    const Coturn coturn({"127.0.0.1"}, &good);
    const Endpoint tcp{*IpAddress::Parse("127.0.0.1"), coturn.port()}, tls{tcp.address, coturn.tls_port()};
    const auto ready = [&] {
      return BindOverStream(tcp, std::nullopt).mapped && BindOverStream(tls, "stun.test").mapped;
    };
    REQUIRE(lab::WaitUntil(10s, ready));

    const StunSample plain = BindOverStream(tcp, std::nullopt);
    CHECK(plain.outcome == StunOutcome::kMapped);
    CHECK(plain.mapped == plain.local);
    for (const char* name : {"stun.test", ""}) {
      CAPTURE(name);
      const StunSample encrypted = BindOverStream(tls, name);
      CHECK(encrypted.outcome == StunOutcome::kMapped);
      CHECK(encrypted.transport == config::Transport::kTls);
      CHECK(encrypted.mapped == encrypted.local);
      CHECK(encrypted.error == "");
    }
    const StunSample other = BindOverStream(tls, "other.test");
    CHECK(other.outcome == StunOutcome::kTlsFailed);
    CHECK(other.error == "certificate: hostname mismatch");
    CHECK_FALSE(other.mapped);

    const lab::TestCa stranger(folder.path() / "stranger");
    setenv("SSL_CERT_FILE", stranger.certificate().c_str(), 1);
    const StunSample untrusted = BindOverStream(tls, "stun.test");
    CHECK(untrusted.outcome == StunOutcome::kTlsFailed);
    CHECK(untrusted.error == "certificate: unable to get local issuer certificate");
    CHECK(BindOverStream(tcp, "stun.test").outcome == StunOutcome::kTlsFailed);  // no TLS there
    unsetenv("SSL_CERT_FILE");
  }

  TEST_CASE("coturn with two addresses tells that there is no NAT") {
    if (lab::Missing("turnserver")) return;
    const Coturn coturn({"127.0.0.1", "127.0.0.2"});
    const Endpoint server{*IpAddress::Parse("127.0.0.1"), coturn.port()};
    REQUIRE(RunOnceReady(coturn, test::Servers({server})));
    EventLoop loop;
    NatSample about;
    about.address = server;
    NatProbe probe(loop, about);
    probe.Start(std::nullopt, [&](const NatSample& sample, const std::optional<Endpoint>& other) {
      CHECK(sample.mapping == NatBehaviour::kEndpointIndependent);
      CHECK(sample.filtering == NatBehaviour::kEndpointIndependent);
      CHECK(sample.why == "");
      REQUIRE(other);
      CHECK(other->address.ToString() == "127.0.0.2");
      loop.Stop();
    });
    loop.Run();
  }

  TEST_CASE("coturn at three addresses sees one socket, and no NAT before it") {
    if (lab::Missing("turnserver")) return;
    const Coturn coturn({"127.0.0.1", "127.0.0.2", "::1"});
    const auto at = [&](const char* address) { return Endpoint{*IpAddress::Parse(address), coturn.port()}; };
    const auto ran = RunOnceReady(coturn, test::Servers({at("127.0.0.1"), at("127.0.0.2"), at("::1")}));
    REQUIRE(ran);
    for (const auto& each : ran->samples) {
      CAPTURE(each.first);
      const StunSample& sample = each.second;
      CHECK(sample.mapped == sample.local);
      CHECK(sample.sends == 1);
      CHECK(sample.rtt);
    }
    CHECK(ran->samples.at("s0").mapped == ran->samples.at("s1").mapped);
    CHECK(ran->samples.at("s2").mapped->address.ToString() == "::1");
  }
}

}  // namespace dialwatch::probes
