#include "diagnosis/incidents/incident.h"

#include <doctest/doctest.h>

#include "base/json.h"
#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {

TEST_SUITE("diagnosis/incidents/incident") {
  TEST_CASE("an incident is the JSON object of the contract") {
    Incident incident;
    incident.id = "dns-bogus:google:20200831T200500Z";
    incident.cause = "dns-bogus";
    incident.severity = Severity::kCritical;
    incident.since = kMonday;
    incident.summary = "google gives wrong addresses";
    incident.affected = {"d1", "d2"};
    incident.findings.emplace_back().id = "dns-bogus:d1:google";
    incident.symptoms.emplace_back().id = "ttl-impossible:d1:google";
    incident.advice = {"flush"};
    incident.evidence.emplace_back().vantage = "stun telnyx";
    incident.title = "google is wrong";
    incident.confidence = {Confidence::Level::kLikely, {"seen in 5 replies"}, {}};
    CHECK(base::Dump(ToJson(incident)) ==
          R"({"id":"dns-bogus:google:20200831T200500Z","cause":"dns-bogus","severity":"critical","state":"pending",)"
          R"("since":"2020-08-31T20:05:00Z","title":"google is wrong","summary":"google gives wrong addresses",)"
          R"("affected":["d1","d2"],"findings":["dns-bogus:d1:google"],"symptoms":["ttl-impossible:d1:google"],)"
          R"("advice":["flush"],"evidence":[{"vantage":"stun telnyx"}],)"
          R"("confidence":{"level":"likely","for":["seen in 5 replies"],"against":[]}})");
    incident.state = IncidentState::kResolved;
    incident.until = kMonday + 1min;
    incident.eta = kMonday + 2min;
    incident.peak = {kMonday + 30s, 2};
    incident.course = {{kMonday, {"d1", "d2"}, {}}, {kMonday + 1min, {}, {"d1", "d2"}}};
    incident.flapping = Flapping{3, kMonday - 50min, {}};
    const auto json = ToJson(incident);
    CHECK(base::Dump(json["peak"]) == R"({"at":"2020-08-31T20:05:30Z","dialers":2})");
    CHECK(base::Dump(json["course"]) == R"([{"at":"2020-08-31T20:05:00Z","came":["d1","d2"],"went":[]},)"
                                        R"({"at":"2020-08-31T20:06:00Z","came":[],"went":["d1","d2"]}])");
    CHECK(base::Dump(json["flapping"]) == R"({"times":3,"since":"2020-08-31T19:15:00Z"})");
    CHECK(json["state"] == "resolved");
    CHECK(json["until"] == "2020-08-31T20:06:00Z");
    CHECK(json["eta"] == "2020-08-31T20:07:00Z");
  }
}

}  // namespace dialwatch::diagnosis
