#include "probes/event_loop.h"

#include <doctest/doctest.h>

namespace dialwatch::probes {

using namespace std::chrono_literals;

TEST_SUITE("probes/event_loop") {
  TEST_CASE("a run that is stopped twice does not end the next one") {
    EventLoop loop;
    loop.Post([&] { loop.Stop(); });
    loop.Stop();
    loop.Run();

    bool called = false;
    Timer timer(loop);
    timer.Start(20ms, [&] {
      called = true;
      loop.Stop();
    });
    loop.Run();
    CHECK(called);
  }

  TEST_CASE("a Stop before the run is not lost") {
    EventLoop loop;
    loop.Stop();
    loop.Run();
  }
}

}  // namespace dialwatch::probes
