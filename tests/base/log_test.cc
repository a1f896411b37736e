#include "base/log.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string>

#include "base/unique_fd.h"

using namespace dialwatch::base;

namespace {

// What `act` writes to stderr; less than a pipe holds.
template <typename Act>
std::string Stderr(Act act) {
  std::array<int, 2> ends{};
  REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  const UniqueFd saved(dup(STDERR_FILENO));
  dup2(writer.get(), STDERR_FILENO);
  act();
  dup2(saved.get(), STDERR_FILENO);
  writer = UniqueFd();
  std::array<char, 65536> text{};
  const ssize_t size = read(reader.get(), text.data(), text.size());
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace

TEST_SUITE("base/log") {
  TEST_CASE("for the journal, a line starts with its priority and has no time") {
    InitLog(LogStyle::kJournal, LogLevel::kInfo);
    CHECK(Stderr([] { LogInfo("loaded {} dialers", 12); }) == "<6>loaded 12 dialers\n");
    CHECK(Stderr([] { LogWarning("w"); }) == "<4>w\n");
    CHECK(Stderr([] { LogError("e"); }) == "<3>e\n");
  }

  TEST_CASE("what is below the level is not written") {
    InitLog(LogStyle::kJournal, LogLevel::kWarning);
    CHECK(Stderr([] { LogInfo("quiet"); }).empty());
    CHECK(Stderr([] { LogWarning("loud"); }) == "<4>loud\n");
    InitLog(LogStyle::kJournal, LogLevel::kDebug);
    CHECK(Stderr([] { LogLine(LogLevel::kDebug, "d"); }) == "<7>d\n");
  }

  TEST_CASE("a stranger's text can neither start a line of its own nor colour the terminal") {
    InitLog(LogStyle::kJournal, LogLevel::kInfo);
    CHECK(Stderr([] { LogInfo("{}", "a\n<0>forged\x1b[31m"); }) == "<6>a\\010<0>forged\\027[31m\n");
    CHECK(Stderr([] { LogLine(LogLevel::kInfo, "{} %v {0}"); }) == "<6>{} %v {0}\n");
  }

  TEST_CASE("at a terminal, a line has a time and a level") {
    InitLog(LogStyle::kTerminal, LogLevel::kInfo);
    const std::string line = Stderr([] { LogWarning("quad9 is slow"); });
    CHECK(line.size() == std::string("06:00:00.000 warning: quad9 is slow\n").size());
    CHECK(line.ends_with(" warning: quad9 is slow\n"));
  }
}
