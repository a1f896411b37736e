#include "daemon/call_keeper.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "tests/temporary_folder.h"

using namespace std::chrono_literals;

namespace dialwatch::daemon {
namespace {

const CallKeeper::Time kStart = CallKeeper::Time() + 1h;

// From when on a run that starts at kStart calls.
CallKeeper::Time::duration WaitOf(CallKeeper& keeper) {
  for (const auto wait : {0s, 99s, 100s}) {
    if (keeper.Board()->Take("d1", kStart + wait)) return wait;
  }
  return CallKeeper::Time::duration::max();
}

}  // namespace

TEST_SUITE("daemon/call_keeper") {
  TEST_CASE(
      "after an orderly stop calls are made at once, after a kill when the last one's session timer has run out") {
    const testing::TemporaryFolder folder;
    const std::string state = folder / "new/dialwatch.db";
    CallKeeper first(state, kStart);
    CHECK(WaitOf(first) == 0s);
    first.Close(kStart + 1h);
    CHECK_FALSE(std::filesystem::exists(state + ".calls"));
    {
      CallKeeper killed(state, kStart);
      CHECK(WaitOf(killed) == 0s);
    }
    CallKeeper next(state, kStart);
    CHECK(WaitOf(next) == 100s);
    next.Close(kStart + 99s);
    CallKeeper sooner(state, kStart);
    CHECK(WaitOf(sooner) == 100s);
    sooner.Close(kStart + 100s);
    CallKeeper after(state, kStart);
    CHECK(WaitOf(after) == 0s);
  }

  TEST_CASE("a dialer that did not confirm the end of its call has the next run wait, too") {
    const testing::TemporaryFolder folder;
    CallKeeper keeper(folder / "dialwatch.db", kStart);
    keeper.Board()->NoteLeft();
    keeper.Close(kStart + 1h);
    CallKeeper next(folder / "dialwatch.db", kStart);
    CHECK(WaitOf(next) == 100s);
  }

  TEST_CASE("who makes no calls leaves the mark as it is") {
    const testing::TemporaryFolder folder;
    const std::string mark = folder.Write("dialwatch.db.calls", "");
    CallKeeper(folder / "dialwatch.db", kStart).Close(kStart + 1h);
    CHECK(std::filesystem::exists(mark));
  }

  TEST_CASE("without a state, and where it fails, every run waits") {
    CallKeeper none("", kStart);
    CHECK(WaitOf(none) == 100s);
    none.Close(kStart + 1h);
    const testing::TemporaryFolder folder;
    folder.Write("file", "");
    CallKeeper broken(folder / "file/dialwatch.db", kStart);
    CHECK(WaitOf(broken) == 100s);
    broken.Close(kStart + 1h);
  }
}

}  // namespace dialwatch::daemon
