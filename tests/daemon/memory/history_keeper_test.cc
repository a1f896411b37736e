#include "daemon/memory/history_keeper.h"

#include <doctest/doctest.h>

using namespace dialwatch;
using namespace std::chrono_literals;

namespace {

const base::TimePoint kNow{std::chrono::sys_days{std::chrono::year{2020} / 8 / 31} + 6h};
const diagnosis::NameKey kD1{"d1.example.com", base::RecordType::kA};

diagnosis::Picture Seen(const std::string& answer, base::TimePoint at) {
  probes::DnsSample sample;
  sample.host = kD1.first;
  sample.via = {probes::Via::Kind::kAuthority, "example.com", *base::Endpoint::Parse("192.0.2.53", 53)};
  sample.at = at;
  sample.outcome = probes::DnsOutcome::kAnswered;
  sample.aa = true;
  sample.answers = {{kD1.first, base::RecordType::kA, 300, answer}};
  diagnosis::Picture picture;
  picture.Add(sample);
  return picture;
}

std::vector<diagnosis::HistoryEntry> Restored(const std::vector<state::HistoryRow>& rows, base::TimePoint now,
                                              base::Duration retention = 720h) {
  diagnosis::Picture picture;
  daemon::Restore(rows, picture, retention, now);
  const auto* name = picture.Find(kD1);
  return name == nullptr ? std::vector<diagnosis::HistoryEntry>{} : name->history.entries();
}

}  // namespace

TEST_SUITE("daemon/memory/history_keeper") {
  TEST_CASE("what is kept comes back") {
    auto picture = Seen("198.51.100.11", kNow);
    const auto entries = Restored(daemon::HistoryKeeper().Take(picture, kNow), kNow + 1h);
    REQUIRE(entries.size() == 1);
    CHECK(entries[0].answers == std::vector<std::string>{"198.51.100.11"});
    CHECK(entries[0].ttl == 300s);
    CHECK(entries[0].last_seen == kNow);
  }

  TEST_CASE("what comes back late is older than what has been seen since") {
    auto before = Seen("198.51.100.11", kNow), since = Seen("198.51.100.21", kNow + 1h);
    daemon::Restore(daemon::HistoryKeeper().Take(before, kNow), since, 720h, kNow + 2h);
    const auto& entries = since.Find(kD1)->history.entries();
    REQUIRE(entries.size() == 2);
    CHECK(entries[0].answers == std::vector<std::string>{"198.51.100.11"});
    CHECK(entries[0].replaced == kNow + 1h);
    CHECK(entries[1].answers == std::vector<std::string>{"198.51.100.21"});
  }

  TEST_CASE("a new answer is kept at once, a later sight of it once a minute, and on the way out") {
    daemon::HistoryKeeper keeper;
    diagnosis::Picture picture;
    CHECK(keeper.Take(picture, kNow).empty());
    picture = Seen("198.51.100.11", kNow + 1s);
    CHECK(keeper.Take(picture, kNow + 1s).size() == 1);
    CHECK(keeper.Take(picture, kNow + 59s).empty());
    CHECK(keeper.Take(picture, kNow + 60s).size() == 1);
    CHECK(keeper.Take(picture, kNow + 61s).empty());
    CHECK(keeper.Take(picture, kNow + 62s, true).size() == 1);
  }

  TEST_CASE("after a clock that ran ahead all is kept from the right time on") {
    daemon::HistoryKeeper keeper;
    auto picture = Seen("198.51.100.11", kNow);
    CHECK(keeper.Take(picture, kNow + 24h).size() == 1);
    CHECK(keeper.Take(picture, kNow).size() == 1);
  }

  TEST_CASE("what is older than the retention does not come back") {
    auto picture = Seen("198.51.100.11", kNow);
    CHECK(Restored(daemon::HistoryKeeper().Take(picture, kNow), kNow + 3h, 2h).empty());
  }
}
