#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "diagnosis/incidents/incident_book.h"
#include "tests/diagnosis/builders.h"

// Findings that come and go, and what an IncidentBook makes of them.
namespace dialwatch::diagnosis {

// `for` 60 s, keep_firing_for 2 min, on a clock that Step moves.
struct Book {
  Settings settings = SettingsOf(3);
  IncidentBook book;
  TimePoint now = kMonday;

  std::vector<Incident> Step(Duration by, const std::vector<Finding>& findings) {
    now += by;
    last = book.Update(findings, settings, now);
    return last;
  }
  std::vector<Incident> last;

  // The newest that is there.
  Incident Only() const {
    REQUIRE_FALSE(last.empty());
    return *std::ranges::max_element(last, {}, &Incident::since);
  }

  void Come(int times, Duration every = 20min);
};

inline Finding Bogus(const std::string& dialer = "d1", const std::string& resolver = "google",
                     TimePoint since = kMonday) {
  Finding finding;
  finding.rule = "dns-bogus";
  finding.id = "dns-bogus:" + dialer + ":" + resolver;
  finding.severity = Severity::kCritical;
  finding.subject.dialer = dialer;
  finding.subject.resolver = resolver;
  finding.since = since;
  finding.summary = resolver + " gives a wrong address for " + dialer;
  finding.affected = {dialer};
  finding.eta = kMonday + 24h;
  finding.advice = {"flush " + resolver};
  return finding;
}

// Comes so often, for a minute each.
inline void Book::Come(int times, Duration every) {
  for (int i = 0; i < times; ++i) {
    if (i > 0 || !last.empty()) Step(every - 1min, {});
    const TimePoint since = now;
    Step(0s, {Bogus("d1", "google", since)});
    Step(1min, {Bogus("d1", "google", since)});
  }
}

inline Finding Blind() {
  Finding finding;
  finding.rule = finding.id = "vantage-blind";
  return finding;
}

inline IncidentState StateOf(const std::vector<Incident>& incidents, const std::string& cause = "dns-bogus") {
  for (const Incident& incident : incidents) {
    if (incident.cause == cause) return incident.state;
  }
  FAIL("no such incident");
  return IncidentState::kResolved;
}

}  // namespace dialwatch::diagnosis
