#include "alerting/ledger.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>

#include "state/database.h"
#include "tests/alerting/fixtures.h"

namespace dialwatch::alerting {
namespace {

using namespace std::chrono_literals;

OutboxRow Row(std::int64_t sequence, const std::string& incident = BogusAtGoogle().id) {
  return {.receiver = "oncall",
          .incident = incident,
          .sequence = sequence,
          .payload = "text",
          .created = At(0),
          .due = At(0)};
}

Change Tell(const Incident& incident = BogusAtGoogle()) {
  Change change;
  change.record.incident = incident;
  change.record.told_at = At(0);
  change.record.sequence = 1;
  change.record.told["oncall"] = {At(0), Severity::kCritical, 1};
  change.messages = {Row(1, incident.id)};
  return change;
}

std::size_t Waiting(const Ledger& ledger) {
  std::size_t count = 0;
  for (const auto& [key, queue] : ledger.outbox().queues()) count += queue.rows.size();
  return count;
}

// Of the frames of 24 + 4096 octets behind a WAL's 32, those that end a transaction: their second word is not zero
// (https://www.sqlite.org/fileformat2.html#walformat).
std::size_t Commits(const std::string& wal) {
  const std::string bytes = ReadWhole(wal);
  std::size_t commits = 0;
  for (std::size_t at = 32; at + 8 <= bytes.size(); at += 24 + 4096) {
    commits += bytes.substr(at + 4, 4) == std::string(4, '\0') ? 0 : 1;
  }
  return commits;
}

// As it is after a restart.
struct Reopened {
  explicit Reopened(const std::string& path, TimePoint now = At(1000)) : ledger(path) { ledger.Tend(now); }
  Ledger ledger;
};

}  // namespace

TEST_SUITE("alerting/ledger") {
  TEST_CASE("what was told and what is on its way is there after a restart") {
    const TemporaryFolder folder;
    {
      Reopened one(folder / "a.db");
      one.ledger.Commit({Tell()});
      OutboxRow later = Row(1);
      later.attempts = 2;
      later.due = At(30);
      one.ledger.Reschedule(later);
    }
    Reopened other(folder / "a.db");
    CHECK_FALSE(other.ledger.degraded());
    REQUIRE(other.ledger.records().size() == 1);
    CHECK(other.ledger.records().begin()->second == Tell().record);
    REQUIRE(Waiting(other.ledger) == 1);
    CHECK(other.ledger.outbox().queues().begin()->second.rows.front().due == At(30));
  }

  TEST_CASE("what was delivered is not there after a restart") {
    const TemporaryFolder folder;
    {
      Reopened one(folder / "a.db");
      one.ledger.Commit({Tell()});
      one.ledger.Remove(Row(1), "delivered");
    }
    CHECK(Waiting(Reopened(folder / "a.db").ledger) == 0);
  }

  TEST_CASE("an incident that is over is not there after a restart, its last message is") {
    const TemporaryFolder folder;
    {
      Reopened one(folder / "a.db");
      one.ledger.Commit({Tell()});
      Change end = Tell(ResolvedAt(BogusAtGoogle(), At(60)));
      end.record.told.clear();
      end.messages = {Row(2)};
      end.withdrawn = {Row(1)};
      one.ledger.Commit({end});
      CHECK(one.ledger.records().empty());
    }
    Reopened other(folder / "a.db");
    CHECK(other.ledger.records().empty());
    REQUIRE(Waiting(other.ledger) == 1);
    CHECK(other.ledger.outbox().queues().begin()->second.rows.front().sequence == 2);
  }

  TEST_CASE("what changes at once is one transaction, however much it is") {
    const TemporaryFolder folder;
    Reopened one(folder / "a.db");
    const std::size_t before = Commits(folder / "a.db-wal");
    std::vector<Change> storm;
    for (int i = 0; i < 20; ++i) storm.push_back(Tell(Renamed(BogusAtGoogle(), fmt::format("i{}", i))));
    one.ledger.Commit(storm);
    CHECK(Commits(folder / "a.db-wal") == before + 1);
    one.ledger.Commit({});
    CHECK(Commits(folder / "a.db-wal") == before + 1);
    CHECK(Reopened(folder / "a.db").ledger.records().size() == 20);
  }

  TEST_CASE("without a path all is in memory, and nothing is amiss") {
    Reopened one("");
    one.ledger.Commit({Tell()});
    CHECK_FALSE(one.ledger.degraded());
    CHECK(Waiting(one.ledger) == 1);
  }

  TEST_CASE("where the store cannot be opened it goes on from memory and saves all of it once it can") {
    const TemporaryFolder folder;
    folder.Write("blocked", "a file in place of the folder");
    const CapturedStderr log;
    {
      Reopened one(folder / "blocked/a.db", At(0));
      CHECK(one.ledger.degraded());
      one.ledger.Commit({Tell()});
      one.ledger.Tend(At(1));
      one.ledger.Tend(At(5));
      CHECK(one.ledger.degraded());
      CHECK(CountOf(log.text(), "alerts go on from memory") == 1);
      std::filesystem::remove(folder / "blocked");
      one.ledger.Tend(At(6));
      CHECK(one.ledger.degraded());
      one.ledger.Tend(At(10));
      CHECK_FALSE(one.ledger.degraded());
      CHECK(CountOf(log.text(), "works again") == 1);
    }
    Reopened other(folder / "blocked/a.db");
    CHECK(other.ledger.records().size() == 1);
    CHECK(Waiting(other.ledger) == 1);
  }

  TEST_CASE("what happens while the store is locked is saved when it is free again") {
    const TemporaryFolder folder;
    const CapturedStderr log;
    {
      Reopened one(folder / "a.db", At(0));
      one.ledger.Commit({Tell()});
      {
        auto other = state::Database::Open(folder / "a.db");
        REQUIRE(other);
        REQUIRE((*other)->Execute("BEGIN IMMEDIATE"));
        one.ledger.Remove(Row(1), "delivered");
        one.ledger.Commit({Tell(Renamed(BogusAtGoogle(), "second"))});
        CHECK(one.ledger.degraded());
      }
      one.ledger.Tend(At(5));
      CHECK_FALSE(one.ledger.degraded());
    }
    Reopened after(folder / "a.db");
    CHECK(after.ledger.records().size() == 2);
    REQUIRE(Waiting(after.ledger) == 1);
    CHECK(after.ledger.outbox().queues().begin()->first.second == "second");
  }

  TEST_CASE("a store that comes late brings what memory does not know better") {
    const TemporaryFolder folder;
    const Incident elsewhere = Renamed(BogusAtGoogle(), "elsewhere");
    {
      Reopened one(folder / "a.db");
      one.ledger.Commit({Tell()});
      one.ledger.Commit({Tell(elsewhere)});
    }
    std::filesystem::rename(folder / "a.db", folder / "away.db");
    std::filesystem::create_directory(folder / "a.db");
    const CapturedStderr log;
    Reopened late(folder / "a.db", At(0));
    Incident again = BogusAtGoogle();
    again.id = "dns-bogus:google:20200831T140000Z";
    late.ledger.Commit({Tell(again)});
    std::filesystem::remove(folder / "a.db");
    std::filesystem::rename(folder / "away.db", folder / "a.db");
    late.ledger.Tend(At(5));
    CHECK_FALSE(late.ledger.degraded());
    CHECK(late.ledger.records().size() == 2);
    CHECK(late.ledger.records().contains(again.id));
    CHECK(late.ledger.records().contains("elsewhere"));
    CHECK(Waiting(late.ledger) == 2);
  }

  TEST_CASE("a damaged record is passed over, its neighbours and all messages stay") {
    const TemporaryFolder folder;
    {
      auto store = state::Store::Open(folder / "a.db");
      REQUIRE(store);
      state::IncidentRow damaged = ToRow(Tell().record);
      damaged.body = "{";
      REQUIRE(store->SaveIncidents({damaged, ToRow(Tell(Renamed(BogusAtGoogle(), "whole")).record)}, {Row(1)}));
    }
    const CapturedStderr log;
    Reopened one(folder / "a.db");
    CHECK(one.ledger.records().size() == 1);
    CHECK(Waiting(one.ledger) == 1);
    CHECK(CountOf(log.text(), "cannot be read") == 1);
  }
}

}  // namespace dialwatch::alerting
