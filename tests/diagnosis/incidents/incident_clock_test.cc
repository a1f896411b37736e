// What becomes of incidents where the clock steps, and where we are blind.
#include "tests/diagnosis/incidents/incident_life.h"

namespace dialwatch::diagnosis {
namespace {

// The clock goes by `step` between two turns of a second.
void Jump(Book& b, Duration step) {
  b.now += step;
  b.book.StartAnew(b.now, b.now + 96s);
}

Finding Since(TimePoint since) {
  return Bogus("d1", "google", since);
}

}  // namespace

TEST_SUITE("diagnosis/incidents/incident_clock") {
  TEST_CASE("what is pending when the clock is set back fires as if it had not been") {
    Book b;
    b.Step(0s, {Since(b.now)});
    b.Step(30s, {Since(b.now)});
    Jump(b, -3h);
    CHECK(StateOf(b.Step(29s, {Since(b.now)})) == IncidentState::kPending);
    CHECK(StateOf(b.Step(1s, {Since(b.now)})) == IncidentState::kFiring);
    CHECK(b.Only().since <= b.now);
  }

  TEST_CASE("what is pending when the clock is set ahead has stood no longer") {
    Book b;
    b.Step(0s, {Since(b.now)});
    b.Step(5s, {Since(b.now)});
    Jump(b, 1h);
    CHECK(StateOf(b.Step(54s, {Since(b.now)})) == IncidentState::kPending);
    CHECK(StateOf(b.Step(1s, {Since(b.now)})) == IncidentState::kFiring);
  }

  TEST_CASE("what fires when the clock is set back ends in its time") {
    Book b;
    b.Step(0s, {Since(b.now), Bogus("d2", "google", b.now)});
    b.Step(60s, {Since(b.now), Bogus("d2", "google", b.now)});
    Jump(b, -3h);
    CHECK(StateOf(b.Step(96s, {})) == IncidentState::kFiring);
    b.Step(24s, {});
    REQUIRE(StateOf(b.last) == IncidentState::kResolved);
    CHECK(b.Only().until <= b.now);
    CHECK(AffectedAfter(b.Only().course).empty());
    CHECK(b.Only().peak.at <= b.now);
  }

  TEST_CASE("what was left of a cause before the clock was set back is left of it for no longer") {
    Book b;
    const auto left = [&] {
      Finding finding = Since(kMonday - 4h);
      finding.rule = "media-misdirected";
      finding.id = "media-misdirected:d1:google";
      finding.eta.reset();
      return finding;
    };
    b.Step(0s, {Since(b.now)});
    b.Step(60s, {Since(b.now)});
    Jump(b, -3h);
    for (int i = 0; i < 59; ++i) b.Step(1min, {left()});
    CHECK(b.last.size() == 1);
    b.Step(1min, {left()});
    CHECK(b.last.size() == 2);
  }

  TEST_CASE("what comes and goes across a clock that is set back flaps as ever") {
    Book b;
    b.Come(2);
    Jump(b, -3h);
    b.Come(1);
    CHECK(b.Only().flapping);
    b.Step(30min, {});
    b.Step(1s, {});
    for (const Incident& incident : b.last) CHECK(incident.state == IncidentState::kResolved);
  }

  TEST_CASE("what was pending when we went blind has stood no longer when we see again") {
    Book b;
    b.Step(0s, {Bogus()});
    b.Step(10s, {Bogus()});
    for (int i = 0; i < 10; ++i) b.Step(1min, {Blind()});
    CHECK(StateOf(b.Step(1s, {Bogus()})) == IncidentState::kPending);
    CHECK(StateOf(b.Step(48s, {Bogus()})) == IncidentState::kPending);
    CHECK(StateOf(b.Step(1s, {Bogus()})) == IncidentState::kFiring);
  }

  TEST_CASE("what flapped and stays away is over after half an hour of sight, however often we blink") {
    Book b;
    b.Come(3);
    for (int i = 0; i < 3; ++i) {
      b.Step(9min, {});
      b.Step(30s, {Blind()});
    }
    CHECK(StateOf(b.Step(150s, {})) == IncidentState::kFiring);
    CHECK(StateOf(b.Step(30s, {})) == IncidentState::kResolved);
  }
}

}  // namespace dialwatch::diagnosis
