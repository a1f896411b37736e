#include "diagnosis/dns/confirmation.h"

#include <doctest/doctest.h>

#include "base/names.h"
#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {
namespace {

const std::vector<std::string> kRight{"198.51.100.11"}, kWrong{"203.0.113.66"};

// Severities of all findings at google, by rule.
std::vector<std::string> Told(const World& world) {
  std::vector<std::string> told;
  for (const Finding& finding : world.Findings()) {
    told.push_back(finding.rule + " " + std::string(base::NameOf(finding.severity)));
  }
  return told;
}

using Lines = std::vector<std::string>;

World WithAuthority() {
  World world;
  world.Add(Gives(kAuthority, "d1", kRight));
  return world;
}

}  // namespace

TEST_SUITE("diagnosis/dns/confirmation") {
  TEST_CASE("one wrong answer is an info, that says so") {
    World world = WithAuthority();
    world.Add(Gives(kGoogle, "d1", kWrong, 300s));
    CHECK(Told(world) == Lines{"dns-bogus info"});
    CHECK(
        world.Findings()[0].summary ==
        "google gives 203.0.113.66 for d1.example.com, which neither the authority (198.51.100.11) nor history knows; "
        "seen once, so perhaps an odd reply; its copy lives 5m more");
    world.Add(Again(Gives(kGoogle, "d1", kRight)));
    world.Add(Again(Gives(kGoogle, "d1", kRight)));
    CHECK(Told(world) == Lines{"dns-bogus info"});
    CHECK(
        world.Findings()[0].summary ==
        "google gives 203.0.113.66 for d1.example.com, which neither the authority (198.51.100.11) nor history knows; "
        "seen in 1 of 3 answers, so perhaps an odd reply; its copy lives 5m more");
  }

  TEST_CASE("two exchanges make it a fact, be they of one turn or of two") {
    for (const Duration apart : {Duration(0s), Duration(30s), Duration(14min)}) {
      World world = WithAuthority();
      world.Add(Gives(kGoogle, "d1", kWrong, 300s));
      world.now += apart;
      world.Add(Gives(kGoogle, "d1", kWrong, 300s));
      CHECK(Told(world) == Lines{"dns-bogus critical"});
      CHECK(world.Judgements().back().confirmed);
    }
  }

  TEST_CASE("a wrong answer and another wrong one are two of the latest three") {
    World world = WithAuthority();
    world.Add(Gives(kGoogle, "d1", {"203.0.113.1"}));
    world.Add(Again(Gives(kGoogle, "d1", kRight)));
    world.Add(Again(Gives(kGoogle, "d1", {"203.0.113.2"})));
    CHECK(Told(world) == Lines{"dns-bogus critical"});
    for (int i = 0; i < 3; ++i) {
      world.now += 1s;
      world.Add(Again(Gives(kGoogle, "d1", kRight)));
    }
    CHECK(Told(world) == Lines{"dns-bogus info"});
  }

  TEST_CASE("one wrong answer at each of two resolvers is not one at one resolver twice") {
    World world = WithAuthority();
    world.Round(Gives(kAuthority, "d1", kRight));
    world.Add(Gives(kGoogle, "d1", kWrong));
    world.Add(Gives(kQuad9, "d1", kWrong));
    CHECK(Told(world) == Lines{"dns-bogus info", "dns-bogus info"});
  }

  TEST_CASE("a copy behind the address stands, though the newest answer is right, and its row says when it was seen") {
    World world = WithAuthority();
    world.Round(Gives(kGoogle, "d1", kWrong, 86400s));
    world.now += 30s;
    world.Add(Gives(kGoogle, "d1", kRight));
    CHECK(Told(world) == Lines{"dns-bogus critical", "ttl-impossible critical"});
    const auto judgements = world.Judgements();
    REQUIRE(judgements.size() == 3);
    CHECK(judgements[1].verdict == Verdict::kOk);
    CHECK(judgements[1].newest);
    CHECK(judgements[2].verdict == Verdict::kBogus);
    CHECK_FALSE(judgements[2].newest);
    CHECK(judgements[2].eta == kMonday + 86400s);
    CHECK(judgements[2].spread == Spread{1, 2, 3, kMonday + 86400s});
    const Finding finding = world.Findings()[0];
    CHECK(
        finding.summary ==
        "google gives 203.0.113.66 for d1.example.com, which neither the authority (198.51.100.11) nor history knows; "
        "2 of 3 answers are wrong (21–94 %), from at least 1 copy; its copy lives 23h 59m more");
    CHECK(
        finding.evidence[0] ==
        EvidenceRow{"google, all answers", {}, {}, {}, {}, "2 of 3 answers are wrong (21–94 %), from at least 1 copy"});
    CHECK(Shown(finding.evidence[1]) == EvidenceRow{"google (8.8.8.8)", "203.0.113.66", 86400s, "NOERROR", 12.0,
                                                    "bogus, seen 20:05:00 UTC, until 2020-09-01T20:05:00Z"});
  }

  TEST_CASE("once mended, a copy is forgotten after as many right answers as chance allows") {
    World world = WithAuthority();
    world.Round(Gives(kGoogle, "d1", kWrong, 86400s));
    for (int i = 0; i < 4; ++i) {
      world.now += 1s;
      world.Add(Gives(kGoogle, "d1", kRight));
      CHECK(Told(world) == Lines{"dns-bogus critical", "ttl-impossible critical"});
    }
    world.Add(Gives(kGoogle, "d1", kRight));
    CHECK(Told(world).empty());
  }

  TEST_CASE("the ETA is that of the wrong copy that lives longest, wherever it is") {
    World world = WithAuthority();
    for (int i = 0; i < 3; ++i) {  // two caches in turn
      world.Add(Gives(kGoogle, "d1", kWrong, 290s - i * 20s));
      world.now += 10s;
      world.Add(Gives(kGoogle, "d1", kWrong, 200s - i * 20s));
      world.now += 10s;
    }
    const Finding finding = world.Findings().at(0);
    CHECK(finding.eta == kMonday + 290s);
    CHECK(
        finding.summary ==
        "google gives 203.0.113.66 for d1.example.com, which neither the authority (198.51.100.11) nor history knows; "
        "6 of 6 answers are wrong (61–100 %), from at least 2 copies; the last of these lives 3m 50s more");
  }

  TEST_CASE("an answer with a TTL of its own each time is one copy that was replaced, not many") {
    World world = WithAuthority();
    for (int i = 0; i < 10; ++i) {
      world.Add(Gives(kGoogle, "d1", kWrong, 290s));
      world.now += 5s;
    }
    CHECK(world.Judgements().size() == 2);
    CHECK(world.Judgements()[1].spread->copies == 1);
  }

  TEST_CASE("failed validation needs two of the latest three as well") {
    auto bogus = Reply(kGoogle, "d1", probes::kRcodeServFail);
    bogus.extended_errors = {{9, ""}};
    World world = WithAuthority();
    world.Add(bogus);
    CHECK(Told(world) == Lines{"dns-dnssec info"});
    world.Add(Again(Gives(kGoogle, "d1", kRight)));
    world.Add(Again(bogus));
    CHECK(Told(world) == Lines{"dns-dnssec critical"});
  }
}

}  // namespace dialwatch::diagnosis
