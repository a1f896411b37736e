#include "daemon/memory/memory.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <future>
#include <thread>

#include "base/guarded.h"
#include "daemon/memory/past_incidents.h"
#include "state/database.h"
#include "tests/state/hanging_disk.h"
#include "tests/temporary_folder.h"

namespace dialwatch::daemon {

using diagnosis::Incident, diagnosis::IncidentState;
using testing::TemporaryFolder;
namespace {

using namespace std::chrono_literals;

constexpr base::TimePoint kMonday = std::chrono::sys_days(std::chrono::year(2020) / 8 / 31);

Incident Firing(const std::string& id) {
  Incident incident;
  incident.id = id;
  incident.key = "dns-bogus:google";
  incident.cause = "dns-bogus";
  incident.state = IncidentState::kFiring;
  incident.since = kMonday;
  incident.affected = {"d1"};
  return incident;
}

Incident Over(Incident incident, base::Duration after = 1h) {
  incident.state = IncidentState::kResolved;
  incident.until = kMonday + after;
  return incident;
}

config::State SettingsFor(const std::string& path) {
  return {.path = path, .retention = 720h, .max_mb = 100};
}

void KeepOne(const std::string& path) {
  Memory memory(SettingsFor(path));
  memory.Start([](const probes::Sample&) {}, [](const MemoryBook::Past&) {});
  memory.Note({Firing("stands")}, kMonday);
}

// What is recalled after the start, within a minute.
std::vector<state::PastIncident> RecalledLate(Memory& memory) {
  std::promise<MemoryBook::Past> late;
  auto recalled = late.get_future();
  memory.Start([](const probes::Sample&) {}, [&](MemoryBook::Past past) { late.set_value(std::move(past)); });
  const bool came = recalled.wait_for(60s) == std::future_status::ready;
  memory.Stop();
  return came ? recalled.get().incidents : std::vector<state::PastIncident>();
}

// What is in the database once a memory has noted these, one list after the other, a second apart.
std::vector<state::PastIncident> Kept(const std::vector<std::vector<Incident>>& lists) {
  const TemporaryFolder folder;
  {
    Memory memory(SettingsFor(folder / "a.db"));
    memory.Start([](const probes::Sample&) {}, [](const MemoryBook::Past&) {});
    base::TimePoint now = kMonday;
    for (const auto& incidents : lists) memory.Note(incidents, now += 1s);
  }
  const auto archive = state::Archive::OpenToRead(folder / "a.db", [] { return false; });
  REQUIRE(archive);
  const auto past = archive->ReadIncidents({});
  REQUIRE(past);
  return *past;
}

}  // namespace

TEST_SUITE("daemon/memory/memory") {
  TEST_CASE("what fires is kept as it was last, and what passes before it fires is not") {
    Incident pending = Firing("passes");
    pending.state = IncidentState::kPending;
    Incident over = Over(Firing("ends"));
    over.until = base::WallClockNow();
    const auto kept = Kept({{pending, Firing("ends")}, {over, Firing("stands")}});
    REQUIRE(kept.size() == 2);
    CHECK(std::ranges::count(kept, ToPast(Firing("stands"))) == 1);
    CHECK(std::ranges::count(kept, ToPast(over)) == 1);
  }

  TEST_CASE("what is listed under another id does not stand for ever") {
    const auto kept = Kept({{Firing("new")}, {Firing("old")}});
    REQUIRE(kept.size() == 2);
    for (const auto& each : kept) CHECK(each.until.has_value() == (each.id == "new"));
  }

  TEST_CASE("while another program holds the database for long nobody who gives waits") {
    const TemporaryFolder folder;
    base::Guarded<std::vector<probes::StateSample>> told;
    Memory memory(SettingsFor(folder / "a.db"));
    memory.Start(
        [&](const probes::Sample& sample) {
          told.With([&](auto& all) { all.push_back(std::get<probes::StateSample>(sample)); });
        },
        [](const MemoryBook::Past&) {});
    const auto wait_for = [&](probes::StateOutcome outcome) {
      const auto end = std::chrono::steady_clock::now() + 60s;
      while (std::chrono::steady_clock::now() < end) {
        if (told.With([&](const auto& all) { return !all.empty() && all.back().outcome == outcome; })) return true;
        std::this_thread::sleep_for(10ms);
      }
      return false;
    };
    REQUIRE(wait_for(probes::StateOutcome::kKept));
    auto other = state::Database::Open(folder / "a.db");
    REQUIRE(other);
    REQUIRE((*other)->Execute("BEGIN EXCLUSIVE"));
    const auto started = std::chrono::steady_clock::now();
    constexpr int kGiven = 1000;
    probes::StunSample sample;
    sample.server = "telnyx";
    for (int i = 0; i < kGiven; ++i) {
      sample.at = kMonday + 1ms * i;
      memory.Add(sample);
      memory.Note({Firing(std::to_string(i))}, sample.at);
    }
    CHECK(std::chrono::steady_clock::now() - started < kGiven * state::Database::kBusyTimeout / 10);
    CHECK(wait_for(probes::StateOutcome::kDegraded));
    REQUIRE((*other)->Execute("COMMIT"));
    CHECK(wait_for(probes::StateOutcome::kKept));
    CHECK(memory.dropped() == 0);
  }

  TEST_CASE("what cannot be read at the start, since another program holds the file, is recalled later") {
    const TemporaryFolder folder;
    KeepOne(folder / "a.db");
    auto other = state::Database::Open(folder / "a.db");
    REQUIRE(other);
    REQUIRE((*other)->Execute("PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE"));
    Memory memory(SettingsFor(folder / "a.db"));
    CHECK(memory.TakePast().incidents.empty());
    other->reset();
    CHECK(RecalledLate(memory) == std::vector{ToPast(Firing("stands"))});
  }

  TEST_CASE("a disk that hangs does not hold the start up, and what it has is recalled once it goes on") {
    const TemporaryFolder folder;
    KeepOne(folder / "a.db");
    const testing::HangingDisk disk;
    const auto started = std::chrono::steady_clock::now();
    Memory memory(SettingsFor(folder / "a.db"));
    CHECK(std::chrono::steady_clock::now() - started < 10s);
    CHECK(memory.TakePast().incidents.empty());
    testing::HangingDisk::Release();
    CHECK(RecalledLate(memory) == std::vector{ToPast(Firing("stands"))});
  }

  TEST_CASE("after a restart all goes on that was kept, and what alerting alone knows of") {
    const Incident stands = Firing("stands"), over = Over(Firing("over"));
    state::PastIncident damaged = ToPast(Firing("damaged"));
    damaged.body = "{";
    const auto recalled = Recall({ToPast(over), ToPast(stands), damaged}, {Firing("told"), Firing("over")});
    CHECK(recalled == std::vector{over, stands, Firing("told")});
  }

  TEST_CASE("an incident of very many is kept with fewer of its findings, and comes back") {
    Incident huge = Firing("huge");
    for (int i = 0; i < 2000; ++i) {
      auto& finding = huge.findings.emplace_back();
      finding.id = std::to_string(i);
      finding.evidence.emplace_back().vantage = std::string(100, 'x');
    }
    const auto past = ToPast(huge);
    CHECK(past.body.size() <= kLargestBody);
    const Incident recalled = Recall({past}, {}).at(0);
    CHECK(recalled.findings.size() > 50);
    CHECK(recalled.affected == huge.affected);
  }

  TEST_CASE("of the time before a restart what stands and what ended lately is known") {
    const TemporaryFolder folder;
    const base::TimePoint now = base::WallClockNow();
    Incident stands = Firing("stands"), lately = Over(Firing("lately")), past = lately;
    lately.until = now - 1h;
    past.id = "past";
    past.until = now - MemoryBook::kLately - 1min;
    {
      Memory memory(SettingsFor(folder / "a.db"));
      memory.Start([](const probes::Sample&) {}, [](const MemoryBook::Past&) {});
      memory.Note({stands, lately, past}, now);
    }
    const auto known = Memory(SettingsFor(folder / "a.db")).TakePast().incidents;
    REQUIRE(known.size() == 2);
    CHECK(std::ranges::count(known, "past", &state::PastIncident::id) == 0);
  }
}

}  // namespace dialwatch::daemon
