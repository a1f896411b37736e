#include "probes/rtp/pacer.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>

namespace dialwatch::probes {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

TEST_SUITE("probes/rtp/pacer") {
  TEST_CASE("steps are called in the order of their moments, never early, and go when they want no more") {
    EventLoop loop;
    Pacer pacer(loop);
    std::string calls;
    const auto start = steady_clock::now();
    const auto once = [&](char name, std::chrono::milliseconds after) {
      pacer.Add(start + after, [&, name, after] {
        CHECK(steady_clock::now() >= start + after);
        calls += name;
        return std::optional<Pacer::Time>();
      });
    };
    once('c', 30ms);
    once('a', 10ms);
    once('b', 20ms);
    int left = 3;
    pacer.Add(start + 5ms, [&]() -> std::optional<Pacer::Time> {
      calls += '.';
      if (--left == 0) {
        loop.Stop();
        return std::nullopt;
      }
      return start + (3 - left) * 20ms + 5ms;  // 25 and 45 ms
    });
    CHECK(pacer.size() == 4);
    loop.Run();
    CHECK(calls == ".ab.c.");
    CHECK(pacer.size() == 0);
  }

  TEST_CASE("what is overdue is called from the loop, not from within Add") {
    EventLoop loop;
    Pacer pacer(loop);
    bool called = false;
    pacer.Add(steady_clock::now() - 1s, [&] {
      called = true;
      loop.Stop();
      return std::optional<Pacer::Time>();
    });
    CHECK_FALSE(called);
    loop.Run();
    CHECK(called);
  }

  TEST_CASE("a step may add others, also such that are due before all else") {
    EventLoop loop;
    Pacer pacer(loop);
    const auto start = steady_clock::now();
    pacer.Add(start + 10s, [] { return std::optional<Pacer::Time>(); });
    pacer.Add(start + 5ms, [&] {
      pacer.Add(start, [&] {
        loop.Stop();
        return std::optional<Pacer::Time>();
      });
      return std::optional<Pacer::Time>();
    });
    loop.Run();
    CHECK(steady_clock::now() < start + 5s);
    CHECK(pacer.size() == 1);
  }

  TEST_CASE("steps that wait are destroyed with it") {
    EventLoop loop;
    const auto held = std::make_shared<int>(0);
    {
      Pacer pacer(loop);
      pacer.Add(steady_clock::now() + 10s, [held] { return std::optional<Pacer::Time>(); });
      CHECK(held.use_count() == 2);
    }
    CHECK(held.use_count() == 1);
  }
}

}  // namespace dialwatch::probes
