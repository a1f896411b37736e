#include "base/guarded.h"

#include <doctest/doctest.h>

#include <memory>
#include <thread>
#include <vector>

using dialwatch::base::Guarded;

TEST_SUITE("base/guarded") {
  TEST_CASE("gives what was put in") {
    Guarded<int> guarded(3);
    CHECK(guarded.Copy() == 3);
    guarded.Set(4);
    CHECK(guarded.With([](int& value) { return ++value; }) == 5);
    CHECK(guarded.Copy() == 5);
  }

  TEST_CASE("no change by one thread is lost to another") {
    Guarded<int> guarded;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < 20'000; ++j) guarded.With([](int& value) { ++value; });
      });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(guarded.Copy() == 80'000);
  }

  TEST_CASE("an old value may use the guard while it dies") {
    Guarded<std::shared_ptr<void>> guarded;
    guarded.Set(std::shared_ptr<void>(nullptr, [&](void*) { CHECK(guarded.Copy() == nullptr); }));
    guarded.Set(nullptr);  // would deadlock if the value died under the lock
  }
}
