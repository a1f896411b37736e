#include "state/archive.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/temporary_folder.h"

namespace dialwatch::state {

using testing::TemporaryFolder;
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kMonday = std::chrono::sys_days(std::chrono::year(2020) / 8 / 31);
constexpr std::int64_t kPlenty = 1'000'000'000;
const SeriesName kD1AtGoogle{"d1.example.com", "dns A", "google"};

SampleRow Row(Duration at, std::string said = "198.51.100.11", std::int64_t rtt = 1000) {
  return {.series = kD1AtGoogle,
          .at = kMonday + at,
          .said = std::move(said),
          .rtt_min = rtt,
          .rtt = rtt,
          .rtt_max = rtt,
          .ttl = 300};
}

Archive OpenArchive(const std::string& path, std::int64_t most = kPlenty) {
  auto archive = Archive::Open(path, most);
  REQUIRE(archive);
  return *std::move(archive);
}

SampleQuery Query(Resolution resolution = Resolution::kRaw, Duration from = 0s, Duration to = 24h) {
  return {.subjects = {"d1.example.com"},
          .kinds = {"dns"},
          .resolution = resolution,
          .from = kMonday + from,
          .to = kMonday + to,
          .after = {}};
}

std::vector<SampleRow> RowsOf(const Archive& archive, const SampleQuery& query = Query()) {
  auto page = archive.ReadSamples(query);
  REQUIRE(page);
  return page->rows;
}

// "12:00 198.51.100.11 ×2, …"
std::string Counts(const Archive& archive, Resolution resolution) {
  std::string text;
  for (const SampleRow& row : RowsOf(archive, Query(resolution))) {
    text += fmt::format("{}{} {} x{}", text.empty() ? "" : ", ", base::FormatClock(row.at).substr(0, 5), row.said,
                        row.count);
  }
  return text;
}

}  // namespace

