#include "probes/dns/timer_wheel.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace dialwatch::probes {
namespace {

using namespace std::chrono_literals;
using Wheel = TimerWheel<std::string>;

const Wheel::Time kStart{std::chrono::hours(1000)};

Wheel::Handle Add(Wheel& wheel, std::string value, Wheel::Time due) {
  auto made = Wheel::Make(std::move(value));
  const auto handle = made.begin();
  wheel.Add(made, handle, due);
  return handle;
}

std::vector<std::string> Due(Wheel& wheel, Wheel::Time now) {
  std::vector<std::string> values;
  for (const auto& entry : wheel.TakeDue(now)) values.push_back(entry.value);
  return values;
}

}  // namespace

TEST_SUITE("probes/dns/timer_wheel") {
  TEST_CASE("a value falls due in its tick, once") {
    Wheel wheel;
    Add(wheel, "a", kStart + 30ms);
    CHECK(Due(wheel, kStart + 20ms).empty());
    CHECK_FALSE(wheel.empty());
    CHECK(Due(wheel, kStart + 30ms) == std::vector<std::string>{"a"});
    CHECK(wheel.empty());
    CHECK(Due(wheel, kStart + 40ms).empty());
  }

  TEST_CASE("values come in the order in which they fall due") {
    Wheel wheel;
    Add(wheel, "late", kStart + 300ms);
    Add(wheel, "early", kStart + 100ms);
    CHECK(Due(wheel, kStart + 400ms) == std::vector<std::string>{"early", "late"});
  }

  TEST_CASE("a value of a later turn stays") {
    Wheel wheel;
    Add(wheel, "30 s", kStart + 30s);
    int calls = 0;
    for (auto now = kStart; now < kStart + 29990ms; now += 10ms) calls += Due(wheel, now).empty() ? 0 : 1;
    CHECK(calls == 0);
    CHECK(Due(wheel, kStart + 30s) == std::vector<std::string>{"30 s"});
  }

  TEST_CASE("what a long pause has missed is caught up") {
    Wheel wheel;
    Due(wheel, kStart);
    for (int i = 0; i < 600; ++i) Add(wheel, std::to_string(i), kStart + i * 10ms);
    CHECK(Due(wheel, kStart + 60s).size() == 600);
    CHECK(wheel.empty());
  }

  TEST_CASE("what is overdue when it is added falls due next") {
    Wheel wheel;
    Due(wheel, kStart + 100ms);
    Add(wheel, "overdue", kStart);
    CHECK(Due(wheel, kStart + 100ms) == std::vector<std::string>{"overdue"});
  }

  TEST_CASE("a value taken out does not fall due, and can be put back for another time") {
    Wheel wheel;
    const auto handle = Add(wheel, "a", kStart + 30ms);
    const std::string* address = &handle->value;
    auto taken = wheel.Take(handle);
    CHECK(wheel.empty());
    CHECK(Due(wheel, kStart + 30ms).empty());
    wheel.Add(taken, taken.begin(), kStart + 60ms);
    const auto due = wheel.TakeDue(kStart + 60ms);
    REQUIRE(due.size() == 1);
    CHECK(&due.front().value == address);
  }
}

}  // namespace dialwatch::probes
