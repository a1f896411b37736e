#include "tests/probes/turn/run_session.h"

#include <doctest/doctest.h>

namespace dialwatch::probes::test {

using namespace std::chrono_literals;

TurnSample RunSession(EventLoop& loop, TurnRoute route, const TurnCredentials& credentials, base::Duration deadline) {
  std::optional<TurnSample> seen;
  bool within_start = true;
  Timer watchdog(loop);
  watchdog.Start(20s, [&] { loop.Stop(); });
  TurnSample about;
  about.server = "relay";
  auto session = std::make_unique<TurnSession>(loop, about, std::move(route), credentials);
  session->Start(deadline, [&](TurnSample sample) {
    CHECK_FALSE(within_start);
    CHECK_FALSE(seen);
    seen = std::move(sample);
    session.reset();
    loop.Stop();
  });
  within_start = false;
  loop.Run();
  REQUIRE(seen);
  return *seen;
}

}  // namespace dialwatch::probes::test
