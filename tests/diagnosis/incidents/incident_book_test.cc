#include "diagnosis/incidents/incident_book.h"

#include "tests/diagnosis/incidents/incident_life.h"

namespace dialwatch::diagnosis {

TEST_SUITE("diagnosis/incidents/incident_book") {
  TEST_CASE("pending, firing once it stood for 60 s, resolved once it was gone for 2 min") {
    Book b;
    auto incidents = b.Step(0s, {Bogus()});
    REQUIRE(incidents.size() == 1);
    CHECK(incidents[0].id == "dns-bogus:google:20200831T200500Z");
    CHECK(incidents[0].key == "dns-bogus:google");
    CHECK(incidents[0].state == IncidentState::kPending);
    CHECK(incidents[0].summary == "google gives a wrong address for d1");
    CHECK(incidents[0].eta == kMonday + 24h);
    CHECK(incidents[0].advice == std::vector<std::string>{"flush google"});
    CHECK(StateOf(b.Step(59s, {Bogus()})) == IncidentState::kPending);
    CHECK(StateOf(b.Step(1s, {Bogus()})) == IncidentState::kFiring);
    CHECK(StateOf(b.Step(119s, {})) == IncidentState::kFiring);
    incidents = b.Step(1s, {});
    REQUIRE(incidents.size() == 1);
    CHECK(incidents[0].state == IncidentState::kResolved);
    CHECK(incidents[0].until == kMonday + 60s);
    CHECK(incidents[0].id == "dns-bogus:google:20200831T200500Z");
    CHECK(incidents[0].findings.size() == 1);  // as it was last told
  }

  TEST_CASE("a pending incident whose findings stay away just disappears") {
    Book b;
    b.Step(0s, {Bogus()});
    CHECK(StateOf(b.Step(119s, {})) == IncidentState::kPending);
    CHECK(b.Step(1s, {}).empty());
    CHECK(StateOf(b.Step(1s, {Bogus()})) == IncidentState::kPending);  // and starts anew
  }

  TEST_CASE("a finding that comes and goes, as of one bad cache among many, fires all the same") {
    Book b;
    b.Step(0s, {Bogus()});
    b.Step(30s, {});
    CHECK(StateOf(b.Step(30s, {Bogus()})) == IncidentState::kFiring);
  }

  TEST_CASE("a finding that comes back with its old start is one incident, never a resolved and a firing one") {
    Book b;
    b.settings.alerting.wait = 0s;
    b.Step(0s, {Bogus()});
    CHECK(StateOf(b.Step(5min, {})) == IncidentState::kResolved);
    const auto incidents = b.Step(1s, {Bogus("d1", "google", kMonday)});
    REQUIRE(incidents.size() == 1);
    CHECK(incidents[0].state == IncidentState::kFiring);
  }

  TEST_CASE("after the clock has jumped nothing resolves before all has been probed anew") {
    Book b;
    b.settings.alerting.wait = 0s;
    b.Step(0s, {Bogus()});
    b.book.StartAnew(kMonday, kMonday + 10min);
    CHECK(StateOf(b.Step(5min, {})) == IncidentState::kFiring);
    CHECK(StateOf(b.Step(5min, {})) == IncidentState::kResolved);
  }

  TEST_CASE("a finding that dates its start back still has to stand") {
    Book b;
    CHECK(StateOf(b.Step(0s, {Bogus("d1", "google", kMonday - 1h)})) == IncidentState::kPending);
  }

  TEST_CASE("with `for` at zero it fires at once") {
    Book b;
    b.settings.alerting.wait = 0s;
    CHECK(StateOf(b.Step(0s, {Bogus()})) == IncidentState::kFiring);
  }

  TEST_CASE("findings that come back in time keep it firing, without a new id") {
    Book b;
    b.Step(0s, {Bogus()});
    b.Step(60s, {Bogus()});
    b.Step(119s, {});
    CHECK(StateOf(b.Step(1s, {Bogus("d1", "google", b.now)})) == IncidentState::kFiring);
    const auto incidents = b.Step(119s, {});
    REQUIRE(incidents.size() == 1);
    CHECK(incidents[0].id == "dns-bogus:google:20200831T200500Z");
  }

  TEST_CASE("after it was resolved the next one has an id of its own, and the old one is remembered for an hour") {
    Book b;
    b.Step(0s, {Bogus()});
    b.Step(60s, {Bogus()});
    b.Step(2min, {});
    auto incidents = b.Step(1min, {Bogus("d1", "google", b.now + 1min)});
    REQUIRE(incidents.size() == 2);
    CHECK(incidents[0].id == "dns-bogus:google:20200831T200900Z");
    CHECK(incidents[0].state == IncidentState::kPending);
    CHECK(incidents[1].state == IncidentState::kResolved);
    b.now = kMonday + 60s;
    CHECK(b.Step(1h, {}).size() == 1);
    CHECK(b.Step(1ms, {}).empty());
  }

  TEST_CASE("dialers once affected stay on the list, the summary follows what is") {
    Book b;
    b.Step(0s, {Bogus("d1"), Bogus("d2")});
    const auto incidents = b.Step(30s, {Bogus("d3")});
    CHECK(incidents[0].affected == std::vector<std::string>{"d1", "d2", "d3"});
    CHECK(incidents[0].summary == "google gives a wrong address for d3");
  }

  TEST_CASE("once it is over, its sentence is of all that it hit, not of the last that was left") {
    Book b;
    b.settings = SettingsOf(12);
    b.Step(0s, {Bogus("d2"), Bogus("d1")});
    b.Step(60s, {Bogus("d10")});
    const auto incidents = b.Step(120s, {});
    CHECK(StateOf(incidents) == IncidentState::kResolved);
    CHECK(incidents[0].summary == "google gives wrong addresses for 3 of 12 dialers (d1, d2 and d10)");
  }

  TEST_CASE("its ETA is the latest and its start the earliest of its findings") {
    Book b;
    auto later = Bogus("d2", "google", kMonday + 5s);
    later.eta = kMonday + 25h;
    const auto incidents = b.Step(10s, {later, Bogus("d1")});
    CHECK(incidents[0].eta == kMonday + 25h);
    CHECK(incidents[0].since == kMonday);
  }

  TEST_CASE("infos make no incident") {
    Book b;
    auto info = Bogus();
    info.severity = Severity::kInfo;
    CHECK(b.Step(0s, {info}).empty());
  }

  TEST_CASE("the worst comes first: firing, critical, oldest") {
    Book b;
    auto warning = Bogus("d1", "quad9");
    warning.severity = Severity::kWarning;
    const auto second = Bogus("d1", "cloudflare", kMonday + 1s);
    b.Step(0s, {Bogus()});
    b.Step(60s, {Bogus(), warning});
    const auto incidents = b.Step(1s, {Bogus(), warning, second});
    REQUIRE(incidents.size() == 3);
    CHECK(incidents[0].key == "dns-bogus:google");
    CHECK(incidents[1].key == "dns-bogus:cloudflare");
    CHECK(incidents[2].key == "dns-bogus:quad9");
  }

  TEST_CASE("while we are blind nothing else fires, resolves or disappears") {
    Book b;
    b.Step(0s, {Bogus("d1", "google")});
    b.Step(60s, {Bogus("d1", "google"), Bogus("d1", "quad9", kMonday + 60s)});
    for (int i = 0; i < 10; ++i) {
      const auto incidents = b.Step(1min, {Blind()});
      REQUIRE(incidents.size() == 3);
      const auto state = [&](const std::string& key) {
        for (const auto& incident : incidents) {
          if (incident.key == key) return incident.state;
        }
        return IncidentState::kResolved;
      };
      CHECK(state("dns-bogus:google") == IncidentState::kFiring);
      CHECK(state("dns-bogus:quad9") == IncidentState::kPending);
    }
    CHECK(StateOf(b.Step(1s, {Blind()}), "vantage-blind") == IncidentState::kFiring);
    const auto after = b.Step(119s, {});  // we see again; what there was has its time to show up
    REQUIRE(after.size() == 3);
    CHECK(StateOf(after) == IncidentState::kFiring);
    const auto later = b.Step(1s, {});
    CHECK(later.size() == 2);
    CHECK(StateOf(later) == IncidentState::kResolved);
  }

  TEST_CASE("what is found even while we are blind fires, and resolves when we see again") {
    Book b;
    Finding forbidden = Bogus("", "192.0.2.1");
    forbidden.rule = "resolver-forbidden";
    b.Step(0s, {Blind(), forbidden});
    CHECK(StateOf(b.Step(60s, {Blind(), forbidden}), "resolver-forbidden") == IncidentState::kFiring);
    b.Step(60s, {Blind()});
    CHECK(StateOf(b.Step(10min, {Blind()}), "resolver-forbidden") == IncidentState::kFiring);
    CHECK(StateOf(b.Step(119s, {}), "resolver-forbidden") == IncidentState::kFiring);
    CHECK(StateOf(b.Step(1s, {}), "resolver-forbidden") == IncidentState::kResolved);
  }

  TEST_CASE("a restored incident keeps its id and is resolved once all has been probed and 2 min have passed") {
    Book first;
    first.Step(0s, {Bogus()});
    const Incident told = first.Step(60s, {Bogus()})[0];
    Book b;
    b.now = kMonday + 10min;
    b.book = IncidentBook(b.now + 32s);
    b.book.Restore(told);
    CHECK(StateOf(b.Step(0s, {})) == IncidentState::kFiring);
    CHECK(StateOf(b.Step(151s, {})) == IncidentState::kFiring);
    const auto incidents = b.Step(1s, {});
    REQUIRE(incidents.size() == 1);
    CHECK(incidents[0].state == IncidentState::kResolved);
    CHECK(incidents[0].id == told.id);
  }

  TEST_CASE("a restored incident whose findings still stand goes on under its id") {
    Book first;
    first.Step(0s, {Bogus()});
    const Incident told = first.Step(60s, {Bogus()})[0];
    Book b;
    b.now = kMonday + 10min;
    b.book = IncidentBook(b.now + 32s);
    b.book.Restore(told);
    const auto incidents = b.Step(5s, {Bogus("d2", "google", b.now)});
    REQUIRE(incidents.size() == 1);
    CHECK(incidents[0].id == told.id);
    CHECK(incidents[0].state == IncidentState::kFiring);
    CHECK(incidents[0].affected == std::vector<std::string>{"d1", "d2"});
  }

  TEST_CASE("what is restored late takes over what stands of it by then, and does not come back once it has ended") {
    Book first;
    first.Step(0s, {Bogus()});
    const Incident told = first.Step(60s, {Bogus()})[0];
    Book b;
    b.now = kMonday + 10min;
    b.Step(0s, {Bogus("d1", "google", b.now)});
    b.book.Restore(told);
    auto incidents = b.Step(1s, {Bogus("d1", "google", b.now)});
    REQUIRE(incidents.size() == 1);
    CHECK(incidents[0].id == told.id);
    CHECK(incidents[0].state == IncidentState::kFiring);
    CHECK(StateOf(b.Step(10min, {})) == IncidentState::kResolved);
    b.book.Restore(told);
    incidents = b.Step(1s, {});
    REQUIRE(incidents.size() == 1);
    CHECK(incidents[0].state == IncidentState::kResolved);
  }

  TEST_CASE("what is restored late fires, though what is found of it by then still waits") {
    Book first;
    first.Step(0s, {Bogus()});
    const Incident told = first.Step(60s, {Bogus()})[0];
    Book b;
    CHECK(StateOf(b.Step(0s, {Bogus()})) == IncidentState::kPending);
    b.book.Restore(told);
    const auto incidents = b.Step(1s, {Bogus()});
    REQUIRE(incidents.size() == 1);
    CHECK(incidents[0].id == told.id);
    CHECK(incidents[0].state == IncidentState::kFiring);
  }

  TEST_CASE("before all has been probed nothing is resolved, even with keep_firing_for at zero") {
    Book b;
    b.settings.probing.interval = 0s;
    b.settings.alerting.wait = b.settings.alerting.keep_firing_for = 0s;
    b.book = IncidentBook(b.now + 32s);
    b.Step(0s, {Bogus()});
    CHECK(StateOf(b.Step(31s, {})) == IncidentState::kFiring);
    CHECK(StateOf(b.Step(1s, {})) == IncidentState::kResolved);
  }

  TEST_CASE("what is remembered is bounded") {
    Book b;
    b.settings.alerting.wait = b.settings.alerting.keep_firing_for = 0s;
    for (int i = 0; i < 250; ++i) {
      b.Step(1s, {Bogus("d1", "resolver" + std::to_string(i), b.now)});
      b.Step(1min, {});
    }
    CHECK(b.Step(1s, {}).size() <= IncidentBook::kMaxRemembered);
    CHECK(b.Step(2h, {}).empty());
  }
}

}  // namespace dialwatch::diagnosis
