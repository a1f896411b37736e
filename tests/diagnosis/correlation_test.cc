#include "diagnosis/correlation.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {
namespace {

// "rule dialer resolver authority server", "-" for none.
Finding Found(const std::string& rule, Subject subject, std::vector<std::string> affected = {}) {
  Finding finding;
  finding.rule = rule;
  finding.id = rule + " " + subject.ToString();
  finding.severity = Severity::kCritical;
  finding.summary = finding.id;
  finding.affected = affected.empty() ? std::vector<std::string>{subject.dialer} : std::move(affected);
  finding.subject = std::move(subject);
  return finding;
}

Finding AtResolver(const std::string& rule, const std::string& dialer, const std::string& resolver) {
  return Found(rule, {dialer, resolver, {}, {}, {}});
}

Finding AtAuthority(const std::string& rule, const std::string& dialer, std::vector<std::string> affected = {}) {
  return Found(rule, {dialer, {}, "example.com", {}, {}}, std::move(affected));
}

Finding AtServer(const std::string& rule, const std::string& server) {
  return Found(rule, {{}, {}, {}, server, {}}, {"d1"});
}

// "key: findings | symptoms", the counts of each cause.
std::vector<std::string> Shape(const std::vector<Finding>& findings) {
  std::vector<std::string> shape;
  for (const Cause& cause : Correlate(findings)) {
    shape.push_back(fmt::format("{}: {} | {}", cause.key, cause.findings.size(), cause.symptoms.size()));
  }
  return shape;
}

using Shapes = std::vector<std::string>;

}  // namespace

TEST_SUITE("diagnosis/correlation") {
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

  TEST_CASE("a single finding speaks for itself, many are counted") {
    std::vector<Finding> findings;
    for (int i = 10; i < 14; ++i) findings.push_back(AtResolver("dns-bogus", fmt::format("d{}", i), "google"));
    CHECK(Headline(Correlate({findings[0]})[0], 40) == "dns-bogus d10 google");
    CHECK(Headline(Correlate(findings)[0], 40) ==
          "google gives wrong addresses for 4 of 40 dialers: d10, d11, d12, d13");
    findings.push_back(AtResolver("dns-bogus", "d14", "google"));
    CHECK(Headline(Correlate(findings)[0], 40) ==
          "google gives wrong addresses for 5 of 40 dialers: d10, d11, d12 and 2 more");
  }

  TEST_CASE("every rule that may be told of many dialers has words for it") {
    for (const RuleEntry& entry : Rules()) {
      if (entry.severity == Severity::kInfo || entry.id.find("down") != std::string::npos ||
          entry.id == "vantage-blind" || entry.id.starts_with("stun-") || entry.id.starts_with("turn-") ||
          entry.id.starts_with("rtp-") || entry.id.starts_with("call-") || entry.id.ends_with("-forbidden") ||
          entry.id == "policy-unreadable") {
        continue;
      }
      CAPTURE(entry.id);
      const std::string rule(entry.id);
      const auto causes = Correlate({AtResolver(rule, "d1", "google"), AtResolver(rule, "d2", "google")});
      CHECK(Headline(causes[0], 2).ends_with(" 2 of 2 dialers: d1, d2"));
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