TEST_SUITE("state/archive") {
  TEST_CASE("a sample comes back as it was") {
    const TemporaryFolder folder;
    Archive archive = OpenArchive(folder / "a.db");
    SampleRow failed{.series = {"d1", "rtp", "198.51.100.11:9000"},
                     .at = kMonday + 1ms,
                     .said = "blackhole",
                     .failures = 1,
                     .sent = 50,
                     .lost = 50};
    REQUIRE(archive.Add({Row(0s), failed}));
    CHECK(RowsOf(archive) == std::vector{Row(0s)});
    SampleQuery query = Query();
    query.subjects = {"d1"};
    query.kinds = {"rtp"};
    CHECK(RowsOf(archive, query) == std::vector{failed});
    query.kinds = {"stun"};
    CHECK(RowsOf(archive, query).empty());
  }

  TEST_CASE("a minute has a row for each thing that was said, with the least, the mean and the most") {
    const TemporaryFolder folder;
    Archive archive = OpenArchive(folder / "a.db");
    SampleRow longer = Row(20s, "198.51.100.11", 3000);
    longer.ttl = 86400;
    REQUIRE(archive.Add({Row(0s), longer, Row(30s, "203.0.113.66"), Row(60s)}));
    REQUIRE(archive.RollUp(kMonday + 60s));
    CHECK(Counts(archive, Resolution::kMinute) == "00:00 198.51.100.11 x2, 00:00 203.0.113.66 x1");
    const SampleRow minute = RowsOf(archive, Query(Resolution::kMinute)).front();
    CHECK(*minute.rtt_min == 1000);
    CHECK(*minute.rtt == 2000);
    CHECK(*minute.rtt_max == 3000);
    CHECK(*minute.ttl == 86400);
  }

  TEST_CASE("hours come of minutes, and each of their means of all samples") {
    const TemporaryFolder folder;
    Archive archive = OpenArchive(folder / "a.db");
    for (int i = 0; i < 120; ++i) REQUIRE(archive.Add({Row(i * 30s, "198.51.100.11", i < 3 ? 4000 : 1000)}));
    REQUIRE(archive.RollUp(kMonday + 1h));
    CHECK(Counts(archive, Resolution::kHour) == "00:00 198.51.100.11 x120");
    CHECK(*RowsOf(archive, Query(Resolution::kHour)).front().rtt == 1075);
  }

  TEST_CASE("rolling up again changes nothing, and what comes late is counted once") {
    const TemporaryFolder folder;
    Archive archive = OpenArchive(folder / "a.db");
    REQUIRE(archive.Add({Row(0s), Row(30s), Row(3600s)}));
    for (int i = 0; i < 3; ++i) REQUIRE(archive.RollUp(kMonday + 2h));
    CHECK(Counts(archive, Resolution::kHour) == "00:00 198.51.100.11 x2, 01:00 198.51.100.11 x1");
    REQUIRE(archive.Add({Row(45s)}));
    REQUIRE(archive.RollUp(kMonday + 2h));
    CHECK(Counts(archive, Resolution::kMinute) == "00:00 198.51.100.11 x3, 01:00 198.51.100.11 x1");
    CHECK(Counts(archive, Resolution::kHour) == "00:00 198.51.100.11 x3, 01:00 198.51.100.11 x1");
  }

  TEST_CASE("the minute at hand is not rolled up before it is over") {
    const TemporaryFolder folder;
    Archive archive = OpenArchive(folder / "a.db");
    REQUIRE(archive.Add({Row(0s), Row(61s)}));
    REQUIRE(archive.RollUp(kMonday + 119s));
    CHECK(Counts(archive, Resolution::kMinute) == "00:00 198.51.100.11 x1");
  }

  TEST_CASE("after a clock that ran ahead all goes on from the right time") {
    const TemporaryFolder folder;
    Archive archive = OpenArchive(folder / "a.db");
    REQUIRE(archive.Add({Row(10h)}));
    REQUIRE(archive.RollUp(kMonday + 11h));
    REQUIRE(archive.Add({Row(0s)}));
    REQUIRE(archive.RollUp(kMonday + 60s));
    CHECK(Counts(archive, Resolution::kMinute) == "00:00 198.51.100.11 x1, 10:00 198.51.100.11 x1");
  }

  TEST_CASE("each resolution is forgotten at its age") {
    const TemporaryFolder folder;
    Archive archive = OpenArchive(folder / "a.db");
    REQUIRE(archive.Add({Row(0s)}));
    REQUIRE(archive.RollUp(kMonday + 1h));
    const auto left = [&](Duration age) {
      for (int i = 0; i < 3; ++i) REQUIRE(archive.Prune(kMonday + age));
      std::string text;
      for (const Resolution each : kResolutions) text += RowsOf(archive, Query(each)).empty() ? "-" : "+";
      return text;
    };
    CHECK(left(48h) == "+++");
    CHECK(left(48h + 11min) == "-++");
    CHECK(left(24h * 30) == "-++");
    CHECK(left(24h * 30 + 31min) == "--+");
    CHECK(left(24h * 367) == "---");
  }

  TEST_CASE("what comes after the samples of its minute are gone is added to the minute and to the hour") {
    const TemporaryFolder folder;
    Archive archive = OpenArchive(folder / "a.db");
    SampleRow last = Row(50s, "198.51.100.11", 4000);
    last.ttl = 900;
    REQUIRE(archive.Add({Row(0s), Row(30s), Row(60s)}));
    REQUIRE(archive.RollUp(kMonday + 1h));
    for (int i = 0; i < 3; ++i) REQUIRE(archive.Prune(kMonday + 72h));
    for (int i = 0; i < 2; ++i) {
      REQUIRE(archive.Add({i == 0 ? Row(45s) : last}));
      REQUIRE(archive.RollUp(kMonday + 72h));
    }
    CHECK(Counts(archive, Resolution::kMinute) == "00:00 198.51.100.11 x4, 00:01 198.51.100.11 x1");
    CHECK(Counts(archive, Resolution::kHour) == "00:00 198.51.100.11 x5");
    const SampleRow minute = RowsOf(archive, Query(Resolution::kMinute)).front();
    CHECK(*minute.rtt_min == 1000);
    CHECK(*minute.rtt == 1750);
    CHECK(*minute.rtt_max == 4000);
    CHECK(*minute.ttl == 900);
    for (int i = 0; i < 3; ++i) REQUIRE(archive.Prune(kMonday + 24h * 40));
    REQUIRE(archive.Add({Row(46s)}));
    REQUIRE(archive.RollUp(kMonday + 24h * 40));
    CHECK(Counts(archive, Resolution::kHour) == "00:00 198.51.100.11 x6");
  }

  TEST_CASE("beyond the cap the oldest goes first, and the file grows no further") {
    const TemporaryFolder folder;
    constexpr std::int64_t kCap = 1'000'000;
    Archive archive = OpenArchive(folder / "a.db", kCap);
    for (int hour = 0; hour < 40; ++hour) {
      std::vector<SampleRow> rows;
      for (int i = 0; i < 1200; ++i) {
        rows.push_back(Row(hour * 1h + i * 3s));
        rows.back().series.via = fmt::format("resolver{}", i % 10);
      }
      REQUIRE(archive.Add(rows));
      REQUIRE(archive.RollUp(kMonday + hour * 1h + 1h));
      for (int i = 0; i < 60; ++i) REQUIRE(archive.Prune(kMonday + hour * 1h + 1h));
    }
    CHECK(*archive.UsedOctets() < kCap * 5 / 4);
    CHECK(archive.share() < 1);
    CHECK(RowsOf(archive, Query(Resolution::kRaw, 0h, 1h)).empty());
    CHECK_FALSE(RowsOf(archive, Query(Resolution::kRaw, 39h, 40h)).empty());
  }

  TEST_CASE("a page ends where it is full, and the next goes on there") {
    const TemporaryFolder folder;
    Archive archive = OpenArchive(folder / "a.db");
    std::vector<SampleRow> all;
    for (int i = 0; i < 100; ++i) {
      all.push_back(Row(i / 2 * 47s, i % 2 == 0 ? "198.51.100.11" : "203.0.113.66"));
    }
    REQUIRE(archive.Add(all));
    std::vector<SampleRow> read;
    SampleQuery query = Query();
    query.most = 7;
    for (int pages = 1;; ++pages) {
      const auto page = archive.ReadSamples(query);
      REQUIRE(page);
      CHECK(page->rows.size() <= 7);
      read.insert(read.end(), page->rows.begin(), page->rows.end());
      query.after = page->next;
      if (!page->next) {
        CHECK(pages == 15);
        break;
      }
    }
    CHECK(read == all);
  }

  TEST_CASE("strangers who say something else each time do not fill the file") {
    const TemporaryFolder folder;
    Archive archive = OpenArchive(folder / "a.db");
    std::vector<SampleRow> rows;
    for (int i = 0; i < Archive::kNewADay + 10; ++i) rows.push_back(Row(i * 10ms, fmt::format("answer {}", i)));
    rows.push_back(Row(23h, std::string(100'000, 'x')));
    REQUIRE(archive.Add(rows));
    SampleQuery query = Query(Resolution::kRaw, 50s, 24h);
    const auto read = RowsOf(archive, query);
    REQUIRE(read.size() == 11);
    for (const SampleRow& row : read) CHECK(row.said == Archive::kOther);
    rows = {Row(24h, "new on another day")};
    REQUIRE(archive.Add(rows));
    CHECK(RowsOf(archive, Query(Resolution::kRaw, 24h, 48h)) == rows);
  }

  TEST_CASE("a name that was forgotten and comes back is never taken for another") {
    const TemporaryFolder folder;
    Archive archive = OpenArchive(folder / "a.db");
    SampleRow second = Row(1h + 10s, "203.0.113.66");
    second.series.via = "quad9";
    REQUIRE(archive.Add({Row(0s)}));
    for (int i = 0; i < 9; ++i) REQUIRE(archive.Prune(kMonday + 24h * 400));
    REQUIRE(archive.Add({second, Row(1h + 20s)}));
    CHECK(RowsOf(archive) == std::vector{second, Row(1h + 20s)});
  }

  TEST_CASE("past incidents are found by time and state, newest first, page by page") {
    const TemporaryFolder folder;
    Archive archive = OpenArchive(folder / "a.db");
    std::vector<PastIncident> all;
    for (int i = 0; i < 5; ++i) {
      all.push_back({.id = fmt::format("i{}", i),
                     .cause = "dns-bogus",
                     .severity = "critical",
                     .state = "resolved",
                     .since = kMonday + i * 1h,
                     .until = kMonday + i * 1h + 30min,
                     .body = R"({"new key":1})"});
    }
    all.back().state = "firing";
    all.back().until.reset();
    REQUIRE(archive.SaveIncidents(all));
    const auto ids = [&](const IncidentQuery& query) {
      std::string text;
      const auto found = archive.ReadIncidents(query);
      REQUIRE(found);
      for (const PastIncident& each : *found) text += each.id;
      return text;
    };
    CHECK(ids({}) == "i4i3i2i1i0");
    CHECK(ids({.from = kMonday + 3h + 15min, .to = {}, .state = "", .after = {}}) == "i4i3");
    CHECK(ids({.from = {}, .to = kMonday + 1h, .state = "", .after = {}}) == "i0");
    CHECK(ids({.from = {}, .to = {}, .state = "firing", .after = {}}) == "i4");
    CHECK(ids({.from = {}, .to = {}, .state = "", .after = {{kMonday + 3h, "i3"}}, .most = 2}) == "i2i1");
    CHECK(**archive.ReadIncident("i4") == all.back());
    CHECK_FALSE(*archive.ReadIncident("other"));
    REQUIRE(archive.ForgetIncidents(kMonday + Archive::kKeepPast + 2h));
    CHECK(ids({}) == "i4i3i2");
  }

  TEST_CASE("what goes on after a restart stands, or ended lately; also what alerting alone has told the end of") {
    const TemporaryFolder folder;
    Archive archive = OpenArchive(folder / "a.db");
    const auto incident = [](const std::string& id, Duration since, std::optional<TimePoint> until) {
      return PastIncident{.id = id,
                          .cause = "dns-bogus",
                          .severity = "critical",
                          .state = until ? "resolved" : "firing",
                          .since = kMonday + since,
                          .until = until,
                          .body = "{}"};
    };
    PastIncident told = incident("told", 3h, {});
    REQUIRE(archive.SaveIncidents({incident("stands", 1h, {}), incident("lately", 2h, kMonday + 4h), told,
                                   incident("told long ago", 0h, {}), incident("past", 0h, kMonday + 3h)}));
    auto store = Store::Open(folder / "a.db");
    REQUIRE(store);
    for (const auto& [id, at] : {std::pair{"told", 5h}, {"told long ago", 2h}}) {
      REQUIRE(store->SaveIncidents(
          {{.id = id, .key = "k", .state = "resolved", .since = kMonday, .told_at = kMonday + at, .body = "{}"}}, {}));
    }
    told.state = "resolved";
    told.until = kMonday + 5h;
    const auto found = archive.ReadUnfinished(kMonday + 4h);
    REQUIRE(found);
    CHECK(*found == std::vector{incident("stands", 1h, {}), incident("lately", 2h, kMonday + 4h), told});
  }

  TEST_CASE("a read ends when there has been enough of it, with an error that says so") {
    const TemporaryFolder folder;
    Archive archive = OpenArchive(folder / "a.db");
    std::vector<SampleRow> rows;
    for (int i = 0; i < 5000; ++i) rows.push_back(Row(i * 10ms));
    REQUIRE(archive.Add(rows));
    const auto reader = Archive::OpenToRead(folder / "a.db", [] { return true; });
    REQUIRE(reader);
    SampleQuery query = Query();
    query.most = 5000;
    const auto page = reader->ReadSamples(query);
    REQUIRE_FALSE(page);
    CHECK(page.error().what ==
          (folder / "a.db") + ": cannot read samples: interrupted; it took too long; ask for less");
  }
}

}  // namespace dialwatch::state
