#include "state/store.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "tests/temporary_folder.h"

namespace dialwatch::state {

using testing::TemporaryFolder;
namespace {

TimePoint At(std::int64_t seconds) {
  return TimePoint(std::chrono::seconds(1'598'878'800 + seconds));
}

Store OpenStore(const std::string& path = ":memory:") {
  auto store = Store::Open(path);
  if (!store) FAIL(store.error().what);
  return *std::move(store);
}

IncidentRow Incident(const std::string& id, const std::string& state = "firing") {
  return {.id = id,
          .key = "dns-bogus:google",
          .state = state,
          .since = At(0),
          .told_at = At(60),
          .sequence = 1,
          .body = "{}"};
}

OutboxRow Message(const std::string& incident, std::int64_t sequence = 1, const std::string& receiver = "oncall") {
  return {.receiver = receiver,
          .incident = incident,
          .sequence = sequence,
          .payload = "text",
          .created = At(60),
          .due = At(60)};
}

mode_t ModeOf(const std::string& path) {
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777U;
}

}  // namespace

TEST_SUITE("state/store") {
  TEST_CASE("the history of an answer keeps its earliest and its latest sight") {
    Store store = OpenStore();
    HistoryRow row{.host = "d1.example.com",
                   .type = 1,
                   .answers = "198.51.100.11\n198.51.100.12",
                   .ttl = 300,
                   .first_seen = At(10),
                   .last_seen = At(20)};
    REQUIRE(store.SaveHistory({row}));
    row.first_seen = row.last_seen = At(50);
    REQUIRE(store.SaveHistory({row}));
    row.first_seen = At(10);
    const auto rows = store.LoadHistory();
    REQUIRE(rows);
    CHECK(*rows == std::vector{row});
  }

  TEST_CASE("another TTL of the same answer is a row of its own") {
    Store store = OpenStore();
    const HistoryRow day{.host = "d1.example.com", .type = 1, .answers = "", .ttl = 86400, .first_seen = At(0)};
    HistoryRow minutes = day;
    minutes.ttl = 300;
    minutes.first_seen = At(1);
    REQUIRE(store.SaveHistory({minutes, day}));
    CHECK(*store.LoadHistory() == std::vector{day, minutes});
  }

  TEST_CASE("old answers can be forgotten") {
    Store store = OpenStore();
    const HistoryRow older{.host = "a", .type = 1, .answers = "", .last_seen = At(99)};
    const HistoryRow newer{.host = "b", .type = 1, .answers = "", .last_seen = At(100)};
    REQUIRE(store.SaveHistory({older, newer}));
    REQUIRE(store.ForgetHistory(At(100), 64));
    CHECK(*store.LoadHistory() == std::vector{newer});
  }

  TEST_CASE("of each name and type those that were seen last are kept") {
    Store store = OpenStore();
    const HistoryRow other{.host = "b", .type = 1, .answers = "", .last_seen = At(1)};
    std::vector<HistoryRow> rows{other};
    for (int i = 0; i < 5; ++i) {
      rows.push_back({.host = "a", .type = 1, .answers = "", .ttl = i, .first_seen = At(i), .last_seen = At(10 + i)});
    }
    REQUIRE(store.SaveHistory(rows));
    REQUIRE(store.ForgetHistory(At(0), 2));
    CHECK(*store.LoadHistory() == std::vector{other, rows[4], rows[5]});
  }

  TEST_CASE("text is stored as it is, whatever its octets") {
    Store store = OpenStore();
    const std::string hostile("quote ' \xff and \0 nul; DROP TABLE history", 39);
    REQUIRE(store.SaveHistory({{.host = hostile, .type = 65535, .answers = hostile}}));
    CHECK((*store.LoadHistory()).at(0).host == hostile);
    CHECK((*store.LoadHistory()).at(0).type == 65535);
  }

  TEST_CASE("an incident and its messages are there after reopening, in order") {
    const TemporaryFolder folder;
    {
      Store store = OpenStore(folder / "new/folder/dialwatch.db");
      REQUIRE(store.SaveIncidents({Incident("i1")}, {Message("i1", 1, "z"), Message("i1", 1, "a")}));
    }
    Store store = OpenStore(folder / "new/folder/dialwatch.db");
    CHECK(*store.LoadIncidents() == std::vector{Incident("i1")});
    CHECK(*store.LoadOutbox() == std::vector{Message("i1", 1, "z"), Message("i1", 1, "a")});
  }

  TEST_CASE("a message that is there already is left as it is") {
    Store store = OpenStore();
    REQUIRE(store.SaveIncidents({Incident("i1")}, {Message("i1")}));
    OutboxRow again = Message("i1");
    again.payload = "other";
    REQUIRE(store.SaveIncidents({Incident("i1")}, {again, Message("i1", 2)}));
    CHECK(*store.LoadOutbox() == std::vector{Message("i1"), Message("i1", 2)});
  }

  TEST_CASE("a withdrawn message goes in the same step as its successor comes") {
    Store store = OpenStore();
    REQUIRE(store.SaveIncidents({Incident("i1")}, {Message("i1"), Message("i1", 1, "other")}));
    REQUIRE(store.SaveIncidents({Incident("i1", "resolved")}, {Message("i1", 2)}, {Message("i1")}));
    CHECK(*store.LoadOutbox() == std::vector{Message("i1", 1, "other"), Message("i1", 2)});
  }

  TEST_CASE("a resolved incident is loaded only while it has messages left") {
    Store store = OpenStore();
    REQUIRE(store.SaveIncidents({Incident("i1", "resolved")}, {Message("i1")}));
    CHECK((*store.LoadIncidents()).size() == 1);
    REQUIRE(store.Finish({{.receiver = "oncall", .incident = "i1", .sequence = 1}}));
    CHECK((*store.LoadIncidents()).empty());
    CHECK((*store.LoadOutbox()).empty());
  }

  TEST_CASE("only resolved incidents without messages are forgotten") {
    Store store = OpenStore();
    REQUIRE(store.SaveIncidents({Incident("open")}, {}));
    REQUIRE(store.SaveIncidents({Incident("undelivered", "resolved")}, {Message("undelivered")}));
    REQUIRE(store.SaveIncidents({Incident("done", "resolved")}, {}));
    REQUIRE(store.ForgetIncidents(At(61)));
    REQUIRE(store.SaveIncidents({Incident("done", "resolved")}, {Message("done")}));  // would replace a kept one
    CHECK((*store.LoadIncidents()).size() == 3);
    REQUIRE(store.Finish({{.receiver = "oncall", .incident = "done", .sequence = 1}}));
    REQUIRE(store.ForgetIncidents(At(60)));  // told_at is not before that
  }

  TEST_CASE("a message put off keeps its attempts, its time and its payload") {
    Store store = OpenStore();
    REQUIRE(store.SaveIncidents({Incident("i1")}, {Message("i1"), Message("i1", 2)}));
    OutboxRow later = Message("i1");
    later.attempts = 3;
    later.due = At(99);
    later.payload = "shorter";
    REQUIRE(store.Reschedule(later));
    CHECK(*store.LoadOutbox() == std::vector{later, Message("i1", 2)});
  }

  TEST_CASE("replacing all alerts leaves the resolved ones and the history") {
    Store store = OpenStore();
    REQUIRE(store.SaveHistory({{.host = "d1", .answers = ""}}));
    REQUIRE(store.SaveIncidents({Incident("gone")}, {Message("gone")}));
    REQUIRE(store.SaveIncidents({Incident("resolved", "resolved")}, {}));
    REQUIRE(store.ReplaceAlerts({Incident("i1")}, {Message("i1"), Message("resolved")}));
    CHECK(*store.LoadIncidents() == std::vector{Incident("i1"), Incident("resolved", "resolved")});
    CHECK(*store.LoadOutbox() == std::vector{Message("i1"), Message("resolved")});
    CHECK((*store.LoadHistory()).size() == 1);
  }

  TEST_CASE("the file and its log are for their owner only") {
    const TemporaryFolder folder;
    Store store = OpenStore(folder / "dialwatch.db");
    REQUIRE(store.SaveIncidents({Incident("i1")}, {}));
    CHECK(ModeOf(folder / "dialwatch.db") == 0600);
    CHECK(ModeOf(folder / "dialwatch.db-wal") == 0600);
    CHECK(ModeOf(folder / "dialwatch.db-shm") == 0600);
  }

  TEST_CASE("two stores on one file see each other's rows") {
    const TemporaryFolder folder;
    Store one = OpenStore(folder / "dialwatch.db");
    Store other = OpenStore(folder / "dialwatch.db");
    REQUIRE(one.SaveHistory({{.host = "d1", .answers = ""}}));
    REQUIRE(other.SaveHistory({{.host = "d2", .answers = ""}}));
    CHECK((*one.LoadHistory()).size() == 2);
  }
}

}  // namespace dialwatch::state
