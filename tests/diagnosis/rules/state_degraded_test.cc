#include "diagnosis/rules/state_degraded.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {

using probes::StateOutcome, probes::StateSample;
namespace {

StateSample Kept() {
  StateSample sample;
  sample.at = kMonday;
  return sample;
}

std::vector<Finding> FindingsOf(const StateSample& sample) {
  Picture picture;
  picture.Add(sample);
  const Settings settings;
  return RunRules({picture, settings, {}, {}, kMonday});
}

}  // namespace

TEST_SUITE("diagnosis/rules/state_degraded") {
  TEST_CASE("a database that is kept is no finding") {
    CHECK(FindingsOf(Kept()).empty());
  }

  TEST_CASE("one that cannot be written is told with its reason, what waits and what is lost") {
    StateSample sample = Kept();
    sample.outcome = StateOutcome::kDegraded;
    sample.path = "/var/lib/dialwatch/dialwatch.db";
    sample.error = "a.db: cannot save samples: database or disk is full; free some space on that disk";
    sample.waiting = 812;
    sample.lost = 3;
    const auto findings = FindingsOf(sample);
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].id == "state-degraded");
    CHECK(findings[0].severity == Severity::kWarning);
    CHECK(findings[0].since == kMonday);
    CHECK(
        findings[0].summary ==
        "dialwatch remembers in memory only, which a restart would forget: a.db: cannot save samples: database or disk "
        "is full; free some space on that disk");
    CHECK(findings[0].evidence[0].vantage == sample.path);
    CHECK(*findings[0].evidence[0].note == "812 rows to be written, 3 lost");
  }

  TEST_CASE("one that was moved away is told with where it is") {
    StateSample sample = Kept();
    sample.set_aside = "a.db.damaged-20200831T000000Z";
    const auto findings = FindingsOf(sample);
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].summary ==
          "dialwatch's database was damaged and is now a.db.damaged-20200831T000000Z; a new one was begun");
    CHECK(findings[0].advice[0] == "save what can be read of it: sqlite3 a.db.damaged-20200831T000000Z .recover");
  }
}

}  // namespace dialwatch::diagnosis
