#include "diagnosis/causes/confidence.h"

#include <doctest/doctest.h>

#include "base/json.h"
#include "diagnosis/causes/cause_evidence.h"
#include "tests/diagnosis/causes/findings.h"

namespace dialwatch::diagnosis {
namespace {

using Texts = std::vector<std::string>;

EvidenceRow Row(const probes::Via& via, Stance stance, const std::string& answer = "198.51.100.11") {
  EvidenceRow row;
  row.vantage = via.ToString();
  row.answer = answer;
  row.stance = stance;
  row.via = via;
  return row;
}

EvidenceRow RowAt(const std::string& vantage, Stance stance) {
  EvidenceRow row;
  row.vantage = vantage;
  row.stance = stance;
  return row;
}

// google is wrong about d1; those named are right.
Finding Bogus(const std::vector<probes::Via>& right, const std::string& dialer = "d1") {
  Finding finding = AtResolver("dns-bogus", dialer, "google");
  finding.evidence.push_back(Row(kGoogle, Stance::kBad, "203.0.113.66"));
  for (const auto& via : right) finding.evidence.push_back(Row(via, Stance::kGood));
  return finding;
}

Confidence Of(Finding finding, std::vector<Finding> symptoms = {}, const Settings& settings = SettingsOf(2)) {
  return Weigh({"", "google", {std::move(finding)}, std::move(symptoms)}, settings);
}

Settings Expecting() {
  Settings settings = SettingsOf(2);
  for (config::Dialer& dialer : settings.dialers) Expect(dialer, {"198.51.100.0/24"});
  return settings;
}

}  // namespace

TEST_SUITE("diagnosis/causes/confidence") {
  TEST_CASE("a wrong copy: who agrees on what is right, that it was seen often, and what callers notice") {
    Finding finding = Bogus({kAuthority, ViaAuthority("192.0.2.54"), kQuad9, kCloudflare});
    finding.spread = Spread{.copies = 1, .wrong = 7, .answers = 7, .until = {}};
    const Confidence confidence = Of(finding, {AtResolver("media-misdirected", "d1", "google")});
    CHECK(confidence.level == Confidence::Level::kCertain);
    CHECK(confidence.reasons_for == Texts{"2 authoritative servers and 2 other operators agree on 198.51.100.11",
                                          "audio echoes at the right address and not at the wrong one",
                                          "seen in 7 replies"});
    CHECK(confidence.reasons_against == Texts{"no `expect` is configured"});
    CHECK(Sentence(confidence) ==
          "certain: 2 authoritative servers and 2 other operators agree on 198.51.100.11; audio echoes at the right "
          "address and not at the wrong one; seen in 7 replies; but no `expect` is configured");
  }

  TEST_CASE("what is configured is known to be right") {
    CHECK(Of(Bogus({kAuthority}), {}, Expecting()).reasons_for ==
          Texts{"1 authoritative server contradicts it", "the config's `expect` says what is right"});
  }

  TEST_CASE("two resolvers of one operator are one voice, and that of the wrong one is none") {
    Settings settings = Expecting();
    settings.resolvers.push_back({.name = "quad9-dot", .operator_name = "quad9", .addresses = {}});
    settings.resolvers.push_back({.name = "google-dot", .operator_name = "google", .addresses = {}});
    const Finding finding = Bogus({kAuthority, kQuad9, ViaResolver("quad9-dot"), ViaResolver("google-dot", "8.8.8.8")});
    CHECK(Of(finding, {}, settings).reasons_for[0] ==
          "1 authoritative server and 1 other operator agree on 198.51.100.11");
  }

  TEST_CASE("against it: nobody asked the authority, others do no better, other caches are right") {
    Finding finding = Bogus({});
    finding.evidence.push_back(Row(kQuad9, Stance::kBad));
    finding.spread = Spread{.copies = 1, .wrong = 1, .answers = 12, .until = {}};
    const Confidence confidence = Of(finding);
    CHECK(confidence.level == Confidence::Level::kPossible);
    CHECK(confidence.reasons_against == Texts{"the authority was not asked", "1 other operator does no better",
                                              "11 of 12 replies were right: only some caches of google are wrong",
                                              "no `expect` is configured"});
    Finding silent = Bogus({kQuad9});
    silent.evidence.push_back(Row(kAuthority, Stance::kBad));
    CHECK(Of(silent).reasons_against[0] == "no authoritative server says what is right");
  }

  TEST_CASE("of many findings the one that fewest speak for counts") {
    const Cause cause{"", "google", {Bogus({kAuthority, kQuad9, kCloudflare}), Bogus({kAuthority, kQuad9}, "d2")}, {}};
    CHECK(Weigh(cause, Expecting()).reasons_for[0] ==
          "1 authoritative server and 1 other operator agree on what is right");
  }

  TEST_CASE("what else it explains is named, each rule once") {
    const Confidence confidence =
        Of(Bogus({}), {AtResolver("ttl-impossible", "d1", "google"), AtResolver("ttl-impossible", "d2", "google")});
    CHECK(confidence.reasons_for == Texts{"it explains what else is found: ttl-impossible"});
  }

  TEST_CASE("an outage is sure where others answer meanwhile") {
    Finding down = AtServer("stun-down", "telnyx");
    down.evidence = {RowAt("stun telnyx", Stance::kBad)};
    CHECK(Of(down).level == Confidence::Level::kPossible);
    down.evidence.push_back(RowAt("stun twilio", Stance::kGood));
    const Confidence confidence = Of(down);
    CHECK(confidence.level == Confidence::Level::kLikely);
    CHECK(confidence.reasons_for == Texts{"1 other vantage point answers meanwhile"});
  }

  TEST_CASE("a silent dialer: calls and its RTP port tell host and reflector apart") {
    Finding silent = Found("rtp-unreachable", {"d1", {}, {}, {}, {}});
    CHECK(Of(silent).reasons_against.size() == 1);
    silent.evidence = {RowAt("call 198.51.100.11:5060", Stance::kBad),
                       RowAt("rtp.port 198.51.100.11:10000", Stance::kNone)};
    CHECK(Of(silent).reasons_for == Texts{"it does not answer calls either"});
    silent.evidence[1].stance = Stance::kGood;
    CHECK(Of(silent).reasons_against == Texts{"its host answers at the RTP port"});
  }

  TEST_CASE("nothing known is possible, and says so in one word") {
    CHECK(Sentence(Of(AtServer("policy-unreadable", "x"))) == "possible");
    CHECK(ToJson(Of(Bogus({}), {}, SettingsOf())).dump() ==
          R"({"level":"possible","for":[],"against":["the authority was not asked","no `expect` is configured"]})");
  }
}

TEST_SUITE("diagnosis/causes/cause_evidence") {
  TEST_CASE("where it shows comes first, then where all is well; symptoms' rows are among them") {
    Finding symptom = AtResolver("media-misdirected", "d1", "google");
    symptom.evidence = {RowAt("rtp 203.0.113.66:9000", Stance::kBad), RowAt("rtp.port", Stance::kNone)};
    const auto rows = EvidenceOf({"", "google", {Bogus({kAuthority})}, {symptom}});
    REQUIRE(rows.size() == 4);
    CHECK(rows[0].vantage == "google (8.8.8.8)");
    CHECK(rows[1].vantage == "rtp 203.0.113.66:9000");
    CHECK(rows[2].vantage == "authority (192.0.2.53)");
    CHECK(rows[3].vantage == "rtp.port");
  }

  TEST_CASE("a vantage point that says the same of many dialers has one row") {
    const auto rows = EvidenceOf({"", "google", {Bogus({kAuthority}, "d1"), Bogus({kAuthority}, "d2")}, {}});
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].note == "so of 2 dialers");
    CHECK(rows[1].vantage == "authority (192.0.2.53)");
  }

  TEST_CASE("there are twenty at most, and what is well has a place among them") {
    Finding finding = Bogus({kAuthority});
    for (int i = 0; i < 100; ++i) finding.evidence.push_back(RowAt(std::to_string(i), Stance::kBad));
    const auto rows = EvidenceOf({"", "google", {finding}, {}});
    CHECK(rows.size() == 16);
    CHECK(rows.back().vantage == "authority (192.0.2.53)");
    for (int i = 0; i < 100; ++i) finding.evidence.push_back(RowAt("good " + std::to_string(i), Stance::kGood));
    CHECK(EvidenceOf({"", "google", {finding}, {}}).size() == kMostEvidence);
  }
}

}  // namespace dialwatch::diagnosis
