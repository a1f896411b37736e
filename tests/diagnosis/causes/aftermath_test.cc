// What follows from a cause stays with its incident, whichever of the two comes first and goes last.
#include "tests/diagnosis/incidents/incident_life.h"

namespace dialwatch::diagnosis {
namespace {

Finding Of(const std::string& rule, Severity severity, const std::string& dialer, const std::string& resolver,
           TimePoint since) {
  Finding finding = Bogus(dialer, resolver, since);
  finding.rule = rule;
  finding.id = rule + ":" + dialer + ":" + resolver;
  finding.severity = severity;
  finding.summary = finding.id;
  finding.eta.reset();
  return finding;
}

Finding Misdirected(const std::string& dialer, const std::string& resolver = "google") {
  return Of("media-misdirected", Severity::kCritical, dialer, resolver, kMonday);
}
Finding Failing(const std::string& dialer) {
  return Of("dns-failing", Severity::kWarning, dialer, "google", kMonday);
}
Finding Down(TimePoint since) {
  Finding down = Of("dns-resolver-down", Severity::kWarning, "", "google", since);
  down.id = "dns-resolver-down:google";
  down.affected = {"d1", "d2", "d3"};
  return down;
}

// Wrong answers for d1 and d2, and so no audio of d2, until the incident fires.
Book Firing() {
  Book b;
  b.Step(0s, {Bogus("d1"), Bogus("d2"), Misdirected("d2")});
  b.Step(1min, {Bogus("d1"), Bogus("d2"), Misdirected("d2")});
  return b;
}

}  // namespace

TEST_SUITE("diagnosis/causes/aftermath") {
  TEST_CASE("what a cause leaves behind when it is gone opens no incident of its own") {
    Book b = Firing();
    for (int i = 0; i < 10; ++i) b.Step(1min, {Misdirected("d2")});
    REQUIRE(b.last.size() == 1);
    const Incident& left = b.last.front();
    CHECK(left.key == "dns-bogus:google");
    CHECK(left.state == IncidentState::kFiring);
    CHECK(left.summary ==
          "media-misdirected:d2:google, left of what is over itself: google gives wrong addresses for 2 of "
          "3 dialers (d1 and d2)");
    CHECK(left.symptoms.size() == 1);
    CHECK_FALSE(left.eta);
    CHECK(AffectedAfter(left.course) == std::vector<std::string>{"d2"});
    b.Step(2min, {});
    CHECK(b.last.size() == 1);
    CHECK(b.last.front().state == IncidentState::kResolved);
    CHECK(b.last.front().until == kMonday + 11min);
    CHECK(b.last.front().summary == "google gives wrong addresses for 2 of 3 dialers (d1 and d2)");
  }

  TEST_CASE("what shows only now is left of it, too, where the cause would explain it were it still there") {
    Book b = Firing();
    b.Step(1min, {Misdirected("d2"), Misdirected("d1")});
    CHECK(b.last.size() == 1);
    CHECK(b.last.front().symptoms.size() == 2);
  }

  TEST_CASE("what a dialer has whom the cause never hit is not") {
    Book b = Firing();
    b.Step(1min, {Misdirected("d2"), Misdirected("d3")});
    CHECK(b.last.size() == 2);
  }

  TEST_CASE("what begins once its cause counts as over has another reason, while the rest of it is still there") {
    const Book before = Firing();
    for (const auto& [late, incidents] : {std::pair(119s, 1U), std::pair(120s, 2U)}) {
      Book b = before;
      b.Step(1min, {Misdirected("d2")});
      b.Step(1min, {Misdirected("d2"), Of("ttl-frozen", Severity::kWarning, "d1", "google", kMonday + 1min + late)});
      CHECK(b.last.size() == incidents);
    }
  }

  TEST_CASE("that of another resolver is not") {
    Book b = Firing();
    b.Step(1min, {Misdirected("d2"), Misdirected("d2", "quad9")});
    CHECK(b.last.size() == 2);
  }

  TEST_CASE("what still stands an hour after its cause, without saying until when, has another reason") {
    Book b = Firing();
    for (int i = 0; i < 59; ++i) b.Step(1min, {Misdirected("d2")});
    CHECK(b.last.size() == 1);
    b.Step(1min, {Misdirected("d2")});
    CHECK(b.last.size() == 2);
  }

  TEST_CASE("what says until when is waited for") {
    Book b = Firing();
    Finding lasting = Misdirected("d2");
    lasting.eta = kMonday + 3h;
    for (int i = 0; i < 178; ++i) b.Step(1min, {lasting});
    CHECK(b.last.size() == 1);
    CHECK(b.last.front().eta == kMonday + 3h);
    b.Step(1min, {lasting});
    CHECK(b.last.size() == 2);
  }

  TEST_CASE("what has not fired keeps nothing") {
    Book b;
    b.Step(0s, {Bogus("d2"), Misdirected("d2")});
    b.Step(10s, {Misdirected("d2")});
    CHECK(b.last.size() == 2);
  }

  TEST_CASE("a cause that comes to light later goes on with the incident of what follows from it") {
    Book b;
    b.Step(0s, {Failing("d1"), Failing("d2")});
    b.Step(1min, {Failing("d1"), Failing("d2")});
    const std::string id = b.Only().id;
    CHECK(b.Only().cause == "dns-failing");
    b.Step(1min, {Down(kMonday + 2min)});
    b.Step(59s, {Down(kMonday + 2min)});
    CHECK(b.last.size() == 2);
    CHECK(StateOf(b.last, "dns-failing") == IncidentState::kFiring);
    b.Step(1s, {Down(kMonday + 2min)});
    REQUIRE(b.last.size() == 1);
    CHECK(b.Only().id == id);
    CHECK(b.Only().key == "dns-resolver-down:google");
    CHECK(b.Only().cause == "dns-resolver-down");
    CHECK(b.Only().state == IncidentState::kFiring);
    CHECK(b.Only().since == kMonday + 2min);
    CHECK(b.Only().affected == std::vector<std::string>{"d1", "d2", "d3"});
    b.Step(2min, {});
    CHECK(b.last.size() == 1);
    CHECK(b.Only().state == IncidentState::kResolved);
  }

  TEST_CASE("a cause that goes on with an incident has its own start and victims, not those of the incident's life") {
    Book b;
    b.settings = SettingsOf(12);
    std::vector<Finding> morning;
    for (int i = 1; i <= 12; ++i) morning.push_back(Failing("d" + std::to_string(i)));
    for (int i = 0; i < 2; ++i) b.Step(1min, morning);
    for (int i = 0; i < 60; ++i) b.Step(1min, {Failing("d1")});
    Finding down = Down(b.now);
    down.affected = {"d1"};
    for (int i = 0; i < 2; ++i) b.Step(1min, {down});
    CHECK(b.Only().cause == "dns-resolver-down");
    CHECK(b.Only().since == down.since);
    CHECK(b.Only().affected == std::vector<std::string>{"d1"});
    CHECK(b.Only().peak.dialers == 1);
    CHECK(b.Only().course.front().came.size() == 12);
  }

  TEST_CASE("what has gone over to a cause is not restored late as what it was before") {
    Book b;
    b.Step(0s, {Failing("d1")});
    b.Step(1min, {Failing("d1")});
    const Incident told = b.Only();
    b.Step(1min, {Down(kMonday + 2min)});
    b.Step(1min, {Down(kMonday + 2min)});
    b.book.Restore(told);
    b.Step(1s, {Down(kMonday + 2min)});
    REQUIRE(b.last.size() == 1);
    CHECK(b.Only().id == told.id);
    CHECK(b.Only().key == "dns-resolver-down:google");
  }

  TEST_CASE("what a cause has left by the time that its incident is restored is still its own") {
    Book first;
    first.Step(0s, {Bogus("d1")});
    first.Step(1min, {Bogus("d1")});
    Book b;
    b.book.StartAnew(kMonday, kMonday + 10min);
    b.Step(5min, {Bogus("d2"), Misdirected("d2")});
    b.book.Restore(first.Only());
    b.Step(1s, {Misdirected("d2")});
    CHECK(b.last.size() == 1);
    CHECK(b.Only().key == "dns-bogus:google");
    CHECK(b.Only().state == IncidentState::kFiring);
  }

  TEST_CASE("a cause that passes before it would fire takes nothing over, and what follows from it is not over") {
    Book b;
    b.Step(0s, {Failing("d1")});
    b.Step(1min, {Failing("d1")});
    b.Step(1min, {Down(kMonday + 2min)});
    b.Step(59s, {Down(kMonday + 2min)});
    b.Step(119s, {});
    CHECK(b.last.front().key == "dns-failing:google");
    CHECK(b.last.front().state == IncidentState::kFiring);
    CHECK(b.Step(1s, {}).front().until == kMonday + 179s);
  }

  TEST_CASE("what its cause has taken over stays with it when the cause goes first") {
    Book b;
    b.Step(0s, {Failing("d1"), Failing("d2")});
    b.Step(1min, {Failing("d1"), Failing("d2")});
    b.Step(1min, {Down(kMonday + 2min)});
    b.Step(1min, {Down(kMonday + 2min)});
    for (int i = 0; i < 10; ++i) b.Step(1min, {Failing("d2")});
    CHECK(b.Only().key == "dns-resolver-down:google");
    CHECK(b.Only().symptoms.size() == 1);
    CHECK(b.Only().severity == Severity::kWarning);
  }

  TEST_CASE("a cause that takes an incident over while only something else is left of that has this as well") {
    const Finding stale = Of("dns-stale", Severity::kCritical, "d1", "google", kMonday);
    const Finding unexpected = Of("dns-unexpected", Severity::kCritical, "d1", "", kMonday - 1min);
    Book b;
    for (int i = 0; i < 2; ++i) {
      b.Step(1min, {stale, Of("dns-stale", Severity::kCritical, "d2", "google", kMonday), Misdirected("d2")});
    }
    b.Step(1min, {stale, Misdirected("d2")});
    b.Step(1min, {unexpected, Misdirected("d2")});
    CHECK(b.last.size() == 2);
    b.Step(1min, {unexpected, Misdirected("d2")});
    REQUIRE(b.last.size() == 1);
    CHECK(b.Only().cause == "dns-unexpected");
    CHECK(b.Only().symptoms.size() == 1);
  }

  TEST_CASE("what was taken over and outlives its aftermath is another incident, with an id of its own") {
    Book b;
    b.Step(0s, {Failing("d1")});
    b.Step(1min, {Failing("d1")});
    for (int i = 0; i < 2; ++i) b.Step(1min, {Down(kMonday + 2min)});
    for (int i = 0; i < 70; ++i) {
      b.Step(1min, {Failing("d1")});
      if (b.last.size() > 1) CHECK(b.last[0].id != b.last[1].id);
    }
    REQUIRE(b.last.size() == 2);
    CHECK(b.last[0].key == "dns-failing:google");
  }

  TEST_CASE("of several that follow from it the eldest goes over, and none is over before they are") {
    Book b;
    const auto failing = [&](const std::string& dialer) {
      return Of("dns-failing", Severity::kWarning, dialer, "quad9", b.now);
    };
    b.Step(0s, {Failing("d1")});
    const Finding second = failing("d1");
    b.Step(1min, {Failing("d1"), second});
    b.Step(1min, {Failing("d1"), second});
    REQUIRE(b.last.size() == 2);
    Finding authority = Of("dns-authority-down", Severity::kCritical, "", "", b.now);
    authority.id = "dns-authority-down:example.com";
    authority.subject.authority = "example.com";
    authority.affected = {"d1"};
    b.Step(1min, {Failing("d1"), second, authority});
    for (int i = 0; i < 10; ++i) b.Step(1min, {Failing("d1"), second, authority});
    REQUIRE(b.last.size() == 2);
    for (const Incident& incident : b.last) CHECK(incident.state == IncidentState::kFiring);
    CHECK(b.last.front().cause == "dns-authority-down");
    CHECK(b.last.front().id.starts_with("dns-failing:google"));
    b.Step(2min, {});
    for (const Incident& incident : b.last) CHECK(incident.state == IncidentState::kResolved);
  }
}

}  // namespace dialwatch::diagnosis
