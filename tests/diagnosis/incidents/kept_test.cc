#include "diagnosis/incidents/kept.h"

#include <doctest/doctest.h>

#include "base/json.h"
#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {
namespace {

Finding WholeFinding(const std::string& dialer) {
  Finding finding;
  finding.id = "dns-bogus:" + dialer + ":google";
  finding.rule = "dns-bogus";
  finding.severity = Severity::kWarning;
  finding.subject = {dialer, "google", "example.com", "telnyx", "/etc/resolv.conf"};
  finding.since = kMonday;
  finding.summary = "google gives a wrong address";
  auto& row = finding.evidence.emplace_back();
  row.vantage = "google (8.8.8.8)";
  row.answer = "203.0.113.66";
  row.ttl = 86'280s;
  row.rcode = "NOERROR";
  row.rtt_ms = 12.5;
  row.note = "";
  row.stance = Stance::kBad;
  row.via = probes::Via{probes::Via::Kind::kAuthority, "example.com", {*base::IpAddress::Parse("2001:db8::53"), 53}};
  finding.affected = {dialer};
  finding.eta = kMonday + 24h;
  finding.spread = {.copies = 2, .wrong = 7, .answers = 24, .until = kMonday + 23h};
  finding.advice = {"flush google"};
  return finding;
}

Incident Whole() {
  Incident incident;
  incident.id = "dns-bogus:google:20200831T200500Z";
  incident.key = "dns-bogus:google";
  incident.cause = "dns-bogus";
  incident.severity = Severity::kCritical;
  incident.state = IncidentState::kResolved;
  incident.since = kMonday;
  incident.until = kMonday + 1h;
  incident.title = "google gives wrong addresses";
  incident.summary = "google gives wrong addresses for 2 dialers";
  incident.affected = {"d1", "d2"};
  incident.peak = {kMonday + 30s, 2};
  incident.course = {{kMonday, {"d1"}, {}}, {kMonday + 30s, {"d2"}, {}}, {kMonday + 1h, {}, {"d1", "d2"}}};
  incident.flapping = Flapping{3, kMonday - 50min, kMonday + 1h};
  incident.comings = {kMonday - 50min, kMonday - 20min, kMonday};
  incident.findings = {WholeFinding("d1"), WholeFinding("d2")};
  incident.symptoms = {WholeFinding("d3")};
  incident.eta = kMonday + 24h;
  incident.advice = {"flush google", "use quad9"};
  incident.evidence = WholeFinding("d1").evidence;
  incident.confidence = {Confidence::Level::kLikely, {"seen in 5 replies"}, {"no `expect` is configured"}};
  return incident;
}

}  // namespace

TEST_SUITE("diagnosis/incidents/kept") {
  TEST_CASE("an incident comes back with all that it has") {
    const Incident whole = Whole();
    const auto recalled = Recall(base::Json::parse(base::Dump(Keep(whole))));
    REQUIRE(recalled);
    CHECK(*recalled == whole);
  }

  TEST_CASE("what it has not it does not come back with") {
    Incident bare;
    bare.id = "a";
    CHECK(*Recall(Keep(bare)) == bare);
  }

  TEST_CASE("one that an older version has kept comes back without what that did not know") {
    base::Json json = Keep(Whole());
    for (const char* key :
         {"id", "key", "state", "since", "until", "peak", "course", "flapping", "comings", "evidence", "confidence"}) {
      json.erase(key);
    }
    const auto recalled = Recall(json);
    REQUIRE(recalled);
    CHECK(recalled->findings == Whole().findings);
    CHECK(recalled->evidence.empty());
    CHECK(recalled->course.empty());
  }

  TEST_CASE("whatever is damaged is an error, or a value that we know") {
    const base::Json whole = Keep(Whole());
    for (const auto& item : whole.items()) {
      const std::string& key = item.key();
      CAPTURE(key);
      for (const auto& damage : {base::Json(), base::Json("x"), base::Json(-1), base::Json({{"at", "x"}}),
                                 base::Json::array({base::Json::object()})}) {
        base::Json json = whole;
        json[key] = damage;
        const auto recalled = Recall(json);
        CHECK((!recalled || Keep(*recalled) == json));
      }
    }
    CHECK_FALSE(Recall(base::Json::parse("{", nullptr, false)));
    CHECK_FALSE(Recall(base::Json::array()));
  }
}

}  // namespace dialwatch::diagnosis
