#include "alerting/storm.h"

#include <doctest/doctest.h>
#include <fmt/ranges.h>

#include "alerting/plain_text.h"
#include "alerting/storm_message.h"
#include "tests/alerting/desk.h"

namespace dialwatch::alerting {
namespace {

using diagnosis::IncidentState;

// Number `number` of many: a name that fails, of dialer "dN".
Incident Failing(int number, Severity severity = Severity::kWarning, const std::string& cause = "dns-failing") {
  Incident incident = Renamed(BogusAtGoogle(IncidentState::kFiring, 1), fmt::format("{}:{}", cause, number));
  incident.cause = cause;
  incident.key = fmt::format("{}:d{}", cause, number);
  incident.severity = severity;
  incident.summary = fmt::format("d{}.example.com fails through quad9: SERVFAIL, 3 times running", number);
  incident.affected = {fmt::format("d{}", number)};
  incident.advice = {"ask " + cause};
  return incident;
}

std::vector<Incident> Several(int from, int to) {
  std::vector<Incident> incidents;
  for (int i = from; i <= to; ++i) incidents.push_back(Failing(i));
  return incidents;
}

std::vector<Incident> Over(std::vector<Incident> incidents, TimePoint at) {
  for (Incident& incident : incidents) incident = ResolvedAt(incident, at);
  return incidents;
}

std::vector<Incident> operator+(std::vector<Incident> a, const std::vector<Incident>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace

TEST_SUITE("alerting/storm") {
  TEST_CASE("five at once are five messages, six are one") {
    Desk few, many;
    few.Round(Several(1, 5), At(60));
    CHECK(few.told.size() == 5);
    CHECK(many.Round(Several(1, 6), At(60)) == "oncall WARNING");
    REQUIRE(many.told.size() == 1);
    CHECK(many.told[0].heading == "WARNING, 6 incidents at once · 6 dialers · since 13:06:00 UTC");
    CHECK(many.told[0].incident == "storm:20200831T130600Z");
    many.DeliverAll();
    CHECK(many.Round(Several(1, 6), At(61)) == "");
  }

  TEST_CASE("it reads the worst first, and what to do about it") {
    Desk desk;
    desk.Round(Several(1, 30) + std::vector{Failing(31, Severity::kCritical, "turn-down"),
                                            Failing(32, Severity::kCritical, "dns-bogus"),
                                            Failing(33, Severity::kCritical, "dns-bogus")},
               At(60));
    REQUIRE(desk.told.size() == 1);
    const std::string text = RenderPlain(desk.told[0]);
    CHECK(
        text.starts_with("CRITICAL, 33 incidents at once · 33 dialers · since 13:06:00 UTC\n"
                         "3 critical (2 dns-bogus, 1 turn-down), 30 warning (30 dns-failing)\n"
                         "First action:\n"
                         "  1. ask turn-down\n"
                         "  2. ask dns-bogus\n"
                         "  3. ask dns-failing\n"
                         "Affected: 33 dialers: d1, d2, d3,"));
    CHECK(text.find("Incidents:\n"
                    "  CRITICAL  d31.example.com fails through quad9\n"
                    "  CRITICAL  d32.example.com fails through quad9, and 1 alike: d33\n"
                    "  WARNING   d1.example.com fails through quad9, and 29 alike: d2, d3, d4,") != std::string::npos);
    CHECK(text.find(" d29, d30\n") != std::string::npos);
  }

  TEST_CASE("forty of one cause are all named") {
    Desk desk;
    desk.Round(Several(1, 40), At(60));
    const std::string text = RenderPlain(desk.told[0]);
    for (int i = 2; i < 40; ++i) CHECK(text.find(fmt::format(" d{},", i)) != std::string::npos);
    CHECK(text.find(" d40\n") != std::string::npos);
  }

  TEST_CASE("ends keep a share of the lines, and all lines together are what a receiver shows") {
    const auto causes = [](int from, int to) {
      std::vector<Incident> incidents;
      for (int i = from; i <= to; ++i) {
        for (int j = 0; j < 40; ++j) {
          incidents.push_back(Failing(100 * i + j, Severity::kWarning, fmt::format("cause{}", i)));
        }
      }
      return incidents;
    };
    Desk desk;
    desk.Round(causes(1, 30), At(60));
    desk.DeliverAll();
    desk.Round(Over(causes(1, 8), At(100)) + causes(9, 30), At(120));
    REQUIRE(desk.told.size() == 1);
    const auto& lines = desk.told[0].evidence;
    REQUIRE(lines.size() == 21);
    CHECK(lines[14].starts_with("WARNING   d2300.example.com fails through quad9, and 39 alike: d2301, "));
    CHECK(lines[15].starts_with("RESOLVED  after up to 1m 40s, 40 dialers in all: d100.example.com fails through"));
    CHECK(lines[19].starts_with("RESOLVED  after"));
    CHECK(lines[20] == "… and 10 more");
    CHECK(fmt::format("{}", fmt::join(lines, "\n")).size() < 2700);
  }

  TEST_CASE("those told one by one just before belong to it, and are not told twice while they wait") {
    Desk desk;
    desk.Round(Several(1, 4), At(60));
    CHECK(desk.waiting() == 4);
    desk.Round(Several(1, 8), At(90));
    REQUIRE(desk.told.size() == 1);
    CHECK(desk.told[0].heading == "WARNING, 8 incidents at once · 8 dialers · since 13:06:30 UTC");
    CHECK(desk.waiting() == 1);
  }

  TEST_CASE("what fires a minute apart is no storm") {
    Desk desk;
    for (int i = 1; i <= 20; ++i) {
      desk.Round(Several(1, i), At(i * 15));
      CHECK(desk.told.size() == 1);
      CHECK(desk.told[0].incident == fmt::format("dns-failing:{}", i));
      desk.DeliverAll();
    }
  }

  TEST_CASE("what is added to it is told once a minute") {
    Desk desk;
    desk.Round(Several(1, 6), At(60));
    desk.DeliverAll();
    for (int second = 61; second < 120; ++second) REQUIRE(desk.Round(Several(1, second - 50), At(second)) == "");
    desk.Round(Several(1, 70), At(120));
    REQUIRE(desk.told.size() == 1);
    CHECK(desk.told[0].heading == "WARNING, 70 incidents in all, 64 new · 70 dialers · since 13:06:00 UTC");
    CHECK(desk.told[0].incident == "storm:20200831T130600Z");
  }

  TEST_CASE("a critical one of a cause that was not named, and what gets worse, does not wait") {
    Desk desk;
    desk.Round(Several(1, 6), At(60));
    desk.DeliverAll();
    const std::vector critical{Failing(7, Severity::kCritical, "turn-down")};
    CHECK(desk.Round(Several(1, 6) + critical, At(65)) == "oncall CRITICAL");
    desk.DeliverAll();
    CHECK(desk.Round(Several(1, 6) + critical + std::vector{Failing(8, Severity::kCritical, "turn-down")}, At(66)) ==
          "");
    CHECK(desk.Round(std::vector{Failing(1, Severity::kCritical)} + Several(2, 6) + critical, At(67)) ==
          "oncall CRITICAL");
  }

  TEST_CASE("ends are told together: once a minute, and at once when all is over") {
    Desk desk;
    desk.Round(Several(1, 8), At(60));
    desk.DeliverAll();
    CHECK(desk.Round(Over(Several(1, 3), At(100)) + Several(4, 8), At(100)) == "");
    CHECK(desk.Round(Over(Several(1, 5), At(100)) + Several(6, 8), At(120)) == "oncall RESOLVED");
    REQUIRE(desk.told.size() == 1);
    CHECK(desk.told[0].heading == "WARNING, 3 incidents in all, 5 resolved · 8 dialers · since 13:06:00 UTC");
    CHECK(
        desk.told[0].evidence.back() ==
        "RESOLVED  after up to 1m 40s, 5 dialers in all: d1.example.com fails through quad9, and 4 alike: d2, d3, d4, "
        "d5");
    desk.DeliverAll();
    CHECK(desk.Round(Over(Several(1, 8), At(130)), At(130)) == "oncall RESOLVED");
    CHECK(desk.told[0].heading == "RESOLVED, all 3 incidents · 3 dialers · since 13:06:00 UTC");
    CHECK(desk.told[0].summary == "No longer: 3 warning (3 dns-failing)");
    CHECK(desk.told[0].advice.empty());
    desk.DeliverAll();
    CHECK(desk.records.empty());
    CHECK(desk.Round(Over(Several(1, 8), At(130)), At(131)) == "");
  }

  TEST_CASE("after five quiet minutes what comes is told by itself, and the storm goes on to its end") {
    Desk desk;
    desk.Round(Several(1, 6), At(60));
    desk.DeliverAll();
    CHECK(desk.Round(Several(1, 7), At(360)) == "oncall WARNING");
    CHECK(desk.told[0].incident == "dns-failing:7");
    desk.DeliverAll();
    CHECK(desk.Round(Over(Several(1, 6), At(400)) + Several(7, 7), At(400)) == "oncall RESOLVED");
    CHECK(desk.told[0].heading == "RESOLVED, all 6 incidents · 6 dialers · since 13:06:00 UTC");
  }

  TEST_CASE("only what is new of an incident is written again, however many a message is about") {
    Desk desk;
    const auto changes = [&](const std::vector<Incident>& incidents, std::int64_t second) {
      const std::size_t count = Plan(incidents, desk.records, desk.outbox, desk.settings, At(second)).size();
      desk.Round(incidents, At(second));
      desk.DeliverAll();
      return count;
    };
    CHECK(changes(Several(1, 100), 60) == 100);
    CHECK(changes(Several(1, 102), 120) == 2);
    CHECK(changes(Over(Several(1, 3), At(150)) + Several(4, 102), 180) == 4);  // and whose message it is
    CHECK(changes(Several(4, 102), 180 + 4 * 3600 - 1) == 0);
    CHECK(changes(Several(4, 102), 180 + 4 * 3600) == 1);
    CHECK(changes(Several(4, 102), 180 + 4 * 3600 + 1) == 0);
  }

  TEST_CASE("it is repeated as one") {
    Desk desk;
    desk.Round(Several(1, 6), At(60));
    desk.DeliverAll();
    CHECK(desk.Round(Several(1, 6), At(60 + 4 * 3600 - 1)) == "");
    CHECK(desk.Round(Several(1, 6), At(60 + 4 * 3600)) == "oncall WARNING");
    CHECK(desk.told[0].heading == "WARNING, 6 incidents in all · 6 dialers · since 13:06:00 UTC");
  }

  TEST_CASE("a dead receiver gathers one message of a storm, and hears the rest when it lives") {
    Desk desk;
    desk.Round(Several(1, 6), At(60));
    for (int minute = 2; minute < 30; ++minute) {
      CHECK(desk.Round(Over(Several(1, 2), At(100)) + Several(3, 9), At(minute * 60)) == "");
    }
    CHECK(desk.waiting() == 1);
    desk.DeliverAll();
    desk.Round(Over(Several(1, 2), At(100)) + Several(3, 9), At(1800));
    REQUIRE(desk.told.size() == 4);
    CHECK(desk.told[0].heading == "WARNING, 4 incidents in all, 2 resolved · 6 dialers · since 13:06:00 UTC");
    CHECK(desk.told[1].incident == "dns-failing:7");
  }

  TEST_CASE("a restart in the middle of it neither repeats nor forgets") {
    Desk desk;
    desk.Round(Several(1, 6), At(60));
    Desk after;
    for (const auto& [id, record] : desk.records) after.records[id] = *FromRow(ToRow(record));
    CHECK(after.Round(Several(1, 6), At(70)) == "");
    CHECK(after.Round(Over(Several(1, 6), At(90)), At(90)) == "oncall RESOLVED");
    CHECK(after.told.size() == 1);
  }

  TEST_CASE("a clock that is set back withholds nothing: not what is new, not what is over, not the repeat") {
    Desk desk;
    desk.Round(Several(1, 6), At(4 * 3600));
    desk.DeliverAll();
    CHECK(desk.Round(Several(1, 6), At(4 * 3600 - 1)) == "");  // a second is nothing
    CHECK(desk.Round(Several(1, 7), At(3600)) == "oncall WARNING, oncall WARNING");
    REQUIRE(desk.told.size() == 2);
    CHECK(desk.told[0].heading == "WARNING, 6 incidents in all · 6 dialers · since 17:05:00 UTC");
    CHECK(desk.told[1].incident == "dns-failing:7");
    desk.DeliverAll();
    CHECK(desk.Round(Over(Several(1, 2), At(3600)) + Several(3, 7), At(3660)) == "oncall RESOLVED");
    Desk alone;
    alone.Round({Failing(1)}, At(4 * 3600));
    alone.DeliverAll();
    CHECK(alone.Round({Failing(1)}, At(3600)) == "oncall STILL");
    CHECK(alone.Round({Failing(1)}, At(3601)) == "");
  }

  TEST_CASE("each receiver has storms of its own, of what reaches its severity") {
    Desk desk;
    desk.settings = SettingsWith({"boss", "oncall"});
    desk.settings.receivers[0].min_severity = Severity::kCritical;
    CHECK(desk.Round(Several(1, 6) + std::vector{Failing(7, Severity::kCritical)}, At(60)) ==
          "oncall CRITICAL, boss CRITICAL");
  }
}

}  // namespace dialwatch::alerting
