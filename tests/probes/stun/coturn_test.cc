#include "tests/probes/stun/coturn.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

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
std::optional<Ran> RunOnceReady(const Coturn& coturn, const std::vector<StunServerAddress>& servers) {
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

}  // namespace

TEST_SUITE("probes/stun/coturn") {
  TEST_CASE("coturn at three addresses sees one socket, and no NAT before it") {
    const Coturn coturn({"127.0.0.1", "127.0.0.2", "::1"});
    const auto at = [&](const char* address) { return Endpoint{*IpAddress::Parse(address), coturn.port()}; };
    const auto ran = RunOnceReady(coturn, test::Servers({at("127.0.0.1"), at("127.0.0.2"), at("::1")}));
    if (!ran) {
      fmt::print("SKIPPED: coturn did not start (Debian package coturn, program turnserver)\n");
      return;
    }
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
