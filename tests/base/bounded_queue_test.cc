#include "base/bounded_queue.h"

#include <doctest/doctest.h>

#include <memory>
#include <thread>
#include <vector>

using dialwatch::base::BoundedQueue;
using namespace std::chrono_literals;

namespace {

std::chrono::steady_clock::time_point In(std::chrono::milliseconds delay) {
  return std::chrono::steady_clock::now() + delay;
}

}  // namespace

TEST_SUITE("base/bounded_queue") {
  TEST_CASE("gives all that waits, in order") {
    BoundedQueue<int> queue(10);
    for (const int i : {1, 2, 3}) CHECK(queue.Push(i));
    CHECK(queue.TakeAll(In(0ms)) == std::vector{1, 2, 3});
    CHECK(queue.TakeAll(In(0ms)).empty());
  }

  TEST_CASE("drops and counts what does not fit, and has room again once emptied") {
    BoundedQueue<int> queue(2);
    CHECK(queue.Push(1));
    CHECK(queue.Push(2));
    CHECK_FALSE(queue.Push(3));
    CHECK(queue.dropped() == 1);
    CHECK(queue.TakeAll(In(0ms)) == std::vector{1, 2});
    CHECK(queue.Push(4));
    CHECK(queue.dropped() == 1);
  }

  TEST_CASE("a queue without room drops everything") {
    BoundedQueue<int> queue(0);
    CHECK_FALSE(queue.Push(1));
    CHECK(queue.dropped() == 1);
  }

  TEST_CASE("an empty queue gives nothing once the deadline has passed") {
    BoundedQueue<int> queue(1);
    const auto deadline = In(20ms);
    CHECK(queue.TakeAll(deadline).empty());
    CHECK(std::chrono::steady_clock::now() >= deadline);
  }

  TEST_CASE("a value wakes the one who waits") {
    BoundedQueue<int> queue(1);
    for (int i = 0; i < 100; ++i) {  // in some rounds the value comes before the waiting
      std::thread producer([&] { queue.Push(7); });
      const auto deadline = In(30s);
      CHECK(queue.TakeAll(deadline) == std::vector{7});
      producer.join();
      REQUIRE(std::chrono::steady_clock::now() < deadline);
    }
  }

  TEST_CASE("closing wakes the one who waits, lets nothing in and keeps what was there") {
    BoundedQueue<int> queue(2);
    const auto deadline = In(30s);
    std::thread closer([&] { queue.Close(); });
    CHECK(queue.TakeAll(deadline).empty());
    closer.join();
    CHECK(std::chrono::steady_clock::now() < deadline);
    CHECK_FALSE(queue.Push(1));
    CHECK(queue.dropped() == 1);

    BoundedQueue<int> full(2);
    full.Push(1);
    full.Close();
    CHECK(full.TakeAll(In(0ms)) == std::vector{1});
  }

  TEST_CASE("carries values that can only be moved") {
    BoundedQueue<std::unique_ptr<int>> queue(1);
    queue.Push(std::make_unique<int>(5));
    CHECK(*queue.TakeAll(In(0ms)).at(0) == 5);
  }

  TEST_CASE("with many producers every value arrives in its producer's order or is counted") {
    constexpr std::size_t kProducers = 4;
    constexpr int kEach = 5000;
    BoundedQueue<std::pair<std::size_t, int>> queue(100);
    std::vector<std::thread> producers;
    for (std::size_t producer = 0; producer < kProducers; ++producer) {
      producers.emplace_back([&queue, producer] {
        for (int i = 0; i < kEach; ++i) queue.Push({producer, i});
      });
    }
    std::vector<int> newest(kProducers, -1);
    std::uint64_t taken = 0;
    bool in_order = true;
    const auto deadline = In(30s);
    while (taken + queue.dropped() < kProducers * kEach && std::chrono::steady_clock::now() < deadline) {
      for (const auto& [producer, i] : queue.TakeAll(In(10ms))) {
        int& last = newest[producer];
        in_order = in_order && i > last;
        last = i;
        ++taken;
      }
    }
    for (std::thread& producer : producers) producer.join();
    CHECK(in_order);
    CHECK(taken + queue.dropped() == kProducers * kEach);
    CHECK(taken >= 100);
  }
}
