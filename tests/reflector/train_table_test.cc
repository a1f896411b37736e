#include "reflector/train_table.h"

#include <doctest/doctest.h>

namespace dialwatch::reflector {

using namespace std::chrono_literals;

TEST_SUITE("reflector/train_table") {
  const TrainTable::Time kStart{1000s};

  TEST_CASE("a train is the same one until it has been silent for its life") {
    TrainTable table(10, 240s);
    table.Find(1, kStart)->counted = 5;
    CHECK(table.Find(1, kStart + 239s)->counted == 5);
    CHECK(table.Find(1, kStart + 478s)->counted == 5);
    CHECK(table.Find(1, kStart + 718s)->counted == 0);
  }

  TEST_CASE("a full table takes no new trains, keeps the old ones, and has room again when one is over") {
    TrainTable table(2, 240s);
    CHECK(table.Find(1, kStart) != nullptr);
    CHECK(table.Find(2, kStart + 1s) != nullptr);
    CHECK(table.Find(3, kStart + 2s) == nullptr);
    CHECK(table.Find(1, kStart + 3s) != nullptr);
    CHECK(table.Find(3, kStart + 241s) != nullptr);  // 2 is over
    CHECK(table.Find(2, kStart + 242s) == nullptr);
  }
}

}  // namespace dialwatch::reflector
