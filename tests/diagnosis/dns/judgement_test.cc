#include "diagnosis/dns/judgement.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {

TEST_SUITE("diagnosis/dns/judgement") {
  TEST_CASE("the authority's answer is right, another one is bogus") {
    World world;
    world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}), Gives(kQuad9, "d1", {"198.51.100.11"}),
                Gives(kGoogle, "d1", {"203.0.113.66"}, 86280s));
    CHECK(world.VerdictOf(kAuthority) == Verdict::kOk);
    CHECK(world.VerdictOf(kQuad9) == Verdict::kOk);
    CHECK(world.VerdictOf(kGoogle) == Verdict::kBogus);
    CHECK(world.Judgements().at(1).eta == kMonday + 86280s);
  }

  TEST_CASE("the order and the TTL of the records do not matter") {
    World world;
    world.Round(Gives(kAuthority, "d1", {"198.51.100.11", "198.51.100.12"}),
                Gives(kGoogle, "d1", {"198.51.100.12", "198.51.100.11"}, 17s));
    CHECK(world.VerdictOf(kGoogle) == Verdict::kOk);
  }

  TEST_CASE("without anything to hold it against an answer is unknown, never bogus") {
    World world;
    world.Round(Gives(kGoogle, "d1", {"203.0.113.66"}), Denies(kQuad9, "d1"));
    CHECK(world.VerdictOf(kGoogle) == Verdict::kUnknown);
    CHECK(world.VerdictOf(kQuad9) == Verdict::kUnknown);
  }

  TEST_CASE("a lame server and one that knows only an alias are no reference") {
    World world;
    auto lame = Gives(kAuthority, "d1", {"198.51.100.11"});
    lame.aa = false;
    auto alias = Reply(ViaAuthority("192.0.2.54"), "d1");
    alias.answers = {{"d1.example.com", RecordType::kCname, 300, "lb.example.net"}};
    world.Round(lame, alias, Gives(kGoogle, "d1", {"203.0.113.66"}));
    CHECK(world.VerdictOf(kAuthority) == Verdict::kUnknown);
    CHECK(world.VerdictOf(ViaAuthority("192.0.2.54")) == Verdict::kUnknown);
    CHECK(world.VerdictOf(kGoogle) == Verdict::kUnknown);
  }

  TEST_CASE("where authoritative servers disagree, the answer of any of them is right") {
    World world;
    world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}), Gives(ViaAuthority("192.0.2.54"), "d1", {"198.51.100.7"}),
                Gives(kQuad9, "d1", {"198.51.100.11"}), Gives(kGoogle, "d1", {"198.51.100.7"}));
    CHECK(world.VerdictOf(kQuad9) == Verdict::kOk);
    CHECK(world.VerdictOf(kGoogle) == Verdict::kOk);
  }

  TEST_CASE("an address that is gone is missed, though the dialer has another type") {
    World world;
    world.settings.dialers[0].types = {base::RecordType::kA, base::RecordType::kAaaa};
    world.Add(Denies(kAuthority, "d1", probes::kRcodeNoError, 300s));
    CHECK(world.VerdictOf(kAuthority) == Verdict::kOk);  // it may never have had one
    world.now += 30s;
    world.Add(Gives(kAuthority, "d1", {"198.51.100.11"}));
    world.now += 30s;
    world.Add(Denies(kAuthority, "d1", probes::kRcodeNoError, 300s));
    CHECK(world.VerdictOf(kAuthority) == Verdict::kUnexpected);
  }

  TEST_CASE("after the clock was set back, what is new counts") {
    World world;
    world.Add(Gives(kAuthority, "d1", {"198.51.100.11"}));
    world.Add(Gives(kGoogle, "d1", {"198.51.100.11"}));
    world.now -= 2h;
    world.Add(Gives(kAuthority, "d1", {"198.51.100.11"}));
    world.Add(Gives(kGoogle, "d1", {"203.0.113.66"}));
    CHECK(world.VerdictOf(kGoogle) == Verdict::kBogus);
  }

  TEST_CASE("a past answer propagates within its old TTL and 30 s, then it is stale") {
    for (const auto& [after, verdict] : {std::pair(1s, Verdict::kPropagating),
                                         {329s, Verdict::kPropagating},
                                         {330s, Verdict::kPropagating},
                                         {331s, Verdict::kStale}}) {
      const auto seconds_after = after.count();
      CAPTURE(seconds_after);
      World world;
      world.Add(Gives(kAuthority, "d1", {"198.51.100.7"}));
      world.now += 1s;
      world.Add(Gives(kAuthority, "d1", {"198.51.100.11"}));
      world.now += after;
      world.Add(Gives(kGoogle, "d1", {"198.51.100.7"}, 200s));
      CHECK(world.VerdictOf(kGoogle) == verdict);
    }
  }

  TEST_CASE("a past answer whose TTL was above the policy's limit is stale where its copy outlives the limit") {
    for (const auto& [left, verdict] : {std::pair(86000s, Verdict::kStale), {320s, Verdict::kPropagating}}) {
      const auto seconds_left = left.count();
      CAPTURE(seconds_left);
      World world;
      world.Add(Gives(kAuthority, "d1", {"203.0.113.66"}, 86400s));
      world.now += 1s;
      world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}), Gives(kGoogle, "d1", {"203.0.113.66"}, left));
      CHECK(world.VerdictOf(kGoogle) == verdict);
    }
  }

  TEST_CASE("a propagating copy is gone by its TTL, or when no cache may hold it any more") {
    World world;
    world.Add(Gives(kAuthority, "d1", {"198.51.100.7"}));
    world.now += 30s;
    world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}), Gives(kGoogle, "d1", {"198.51.100.7"}, 86000s),
                Gives(kQuad9, "d1", {"198.51.100.7"}, 200s));
    const auto judgements = world.Judgements();
    CHECK(judgements[1].eta == world.now + 300s);  // google
    CHECK(judgements[2].eta == world.now + 200s);  // quad9
  }

  TEST_CASE("a verdict does not change by mere waiting") {
    World world;
    world.Add(Gives(kAuthority, "d1", {"198.51.100.7"}));
    world.now += 30s;
    world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}), Gives(kGoogle, "d1", {"198.51.100.7"}, 5s));
    world.now += 1h;
    CHECK(world.VerdictOf(kGoogle) == Verdict::kPropagating);
  }

  TEST_CASE("a denial where the authority answers is a denial, NXDOMAIN or NODATA") {
    for (const int rcode : {probes::kRcodeNxDomain, probes::kRcodeNoError}) {
      World world;
      world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}), Denies(kGoogle, "d1", rcode, 900s));
      CHECK(world.VerdictOf(kGoogle) == Verdict::kDenied);
      CHECK(world.Judgements().back().eta == kMonday + 900s);
    }
  }

  TEST_CASE("a denial from before the name existed propagates, and beyond its TTL it is a denial, not stale") {
    World world;
    world.Add(Denies(kAuthority, "d1", probes::kRcodeNxDomain, 60s));
    world.now += 30s;
    world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}), Denies(kGoogle, "d1", probes::kRcodeNxDomain, 40s));
    CHECK(world.VerdictOf(kGoogle) == Verdict::kPropagating);
    world.now += 91s;
    world.Add(Denies(kGoogle, "d1", probes::kRcodeNxDomain, 40s));
    CHECK(world.VerdictOf(kGoogle) == Verdict::kDenied);
  }

  TEST_CASE("SERVFAIL, REFUSED and silence are failures, whatever else is known") {
    for (const DnsSample& failure : {Reply(kGoogle, "d1", probes::kRcodeServFail),
                                     Reply(kGoogle, "d1", probes::kRcodeRefused), Silence(kGoogle, "d1")}) {
      World world;
      Expect(world.settings.dialers[0], {"198.51.100.11"});
      world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}), failure);
      CHECK(world.VerdictOf(kGoogle) == Verdict::kFailing);
    }
  }

  TEST_CASE("an answer that `expect` allows is right without any authority, another one is bogus") {
    World world;
    Expect(world.settings.dialers[0], {"198.51.100.11"});
    world.Round(Gives(kQuad9, "d1", {"198.51.100.11"}), Gives(kGoogle, "d1", {"203.0.113.66"}),
                Denies(kCloudflare, "d1"));
    CHECK(world.VerdictOf(kQuad9) == Verdict::kOk);
    CHECK(world.VerdictOf(kGoogle) == Verdict::kBogus);
    CHECK(world.VerdictOf(kCloudflare) == Verdict::kDenied);
  }

  TEST_CASE("an authority against `expect` is unexpected, and resolvers that repeat it are not blamed") {
    World world;
    Expect(world.settings.dialers[0], {"198.51.100.11"});
    world.Round(Gives(kAuthority, "d1", {"203.0.113.66"}), Gives(kGoogle, "d1", {"203.0.113.66"}),
                Gives(kQuad9, "d1", {"198.51.100.11"}), Gives(kCloudflare, "d1", {"192.0.2.99"}));
    CHECK(world.VerdictOf(kAuthority) == Verdict::kUnexpected);
    CHECK(world.VerdictOf(kGoogle) == Verdict::kOk);
    CHECK(world.VerdictOf(kQuad9) == Verdict::kOk);
    CHECK(world.VerdictOf(kCloudflare) == Verdict::kBogus);
  }

  TEST_CASE("an authority that denies a dialer's only name is unexpected without any `expect`") {
    World world;
    world.Round(Denies(kAuthority, "d1"), Denies(kGoogle, "d1"));
    CHECK(world.VerdictOf(kAuthority) == Verdict::kUnexpected);
    CHECK(world.VerdictOf(kGoogle) == Verdict::kOk);
  }

  TEST_CASE("a dialer need not have an address of every type that is watched") {
    World world;
    world.settings.dialers[0].types = {RecordType::kA, RecordType::kAaaa};
    auto none = Denies(kAuthority, "d1", probes::kRcodeNoError);
    none.type = RecordType::kAaaa;
    world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}), none);
    CHECK(world.Judgements().at(1).verdict == Verdict::kOk);
  }

  TEST_CASE("while the authority is out of reach its last word is the measure, for an hour") {
    for (const auto& [after, unknown_answer] : {std::pair(59min, Verdict::kBogus), {61min, Verdict::kUnknown}}) {
      World world;
      world.Add(Gives(kAuthority, "d1", {"198.51.100.11"}));
      world.now += after;
      world.Round(Silence(kAuthority, "d1"), Gives(kQuad9, "d1", {"198.51.100.11"}),
                  Gives(kGoogle, "d1", {"203.0.113.66"}));
      CHECK(world.VerdictOf(kAuthority) == Verdict::kFailing);
      CHECK(world.VerdictOf(kQuad9) == Verdict::kOk);  // and not stale, though its TTL has long passed
      CHECK(world.VerdictOf(kGoogle) == unknown_answer);
    }
  }

  TEST_CASE("after a restart nothing is bogus before the authority has been asked") {
    World world;
    world.picture.Restore({"d1.example.com", RecordType::kA},
                          NameHistory({{{"198.51.100.7"}, 300s, kMonday - 1h, kMonday - 1min}}));
    world.Round(Gives(kGoogle, "d1", {"198.51.100.11"}), Denies(kQuad9, "d1"));
    CHECK(world.VerdictOf(kGoogle) == Verdict::kUnknown);
    CHECK(world.VerdictOf(kQuad9) == Verdict::kUnknown);
    world.Add(Gives(kAuthority, "d1", {"198.51.100.11"}));
    CHECK(world.VerdictOf(kGoogle) == Verdict::kOk);
  }

  TEST_CASE("a wrong answer that is not cached has no time of healing") {
    World world;
    world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}), Gives(kGoogle, "d1", {"203.0.113.66"}, 0s));
    CHECK_FALSE(world.Judgements().at(1).eta);
  }

  TEST_CASE("judgements come by dialer, type, and authority first") {
    World world;
    world.settings = SettingsOf(2);
    world.Round(Gives(kGoogle, "d2", {"198.51.100.12"}), Gives(kGoogle, "d1", {"198.51.100.11"}),
                Gives(kAuthority, "d2", {"198.51.100.12"}), Gives(kAuthority, "d1", {"198.51.100.11"}));
    std::vector<std::string> order;
    for (const auto& judgement : world.Judgements())
      order.push_back(judgement.dialer + " " + judgement.sample->via.name);
    CHECK(order == std::vector<std::string>{"d1 example.com", "d1 google", "d2 example.com", "d2 google"});
  }

  TEST_CASE("the reference takes the highest TTL of any link at any server") {
    World world;
    auto chain = Gives(kAuthority, "d1", {"198.51.100.11"}, 60s);
    chain.answers.push_back({"d1.example.com", RecordType::kCname, 3600, "lb.example.com"});
    world.Round(chain, Gives(ViaAuthority("192.0.2.54"), "d1", {"198.51.100.11"}, 300s));
    const Reference reference = ReferenceOf(*world.picture.Find({"d1.example.com", RecordType::kA}));
    CHECK(reference.answers == std::vector<std::vector<std::string>>{{"198.51.100.11"}});
    CHECK(reference.ttl == 3600s);
  }
}

}  // namespace dialwatch::diagnosis
