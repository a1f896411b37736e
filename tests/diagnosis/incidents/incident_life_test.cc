// How incidents flap, whom they hit over time, and what holds of each of them whatever happens.
#include "tests/diagnosis/incidents/incident_life.h"

#include <map>
#include <random>
#include <set>

#include "base/json.h"
#include "diagnosis/incidents/kept.h"

namespace dialwatch::diagnosis {

TEST_SUITE("diagnosis/incidents/incident_life") {
  TEST_CASE("two good turns at least end it, however short keep_firing_for is") {
    Book b;
    b.settings.alerting.wait = 0s;
    b.settings.alerting.keep_firing_for = 10s;
    b.settings.probing.interval = 5min;
    b.Step(0s, {Bogus()});
    CHECK(StateOf(b.Step(9min, {})) == IncidentState::kFiring);
    CHECK(StateOf(b.Step(1min, {})) == IncidentState::kResolved);
  }

  TEST_CASE("what fires for the third time within an hour is held open as one that flaps") {
    Book b;
    b.Come(3);
    auto incident = b.Only();
    CHECK(incident.id == "dns-bogus:google:20200831T204500Z");
    REQUIRE(incident.flapping);
    CHECK(*incident.flapping == Flapping{3, kMonday, {}});
    b.Step(3min, {});
    incident = b.Only();
    CHECK(incident.state == IncidentState::kFiring);
    CHECK(incident.flapping->gone_since == kMonday + 41min);
    b.Come(1, 10min);
    incident = b.Only();
    CHECK(incident.id == "dns-bogus:google:20200831T204500Z");
    CHECK(*incident.flapping == Flapping{4, kMonday, {}});
  }

  TEST_CASE("what flaps is over once it has stayed away for half an hour, and says how often it came") {
    Book b;
    b.Come(5);
    CHECK(StateOf(b.Step(30min - 1s, {})) == IncidentState::kFiring);
    b.Step(1s, {});
    const auto incident = b.Only();
    CHECK(incident.state == IncidentState::kResolved);
    CHECK(incident.until == kMonday + 81min);
    CHECK(*incident.flapping == Flapping{5, kMonday, {}});
  }

  TEST_CASE("what comes every half an hour, or twice, does not flap") {
    Book b;
    b.Come(5, 31min);
    CHECK_FALSE(b.Only().flapping);
    Book twice;
    twice.Come(2);
    CHECK_FALSE(twice.Only().flapping);
  }

  TEST_CASE("what passes before it fires adds nothing to flapping") {
    Book b;
    for (int i = 0; i < 10; ++i) {
      b.Step(1s, {Bogus("d1", "google", b.now)});
      b.Step(150s, {});
    }
    b.Come(1);
    CHECK_FALSE(b.Only().flapping);
  }

  TEST_CASE("what flapped and then stays for an hour is one that stays, and ends as such") {
    Book b;
    b.Come(3);
    for (int i = 0; i < 60; ++i) b.Step(1min, {Bogus("d1", "google", b.now)});
    CHECK_FALSE(b.Only().flapping);
    CHECK(StateOf(b.Step(2min, {})) == IncidentState::kResolved);
  }

  TEST_CASE("what flapped when the process ended flaps after the restart") {
    Book before;
    before.Come(3);
    Book b;
    b.now = before.now + 1min;
    b.book = IncidentBook(b.now + 96s);
    b.book.Restore(before.Only());
    CHECK(StateOf(b.Step(20min, {})) == IncidentState::kFiring);
    b.Come(1, 0s);
    CHECK(b.Only().flapping->times == 4);
    CHECK(b.Only().id == before.Only().id);
  }

  TEST_CASE(
      "what came twice before the process ended, and once after the restart, flaps under the id that it would have") {
    Book whole;
    whole.Come(2);
    whole.Step(3min, {});
    REQUIRE(StateOf(whole.last) == IncidentState::kResolved);
    Book b;
    b.now = whole.now;
    b.book = IncidentBook(b.now + 96s);
    for (const Incident& incident : whole.last) b.book.Restore(*Recall(Keep(incident)));
    CHECK(b.Step(0s, {}) == whole.last);  // those that are over are told as before
    for (Book* each : {&whole, &b}) each->Come(1, 10min);
    REQUIRE(b.Only().flapping);
    CHECK(b.last == whole.last);
    CHECK(*b.Only().flapping == Flapping{3, kMonday, {}});
  }

  TEST_CASE("what flapped, was over and comes back after a restart flaps at once, as it would have without") {
    Book whole;
    whole.Come(5, 5min);
    whole.Step(31min, {});
    REQUIRE(StateOf(whole.last) == IncidentState::kResolved);
    Book b;
    b.now = whole.now;
    for (const Incident& incident : whole.last) b.book.Restore(*Recall(Keep(incident)));
    b.Step(0s, {});
    for (Book* each : {&whole, &b}) each->Come(1, 2min);
    CHECK(b.last == whole.last);
    CHECK(b.Only().flapping);
  }

  TEST_CASE("an incident that was over hours before the restart is not told again") {
    Book b;
    Incident past;
    past.id = past.key = "dns-bogus:google";
    past.state = IncidentState::kResolved;
    past.until = kMonday - IncidentBook::kRemember - 1s;
    b.book.Restore(past);
    CHECK(b.Step(0s, {}).empty());
  }

  TEST_CASE("the course says who came and who went when, the peak when most were hit at once") {
    Book b;
    b.Step(0s, {Bogus("d1"), Bogus("d2")});
    b.Step(30s, {Bogus("d1"), Bogus("d2"), Bogus("d3")});
    b.Step(30s, {Bogus("d1"), Bogus("d3")});
    b.Step(30s, {Bogus("d1"), Bogus("d2"), Bogus("d3")});  // a gap of one turn is none
    b.Step(30s, {Bogus("d3")});
    b.Step(120s, {Bogus("d3")});
    auto incident = b.Only();
    CHECK(incident.peak == Peak{kMonday + 30s, 3});
    CHECK(incident.course ==
          Course{{kMonday, {"d1", "d2"}, {}}, {kMonday + 30s, {"d3"}, {}}, {kMonday + 90s, {}, {"d1", "d2"}}});
    b.Step(2min, {});
    incident = b.Only();
    CHECK(incident.state == IncidentState::kResolved);
    CHECK(incident.course.back() == CourseStep{kMonday + 4min, {}, {"d3"}});
    CHECK(incident.affected == std::vector<std::string>{"d1", "d2", "d3"});
  }

  TEST_CASE("while we are blind nobody has gone") {
    Book b;
    b.Step(0s, {Bogus("d1"), Bogus("d2")});
    for (int i = 0; i < 10; ++i) b.Step(1min, {Blind()});
    b.Step(1min, {Bogus("d1")});
    for (const Incident& incident : b.Step(1min, {Bogus("d1")})) {
      if (incident.cause == "dns-bogus") CHECK(incident.course.back() == CourseStep{kMonday + 10min, {}, {"d2"}});
    }
  }

  // Findings that come, go and mix at random: whatever they do, each incident has an id of its own and a finding, and
  // ends once all is quiet.
  TEST_CASE("every incident has a finding and an id of its own, a course that fits, and ends") {
    for (unsigned seed = 1; seed <= 40; ++seed) {
      CAPTURE(seed);
      std::minstd_rand dice(seed);
      Book b;
      b.settings.alerting.wait = seconds(dice() % 3 * 60);
      std::map<std::string, TimePoint> standing;  // by "dialer resolver"
      const auto look = [&](const std::vector<Finding>& findings, Duration by) {
        const auto incidents = b.Step(by, findings);
        std::set<std::string> ids;
        for (const Incident& incident : incidents) {
          CHECK(ids.insert(incident.id).second);
          REQUIRE_FALSE(incident.findings.empty());
          CHECK((incident.state == IncidentState::kResolved) == incident.until.has_value());
          CHECK(incident.peak.dialers > 0);
          CHECK(incident.peak.dialers <= incident.affected.size());
          const bool away = incident.flapping && incident.flapping->gone_since;
          CHECK(AffectedAfter(incident.course).empty() == (away || incident.state == IncidentState::kResolved));
          CHECK(std::ranges::is_sorted(incident.course, {}, &CourseStep::at));
        }
        return incidents;
      };
      for (int step = 0; step < 600; ++step) {
        std::vector<Finding> findings;
        for (const char* resolver : {"google", "quad9"}) {
          for (const char* dialer : {"d1", "d2", "d3"}) {
            const std::string who = std::string(dialer) + " " + resolver;
            if (dice() % 8 == 0 && standing.erase(who) == 0) standing[who] = b.now;
            if (standing.contains(who)) findings.push_back(Bogus(dialer, resolver, standing[who]));
          }
        }
        if (dice() % 50 == 0) findings = {Blind()};
        for (Finding& finding : findings) finding.affected = {finding.subject.dialer + "x"};
        look(findings, seconds(dice() % 90));
      }
      look({}, 1s);
      for (const Incident& incident : look({}, 31min)) CHECK(incident.state == IncidentState::kResolved);
    }
  }
}

}  // namespace dialwatch::diagnosis
