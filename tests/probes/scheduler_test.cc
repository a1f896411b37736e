#include "probes/scheduler.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

using dialwatch::probes::Scheduler;
using namespace std::chrono_literals;

namespace {

const Scheduler::Time kStart{};

// `count` targets with the same interval.
std::vector<dialwatch::base::Duration> Every(std::size_t count, dialwatch::base::Duration interval) {
  return std::vector(count, interval);
}

// How many turns are taken in each tenth of a second, when somebody looks every millisecond.
std::map<std::int64_t, std::size_t> TurnsPerTenth(Scheduler& scheduler, std::chrono::seconds time) {
  std::map<std::int64_t, std::size_t> turns;
  for (auto now = kStart; now < kStart + time; now += 1ms)
    turns[(now - kStart) / 100ms] += scheduler.TakeDue(now).size();
  return turns;
}

}  // namespace

TEST_SUITE("probes/scheduler") {
  TEST_CASE("each target has one turn an interval") {
    Scheduler scheduler(Every(7, 5s), kStart, 42);
    std::map<std::size_t, int> turns;
    for (auto now = kStart; now < kStart + 50s; now += 1ms) {
      for (const auto& turn : scheduler.TakeDue(now)) ++turns[turn.target];
    }
    CHECK(turns.size() == 7);
    for (const auto& [target, count] : turns) CHECK(count == doctest::Approx(10).epsilon(0.11));
  }

  TEST_CASE("a thousand targets are spread over the interval, without bursts") {
    Scheduler scheduler(Every(1000, 5s), kStart, 42);
    auto turns = TurnsPerTenth(scheduler, 20s);
    for (std::int64_t tenth = 6; tenth < 199; ++tenth) {
      CHECK(turns[tenth] >= 10);
      CHECK(turns[tenth] <= 40);  // 20 on average
    }
  }

  TEST_CASE("the jitter stays below a tenth of the interval") {
    Scheduler scheduler(Every(1, 10s), kStart, 42);
    for (int turn = 0; turn < 100; ++turn) {
      const auto due = *scheduler.NextDue();
      CHECK(due - kStart >= turn * 10s);
      CHECK(due - kStart < turn * 10s + 1s);
      CHECK(scheduler.TakeDue(due).size() == 1);
    }
  }

  TEST_CASE("turns that were missed are left out, not made up for") {
    Scheduler scheduler(Every(3, 1s), kStart, 42);
    CHECK(scheduler.TakeDue(kStart + 60s).size() == 3);
    CHECK(scheduler.TakeDue(kStart + 60s).empty());
    CHECK(*scheduler.NextDue() >= kStart + 60s);
  }

  TEST_CASE("a late turn knows how late it is") {
    Scheduler scheduler(Every(1, 10s), kStart, 42);
    const auto due = *scheduler.NextDue();
    const auto turns = scheduler.TakeDue(due + 25ms);
    REQUIRE(turns.size() == 1);
    CHECK(turns[0].lag == 25ms);
  }

  TEST_CASE("two processes do not keep step") {
    Scheduler one(Every(1, 10s), kStart, 1);
    Scheduler other(Every(1, 10s), kStart, 12345);
    CHECK(*one.NextDue() != *other.NextDue());
  }

  TEST_CASE("without targets there is nothing to come back for") {
    Scheduler scheduler(Every(0, 10s), kStart, 42);
    CHECK_FALSE(scheduler.NextDue());
    CHECK(scheduler.TakeDue(kStart + 1h).empty());
  }

  TEST_CASE("a target with a long interval has its first turn as soon as the others, and then its own pace") {
    Scheduler scheduler({1s, 20s, 1s}, kStart, 42);
    std::vector<std::int64_t> turns;
    for (auto now = kStart; now < kStart + 61s; now += 1ms) {
      for (const auto& turn : scheduler.TakeDue(now)) {
        if (turn.target == 1) turns.push_back((now - kStart) / 1s);
      }
    }
    CHECK(turns == std::vector<std::int64_t>{0, 20, 40, 60});
  }
}
