#include "tests/probes/stun/run_round.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <utility>

namespace dialwatch::probes::test {

using namespace std::chrono_literals;

Ran RunRound(EventLoop& loop, std::vector<StunSample> servers, base::Duration deadline,
             const std::optional<base::IpAddress>& bind) {
  Ran ran;
  int done = 0;
  bool within_start = true;
  const auto started = std::chrono::steady_clock::now();
  Timer watchdog(loop);
  watchdog.Start(10s, [&] { loop.Stop(); });
  auto round = std::make_unique<StunRound>(loop, std::move(servers), bind, deadline);
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

StunSample Begun(std::string server, const base::Endpoint& address) {
  StunSample sample;
  sample.server = std::move(server);
  sample.host = "stun.example";
  sample.resolved_via = {"quad9"};
  sample.address = address;
  sample.round = 7;
  return sample;
}

std::vector<StunSample> Servers(std::initializer_list<base::Endpoint> endpoints) {
  std::vector<StunSample> servers;
  for (const base::Endpoint& endpoint : endpoints) {
    servers.push_back(Begun(fmt::format("s{}", servers.size()), endpoint));
  }
  return servers;
}

}  // namespace dialwatch::probes::test
