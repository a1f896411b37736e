#include "exporter/memory_pages.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/json.h"
#include "diagnosis/incidents/kept.h"
#include "state/archive.h"
#include "state/store.h"
#include "tests/exporter/snapshots.h"
#include "tests/temporary_folder.h"

namespace dialwatch::exporter {
namespace {

using base::Json;
using namespace std::chrono_literals;

constexpr char kOpen[] = "dns-bogus:google:20200831T130400Z";  // of The2020Case

diagnosis::Incident PastOne(int number) {
  diagnosis::Incident incident;
  incident.id = fmt::format("past{}", number);
  incident.state = diagnosis::IncidentState::kResolved;
  incident.since = kNow - (number + 2) * 1h;
  incident.until = kNow - (number + 1) * 1h;
  incident.peak = {*incident.until, 3};
  return incident;
}

// The 2020 case, with a memory of the hour before.
struct World {
  World() {
    auto opened = state::Archive::Open(folder / "a.db", 1'000'000'000);
    REQUIRE(opened);
    state::Archive archive = *std::move(opened);
    std::vector<state::SampleRow> rows;
    for (int i = 0; i < 120; ++i) {
      rows.push_back({.series = {"d1.example.com", "dns A", "google"},
                      .at = kNow - 1h + i * 30s,
                      .said = "203.0.113.66",
                      .rtt = 12'000,
                      .ttl = 86400});
    }
    rows.push_back({.series = {"d1", "rtp", "203.0.113.66:9000"},
                    .at = kNow - 1min,
                    .said = "blackhole",
                    .failures = 1,
                    .sent = 50,
                    .lost = 50});
    REQUIRE(archive.Add(rows));
    REQUIRE(archive.RollUp(kNow));
    for (int i = 0; i < 3; ++i) {
      REQUIRE(archive.SaveIncidents({{.id = "past" + std::to_string(i),
                                      .cause = "dns-stale",
                                      .severity = "critical",
                                      .state = "resolved",
                                      .since = kNow - (i + 2) * 1h,
                                      .until = kNow - (i + 1) * 1h,
                                      .body = i == 2 ? "damaged" : base::Dump(Keep(PastOne(i)))}}));
    }
    auto store = state::Store::Open(folder / "a.db");
    REQUIRE(store);
    REQUIRE(store->Finish({{.receiver = "oncall",
                            .incident = "past0",
                            .sequence = 1,
                            .created = kNow - 2h,
                            .ended = kNow - 2h + 1s,
                            .attempts = 0,
                            .outcome = "delivered"}}));
    sources = FixedSources(std::make_shared<const diagnosis::Snapshot>(The2020Case()));
    sources.state_path = folder / "a.db";
  }

  Json Samples(const Parameters& parameters, unsigned status = 200) const {
    const Page page = SamplesPage(parameters, sources, kNow);
    CHECK(page.status == status);
    return Json::parse(page.body);
  }
  std::string Refused(const Parameters& parameters) const { return Samples(parameters, 400)["error"]; }
  Json Incidents(const Parameters& parameters) const {
    const Page page = IncidentsPage(parameters, sources);
    CHECK(page.status == 200);
    return Json::parse(page.body);
  }
  std::string Ids(const Parameters& parameters) const {
    std::string ids;
    const Json answer = Incidents(parameters);
    for (const Json& each : answer["incidents"]) {
      ids += (ids.empty() ? "" : " ") + each["id"].get<std::string>();
    }
    return ids;
  }

  testing::TemporaryFolder folder;
  Sources sources;
};

const Parameters kLastMinutes{{"dialer", "d1"}, {"from", "2020-08-31T13:03:30Z"}};

}  // namespace

TEST_SUITE("exporter/memory_pages") {
  TEST_CASE("a dialer's samples are those of its host and those of its name, by time") {
    const World world;
    const Json answer = world.Samples(kLastMinutes);
    CHECK(answer["resolution"] == "raw");
    CHECK(answer["to"] == "2020-08-31T13:05:00Z");
    REQUIRE(answer["samples"].size() == 4);
    CHECK(answer["samples"][0] == Json{{"at", "2020-08-31T13:03:30Z"},
                                       {"kind", "dns A"},
                                       {"subject", "d1.example.com"},
                                       {"via", "google"},
                                       {"said", "203.0.113.66"},
                                       {"count", 1},
                                       {"failures", 0},
                                       {"rtt_ms", {{"min", 12.0}, {"avg", 12.0}, {"max", 12.0}}},
                                       {"ttl", 86400}});
    CHECK(answer["samples"][2]["said"] == "blackhole");
    CHECK(answer["samples"][2]["lost"] == 50);
    CHECK_FALSE(answer.contains("next"));
  }

  TEST_CASE("without a resolution it is the finest that fits") {
    const World world;
    CHECK(world.Samples({{"dialer", "d1"}, {"from", "2020-08-31T12:00:00Z"}})["resolution"] == "raw");
    CHECK(world.Samples({{"dialer", "d1"}, {"from", "2020-08-30T13:05:00Z"}})["resolution"] == "1m");
    CHECK(world.Samples({{"dialer", "d1"}, {"from", "2020-08-01T13:05:00Z"}})["resolution"] == "1h");
    const Json minutes = world.Samples({{"dialer", "d1"}, {"from", "2020-08-31T13:00:00Z"}, {"resolution", "1m"}});
    CHECK(minutes["samples"][0]["count"] == 2);
  }

  TEST_CASE("pages go on where the last one ended") {
    const World world;
    Parameters asked{{"dialer", "d1"}, {"from", "2020-08-31T12:00:00Z"}, {"limit", "50"}};
    std::size_t rows = 0;
    for (int pages = 0; pages < 3; ++pages) {
      const Json answer = world.Samples(asked);
      rows += answer["samples"].size();
      CHECK(answer.contains("next") == (pages < 2));
      if (answer.contains("next")) asked["after"] = answer["next"];
    }
    CHECK(rows == 121);
  }

  TEST_CASE("what is wrong with the parameters is said") {
    const World world;
    const auto with = [](const std::string& name, const std::string& value) {
      Parameters parameters = kLastMinutes;
      parameters[name] = value;
      return parameters;
    };
    CHECK(world.Refused({}) == "one of dialer and server is wanted, by its name");
    CHECK(world.Refused(with("server", "telnyx")) == "one of dialer and server is wanted, by its name");
    CHECK(world.Refused({{"dialer", "d1"}}) ==
          "from is missing: the time from which samples are wanted, such as 2020-08-31T13:05:00Z");
    CHECK(world.Refused(with("from", "yesterday")) ==
          "from: \"yesterday\" is no time in UTC, such as 2020-08-31T13:05:00Z");
    CHECK(world.Refused(with("to", "2020-08-31T13:00:00Z")) == "from is later than to");
    CHECK(world.Refused(with("resolution", "5m")) == "resolution is raw, 1m or 1h");
    CHECK(world.Refused(with("limit", "0")) == "limit: \"0\" is no number from 1 to 5000");
    CHECK(world.Refused(with("limit", "9999999999999999999999")).starts_with("limit: "));
    for (const char* place : {"1", "1.2", "1.2.3.4", "1.2.-3", "a.b.c", "1.2.99999999999999999999", "1..2"}) {
      CHECK(world.Refused(with("after", place)) == "after is what another page has as its next");
    }
    CHECK(world.Refused(with("dialer", "d1\nd2")) == "dialer stands there twice");
    CHECK(world.Refused(with("dailer", "d1")) ==
          "there is no parameter \"dailer\", only after, dialer, from, limit, resolution, server, to");
  }

  TEST_CASE("a dialer that nobody knows is 404, one without samples is an empty list") {
    const World world;
    world.Samples({{"dialer", "d9"}, {"from", "2020-08-31T13:00:00Z"}}, 404);
    CHECK(world.Samples({{"dialer", "d2"}, {"from", "2020-08-31T13:00:00Z"}})["samples"].empty());
  }

  TEST_CASE("a time before all that is kept costs nothing") {
    const World world;
    CHECK(
        world
            .Samples(
                {{"dialer", "d1"}, {"from", "0001-01-01T00:00:00Z"}, {"resolution", "raw"}, {"limit", "5"}})["samples"]
            .size() == 5);
  }

  TEST_CASE("open incidents come first, then those that are past, with the keys that they had") {
    const World world;
    CHECK(world.Ids({}) == std::string(kOpen) + " past0 past1 past2");
    const Json past = world.Incidents({})["incidents"][1];
    CHECK(past["peak"]["dialers"] == 3);
    CHECK(past["state"] == "resolved");
    CHECK(past["until"] == "2020-08-31T12:05:00Z");
    CHECK(world.Incidents({})["incidents"][3] == Json{{"id", "past2"},  // damaged but for its columns
                                                      {"cause", "dns-stale"},
                                                      {"severity", "critical"},
                                                      {"state", "resolved"},
                                                      {"since", "2020-08-31T09:05:00Z"},
                                                      {"until", "2020-08-31T10:05:00Z"}});
    CHECK(world.Ids({{"state", "resolved"}}) == "past0 past1 past2");
    CHECK(world.Ids({{"from", "2020-08-31T11:30:00Z"}}) == std::string(kOpen) + " past0");
    CHECK(world.Ids({{"state", "resolved"}, {"limit", "2"}}) == "past0 past1");
    const std::string next = world.Incidents({{"state", "resolved"}, {"limit", "2"}})["next"];
    CHECK(world.Ids({{"state", "resolved"}, {"after", next}}) == "past2");
    CHECK(IncidentsPage({{"state", "open"}}, world.sources).status == 400);
    CHECK(IncidentsPage({{"after", "x"}}, world.sources).status == 400);
  }

  TEST_CASE("an incident is found by its id, with who was told of it") {
    const World world;
    CHECK(Json::parse(IncidentPage(kOpen, world.sources).body)["state"] == "firing");
    const Json past = Json::parse(IncidentPage("past0", world.sources).body);
    CHECK(past["id"] == "past0");
    CHECK(past["notifications"][0]["outcome"] == "delivered");
    CHECK(IncidentPage("nope", world.sources).status == 404);
  }

  TEST_CASE("without its database it tells what stands now, and why there is no more") {
    World world;
    world.sources.state_path = "/nowhere/a.db";
    CHECK(world.Ids({}) == kOpen);
    CHECK(world.Incidents({})["memory_error"].get<std::string>().starts_with("/nowhere/a.db: cannot open"));
    CHECK(IncidentPage(kOpen, world.sources).status == 200);
    world.Samples(kLastMinutes, 503);
    world.sources.state_path.clear();
    CHECK_FALSE(world.Incidents({}).contains("memory_error"));
    CHECK(SamplesPage(kLastMinutes, world.sources, kNow).body ==
          R"({"error":"nothing is remembered: [state] path is empty"})");
  }
}

}  // namespace dialwatch::exporter
