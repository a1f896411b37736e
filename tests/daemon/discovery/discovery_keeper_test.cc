#include "daemon/discovery/discovery_keeper.h"

#include <doctest/doctest.h>

#include <functional>

#include "tests/temporary_folder.h"

using namespace dialwatch;
using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

namespace {

Strings Hosts(const config::Settings& settings) {
  Strings hosts;
  for (const auto& dialer : settings.dialers) hosts.push_back(dialer.host);
  return hosts;
}

struct Bed {
  std::shared_ptr<config::Settings> Settings(std::chrono::milliseconds interval) const {
    auto settings = std::make_shared<config::Settings>();
    settings->source = folder.path() / "dialwatch.toml";
    settings->probing.interval = interval;
    settings->dialers = {config::AdHocDialer("d1", *settings)};
    settings->discoveries = {{.path = "targets.json"}};
    return settings;
  }

  // The next change, or null where none comes within 10 s.
  std::shared_ptr<const config::Settings> NextChange() {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (std::chrono::steady_clock::now() < deadline) {
      if (auto change = keeper.TakeChange()) return change;
      std::this_thread::sleep_for(5ms);
    }
    return nullptr;
  }

  testing::TemporaryFolder folder;
  daemon::DiscoveryKeeper keeper;
};

}  // namespace

TEST_SUITE("daemon/discovery/discovery_keeper") {
  TEST_CASE("what the sources hold is there from the start, and a change comes by itself") {
    Bed bed;
    bed.folder.Write("targets.json", R"([{"targets": ["d1", "d2"]}])");
    CHECK(Hosts(*bed.keeper.Apply(bed.Settings(10ms))) == Strings{"d1", "d2"});
    bed.folder.Write("targets.json", R"([{"targets": ["d3"]}])");
    const auto change = bed.NextChange();
    REQUIRE(change);
    CHECK(Hosts(*change) == Strings{"d1", "d3"});
    CHECK(bed.keeper.TakeChange() == nullptr);
  }

  TEST_CASE("changes are given out once an interval at most") {
    Bed bed;
    bed.folder.Write("targets.json", R"([{"targets": ["d2"]}])");
    bed.keeper.Apply(bed.Settings(1500ms));
    bed.folder.Write("targets.json", R"([{"targets": ["d3"]}])");
    const auto start = std::chrono::steady_clock::now();
    REQUIRE(bed.NextChange());
    CHECK(std::chrono::steady_clock::now() - start > 1400ms);
  }

  TEST_CASE("a source that fails takes nothing away") {
    Bed bed;
    bed.folder.Write("targets.json", R"([{"targets": ["d2"]}])");
    bed.keeper.Apply(bed.Settings(10ms));
    CHECK(bed.keeper.errors() == 0);
    bed.folder.Write("targets.json", "[{");
    bed.folder.Write("other.json", R"([{"targets": ["d4"]}])");
    auto settings = bed.Settings(10ms);
    settings->discoveries.push_back({.path = "other.json"});
    CHECK(Hosts(*bed.keeper.Apply(settings)) == Strings{"d1", "d2", "d4"});
    CHECK(bed.keeper.errors() == 1);
  }

  TEST_CASE("without a source there is nothing to wait for") {
    Bed bed;
    auto settings = bed.Settings(10ms);
    settings->discoveries.clear();
    const auto start = std::chrono::steady_clock::now();
    CHECK(Hosts(*bed.keeper.Apply(settings)) == Strings{"d1"});
    CHECK(bed.keeper.TakeChange() == nullptr);
    CHECK_FALSE(bed.keeper.errors());
    CHECK(std::chrono::steady_clock::now() - start < 1s);
  }
}
