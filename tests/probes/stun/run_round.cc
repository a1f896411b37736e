#include "tests/probes/stun/run_round.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace dialwatch::probes::test {

using namespace std::chrono_literals;

Ran RunRound(EventLoop& loop, std::vector<StunServerAddress> servers, base::Duration deadline,
             const std::optional<base::IpAddress>& bind) {
  Ran ran;
  int done = 0;
  bool within_start = true;
  const auto started = std::chrono::steady_clock::now();
  Timer watchdog(loop);
  watchdog.Start(10s, [&] { loop.Stop(); });
  auto round = std::make_unique<StunRound>(loop, 7, std::move(servers), bind, deadline);
  round->Start(
      [&](const StunSample& sample) {
        CHECK_FALSE(within_start);
        CHECK(done == 0);
        ran.order.push_back(sample.server);
        CHECK(ran.samples.emplace(sample.server, sample).second);
      },
      [&] {
        CHECK_FALSE(within_start);
        ++done;
        round.reset();
        loop.Stop();
      });
  within_start = false;
  loop.Run();
  REQUIRE(done == 1);
  ran.took = std::chrono::ceil<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started);
  return ran;
}

std::vector<StunServerAddress> Servers(std::initializer_list<base::Endpoint> endpoints) {
  std::vector<StunServerAddress> servers;
  for (const base::Endpoint& endpoint : endpoints) {
    servers.push_back({fmt::format("s{}", servers.size()), "stun.example", {"quad9"}, endpoint});
  }
  return servers;
}

}  // namespace dialwatch::probes::test
