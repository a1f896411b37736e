#include "diagnosis/causes/correlation.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>
#include <random>
#include <set>

#include "tests/diagnosis/causes/findings.h"

namespace dialwatch::diagnosis {
namespace {

// Of any rules about a few dialers, resolvers, a zone and relays, some of which explain others; each id once.
std::vector<Finding> AnyFindings(std::mt19937& random) {
  std::map<std::string, Finding> findings;
  const auto pick = [&](std::initializer_list<const char*> of) {
    return std::string(of.begin()[random() % of.size()]);
  };
  for (std::size_t left = random() % 40; left > 0; --left) {
    const std::string rule(Rules()[random() % Rules().size()].id);
    Finding finding = Found(rule,
                            {pick({"d1", "d2", "d10", ""}), pick({"google", "quad9", ""}), pick({"example.com", ""}),
                             pick({"telnyx", "", ""}), ""},
                            random() % 2 == 0 ? std::vector<std::string>{"d1", "d2"} : std::vector<std::string>{});
    finding.severity = static_cast<Severity>(random() % 3);
    finding.since = kMonday + seconds(random() % 2);
    findings.emplace(finding.id, finding);
  }
  std::vector<Finding> list;
  for (auto& [id, finding] : findings) list.push_back(std::move(finding));
  return list;
}

// "key: findings | symptoms", the counts of each cause.
std::set<std::string> Shape(const std::vector<Finding>& findings) {
  std::set<std::string> shape;
  for (const Cause& cause : Correlate(findings, SettingsOf())) {
    shape.insert(fmt::format("{}: {} | {}", cause.key, cause.findings.size(), cause.symptoms.size()));
  }
  return shape;
}

using Shapes = std::set<std::string>;

}  // namespace

TEST_SUITE("diagnosis/causes/correlation") {
  TEST_CASE("one rule about one resolver is one cause, however many dialers; another resolver is another") {
    CHECK(Shape({AtResolver("dns-bogus", "d1", "google"), AtResolver("dns-bogus", "d2", "google"),
                 AtResolver("dns-bogus", "d1", "quad9")}) ==
          Shapes{"dns-bogus:google: 2 | 0", "dns-bogus:quad9: 1 | 0"});
  }

  TEST_CASE("different rules about one resolver stay apart") {
    CHECK(Shape({AtResolver("dns-bogus", "d1", "google"), AtResolver("dns-stale", "d2", "google"),
                 AtResolver("dns-denied", "d3", "google")}) ==
          Shapes{"dns-bogus:google: 1 | 0", "dns-stale:google: 1 | 0", "dns-denied:google: 1 | 0"});
  }

  TEST_CASE("infos are no cause and explain nothing") {
    auto info = AtResolver("dns-resolver-down", "", "google");
    info.severity = Severity::kInfo;
    CHECK(Shape({info, AtResolver("dns-failing", "d1", "google")}) == Shapes{"dns-failing:google: 1 | 0"});
  }

  TEST_CASE("a wrong copy explains its TTL, at the same resolver and dialer only") {
    for (const std::string cause : {"dns-bogus", "dns-stale", "dns-denied"}) {
      for (const std::string symptom : {"ttl-impossible", "ttl-lingering"}) {
        CHECK(Shape({AtResolver(cause, "d1", "google"), AtResolver(symptom, "d1", "google"),
                     AtResolver(symptom, "d2", "google"), AtResolver(symptom, "d1", "quad9")}) ==
              Shapes{cause + ":google: 1 | 1", symptom + ":google: 1 | 0", symptom + ":quad9: 1 | 0"});
      }
    }
  }

  TEST_CASE("an authority that is down explains what fails in its zone") {
    CHECK(Shape({AtAuthority("dns-authority-down", "", {"d1", "d2"}), AtResolver("dns-failing", "d1", "google"),
                 AtResolver("dns-failing", "d2", "quad9"), AtResolver("dns-failing", "d3", "quad9")}) ==
          Shapes{"dns-authority-down:example.com: 1 | 2", "dns-failing:quad9: 1 | 0"});
  }

  TEST_CASE("a wrong authority explains its TTL and what resolvers seem to do wrong, to the root") {
    CHECK(Shape({AtAuthority("dns-unexpected", "d1"), AtAuthority("ttl-policy", "d1"), AtAuthority("ttl-policy", "d2"),
                 AtResolver("dns-stale", "d1", "google"), AtResolver("ttl-lingering", "d1", "google")}) ==
          Shapes{"dns-unexpected:example.com: 1 | 3", "ttl-policy:example.com: 1 | 0"});
  }

  TEST_CASE("a wrong authority does not excuse an answer that it never gave") {
    CHECK(Shape({AtAuthority("dns-unexpected", "d1"), AtResolver("dns-bogus", "d1", "google")}) ==
          Shapes{"dns-unexpected:example.com: 1 | 0", "dns-bogus:google: 1 | 0"});
  }

  TEST_CASE("a lying STUN server explains its address; where none is named, the split explains all") {
    CHECK(Shape({AtServer("stun-mapping-split", "liar"), AtServer("stun-mapping-unexpected", "liar"),
                 AtServer("stun-mapping-unexpected", "telnyx")}) ==
          Shapes{"stun-mapping-split:liar: 1 | 1", "stun-mapping-unexpected: 1 | 0"});
    CHECK(Shape({AtServer("stun-mapping-split", ""), AtServer("stun-mapping-unexpected", "telnyx")}) ==
          Shapes{"stun-mapping-split: 1 | 1"});
    auto split = AtServer("stun-mapping-split", "liar"), symptom = AtServer("stun-mapping-unexpected", "liar");
    split.affected = symptom.affected = {};  // no dialers, STUN only
    CHECK(Shape({split, symptom}) == Shapes{"stun-mapping-split:liar: 1 | 1"});
  }

  TEST_CASE("our own address having changed is one cause, whichever servers see it") {
    CHECK(Shape({AtServer("stun-mapping-unexpected", "telnyx"), AtServer("stun-mapping-unexpected", "twilio")}) ==
          Shapes{"stun-mapping-unexpected: 2 | 0"});
  }

  TEST_CASE("resolvers of one operator are one cause, that of another is not") {
    Settings settings = SettingsOf(3);
    settings.resolvers.push_back({.name = "google-dot", .operator_name = "google", .addresses = {}});
    const auto causes = Correlate({AtResolver("dns-bogus", "d1", "google-dot"), AtResolver("dns-bogus", "d2", "google"),
                                   AtResolver("dns-bogus", "d2", "quad9")},
                                  settings);
    REQUIRE(causes.size() == 2);
    CHECK(causes[0].key == "dns-bogus:google");
    CHECK(causes[0].about == "google");
    CHECK(causes[0].findings.size() == 2);
    CHECK(causes[1].key == "dns-bogus:quad9");
  }

  TEST_CASE("where port 53 is closed, the resolvers and zones that its evidence shows are not to blame, others are") {
    auto blocked = Found("dns-port-blocked", {}, {"d1"});
    for (const auto& [via, stance] :
         {std::pair(kQuad9, Stance::kBad), std::pair(kAuthority, Stance::kBad), std::pair(kGoogle, Stance::kGood)}) {
      EvidenceRow row;
      row.via = via;
      row.stance = stance;
      blocked.evidence.push_back(row);
    }
    CHECK(Shape({blocked, AtResolver("dns-resolver-down", "", "quad9"), AtResolver("dns-resolver-down", "", "google"),
                 AtAuthority("dns-authority-down", "", {"d1"})}) ==
          Shapes{"dns-port-blocked: 1 | 2", "dns-resolver-down:google: 1 | 0"});
  }

  TEST_CASE("a relay that cannot be had explains what it does not carry, at the same relay only") {
    CHECK(Shape({AtServer("turn-auth", "telnyx"), AtServer("turn-relay-broken", "telnyx"),
                 AtServer("turn-relay-broken", "own")}) ==
          Shapes{"turn-auth:telnyx: 1 | 1", "turn-relay-broken:own: 1 | 0"});
  }

  TEST_CASE("of two that explain a finding the older counts") {
    auto late = AtAuthority("dns-authority-down", "", {"d1"}), early = late;
    early.subject.authority = "example.net";  // where its alias leads
    early.id = "dns-authority-down example.net";
    early.since = kMonday;
    late.since = kMonday + 1s;
    const auto failing = AtResolver("dns-failing", "d1", "google");
    for (const auto& findings : {std::vector{late, failing, early}, std::vector{early, failing, late}}) {
      CHECK(Shape(findings) ==
            Shapes{"dns-authority-down:example.net: 1 | 1", "dns-authority-down:example.com: 1 | 0"});
    }
  }

  TEST_CASE("a dialer that dies where a wrong answer has long stood does not die of it") {
    auto old = AtAuthority("dns-unexpected", "d1"), died = AtResolver("rtp-unreachable", "d1", "");
    old.since = kMonday;
    died.since = kMonday + 3min;
    CHECK(Shape({old, died}) == Shapes{"dns-unexpected:example.com: 1 | 1"});
    died.since += 1s;
    CHECK(Shape({old, died}) == Shapes{"dns-unexpected:example.com: 1 | 0", "rtp-unreachable:d1: 1 | 0"});
    auto split = AtAuthority("dns-authority-split", "", {"d1", "d2"});
    split.since = kMonday + 2min;  // less old, and there when it died
    CHECK(Shape({old, split, died}) ==
          Shapes{"dns-unexpected:example.com: 1 | 0", "dns-authority-split:example.com: 1 | 1"});
  }

  TEST_CASE("copies run out one by one, so what resolvers say may follow late") {
    auto wrong = AtAuthority("dns-unexpected", "d1"), stale = AtResolver("dns-stale", "d1", "google");
    wrong.since = kMonday;
    stale.since = kMonday + 1h;
    CHECK(Shape({wrong, stale}) == Shapes{"dns-unexpected:example.com: 1 | 1"});
  }

  TEST_CASE("what follows from what an open incident has told of, and is gone, is that incident's") {
    Aftermath told;
    told.Note({AtResolver("dns-bogus", "d1", "google")}, kMonday);
    const auto left = AtResolver("media-misdirected", "d1", "google");
    const auto own = AtResolver("media-misdirected", "d1", "quad9");
    const auto causes = Correlate({left, own}, SettingsOf(), {{"dns-bogus:google", &told}}, kMonday + 1min);
    REQUIRE(causes.size() == 2);
    CHECK(causes[0].key == "dns-bogus:google");
    CHECK(causes[0].about == "google");
    CHECK(causes[0].is_over);
    CHECK(causes[0].symptoms == std::vector{left});
    CHECK(causes[1].findings == std::vector{own});
  }

  TEST_CASE("what has an incident of its own stays with it") {
    Aftermath told, own;
    told.Note({AtResolver("dns-bogus", "d1", "google")}, kMonday);
    const auto causes = Correlate({AtResolver("media-misdirected", "d1", "google")}, SettingsOf(),
                                  {{"dns-bogus:google", &told}, {"media-misdirected:google", &own}}, kMonday + 1min);
    REQUIRE(causes.size() == 1);
    CHECK(causes[0].key == "media-misdirected:google");
    CHECK_FALSE(causes[0].is_over);
  }

  TEST_CASE("what is left of what is left, and what stands itself comes before what is gone") {
    Aftermath told;
    told.Note({AtAuthority("dns-unexpected", "d1"), AtAuthority("ttl-policy", "d1")}, kMonday);
    const Aftermaths aftermaths{{"dns-unexpected:example.com", &told}};
    const auto lingering = AtResolver("ttl-lingering", "d1", "google");
    auto causes = Correlate({lingering}, SettingsOf(), aftermaths, kMonday + 1min);
    REQUIRE(causes.size() == 1);
    CHECK(causes[0].key == "dns-unexpected:example.com");
    causes = Correlate({lingering, AtResolver("dns-bogus", "d1", "google")}, SettingsOf(), aftermaths, kMonday + 1min);
    REQUIRE(causes.size() == 1);
    CHECK(causes[0].key == "dns-bogus:google");
    CHECK(causes[0].symptoms == std::vector{lingering});
  }

  TEST_CASE("nothing that is gone explains what is worse than it was") {
    Aftermath told;
    auto mild = AtResolver("dns-bogus", "d1", "google");
    mild.severity = Severity::kWarning;
    told.Note({mild}, kMonday);
    const auto causes = Correlate({AtResolver("media-misdirected", "d1", "google")}, SettingsOf(),
                                  {{"dns-bogus:google", &told}}, kMonday + 1min);
    CHECK(causes[0].key == "media-misdirected:google");
  }

  TEST_CASE("a cause tells what it would explain of what has been told of, were it still there") {
    Aftermath told;
    const auto failing = AtResolver("dns-failing", "d1", "google");
    told.Note({failing, AtResolver("dns-failing", "d1", "quad9")}, kMonday);
    const auto causes = Correlate({AtResolver("dns-resolver-down", "", "google")}, SettingsOf(),
                                  {{"dns-failing:google", &told}}, kMonday + 1min);
    REQUIRE(causes.size() == 1);
    CHECK(causes[0].would_explain == std::set{failing.id});
  }

  TEST_CASE("any order of findings gives the same causes, each finding but infos in exactly one, none of them empty") {
    std::mt19937 random(20200831);
    for (int round = 0; round < 200; ++round) {
      auto findings = AnyFindings(random);
      Aftermath past;
      past.Note(AnyFindings(random), kMonday);
      const Aftermaths aftermaths{{"dns-bogus:google", &past}};
      const auto causes = Correlate(findings, SettingsOf(4), aftermaths, kMonday + 1min);
      std::multiset<std::string> told, expected;
      for (const Cause& cause : causes) {
        REQUIRE(cause.findings.empty() == cause.is_over);
        for (const auto* list : {&cause.findings, &cause.symptoms}) {
          for (const Finding& finding : *list) told.insert(finding.id);
        }
      }
      for (const Finding& finding : findings) {
        if (finding.severity != Severity::kInfo) expected.insert(finding.id);
      }
      CHECK(told == expected);
      std::shuffle(findings.begin(), findings.end(), random);
      CHECK(Correlate(findings, SettingsOf(4), aftermaths, kMonday + 1min) == causes);
    }
  }

  TEST_CASE("a thousand dialers are sorted out at once") {
    std::vector<Finding> findings;
    for (int i = 0; i < 1000; ++i) findings.push_back(AtResolver("dns-bogus", fmt::format("d{}", i), "google"));
    for (int i = 0; i < 1000; ++i) findings.push_back(AtResolver("ttl-impossible", fmt::format("d{}", i), "google"));
    CHECK(Shape(findings) == Shapes{"dns-bogus:google: 1000 | 1000"});
  }
}

}  // namespace dialwatch::diagnosis
