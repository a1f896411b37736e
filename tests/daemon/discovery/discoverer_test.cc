#include "daemon/discovery/discoverer.h"

#include <doctest/doctest.h>

#include "tests/temporary_folder.h"

using namespace dialwatch;
using Strings = std::vector<std::string>;

namespace {

Strings Hosts(const daemon::Discoverer& discoverer) {
  Strings hosts;
  for (const auto& found : discoverer.hosts()) hosts.push_back(found.host);
  return hosts;
}

}  // namespace

TEST_SUITE("daemon/discovery/discoverer") {
  TEST_CASE("paths begin beside the config, and only what matches counts, with its labels") {
    const testing::TemporaryFolder folder;
    folder.Write("a.json", R"([{"targets": ["d1.example.com", "stun.example.com"], "labels": {"account": "acme"}}])");
    config::Settings settings;
    settings.source = folder.path() / "dialwatch.toml";
    settings.discoveries = {{.path = "*.json", .match = "d*.example.com"}};
    daemon::Discoverer discoverer;
    discoverer.Apply(settings);
    CHECK(discoverer.hosts().empty());
    discoverer.Look({}, {});
    CHECK(discoverer.hosts() == std::vector<config::FoundHost>{{"d1.example.com", {{"account", "acme"}}}});
    CHECK(discoverer.errors().empty());
  }

  TEST_CASE("new settings forget the sources that are gone, and those that stay keep what they have") {
    const testing::TemporaryFolder folder;
    folder.Write("a.json", R"([{"targets": ["d1"]}])");
    folder.Write("b.json", R"([{"targets": ["d2"]}])");
    config::Settings settings;
    settings.source = folder.path() / "dialwatch.toml";
    settings.discoveries = {{.path = "a.json"}, {.path = "b.json"}};
    daemon::Discoverer discoverer;
    discoverer.Apply(settings);
    discoverer.Look({}, {});
    CHECK(Hosts(discoverer) == Strings{"d1", "d2"});
    settings.discoveries = {{.path = "c.json"}, {.path = "b.json"}};
    discoverer.Apply(settings);
    CHECK(Hosts(discoverer) == Strings{"d2"});
    discoverer.Look({}, {});
    CHECK(discoverer.errors() == Strings{(folder.path() / "c.json").string() + ": there is no such file"});
  }

  TEST_CASE("hosts beyond the limit are left out, and told") {
    const testing::TemporaryFolder folder;
    std::string targets;
    for (std::size_t i = 0; i < 60'000; ++i) targets += (i > 0 ? ",\"d" : "\"d") + std::to_string(i) + "\"";
    for (const char* name : {"a.json", "b.json"}) folder.Write(name, "[{\"targets\": [" + targets + "]}]");
    config::Settings settings;
    settings.source = folder.path() / "dialwatch.toml";
    settings.discoveries = {{.path = "*.json"}};
    daemon::Discoverer discoverer;
    discoverer.Apply(settings);
    discoverer.Look({}, {});
    CHECK(discoverer.hosts().size() == 100'000);
    CHECK(discoverer.errors() == Strings{"100000 hosts are the limit; those behind them are left out"});
  }
}
