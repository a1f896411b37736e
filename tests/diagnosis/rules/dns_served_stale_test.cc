#include "diagnosis/rules/dns_served_stale.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {
namespace {

const std::vector<std::string> kOld{"198.51.100.7"}, kNew{"198.51.100.11"};

DnsSample Stale(DnsSample sample, std::uint16_t code = 3) {
  sample.extended_errors = {{code, ""}};
  return sample;
}

// The address has changed ten minutes ago, and the old one can be in no cache any more.
World LongAfterChange() {
  World world;
  world.Add(Gives(kAuthority, "d1", kOld));
  world.now += 30s;
  world.Add(Gives(kAuthority, "d1", kNew));
  world.now += 12min;
  world.Add(Gives(kAuthority, "d1", kNew));
  return world;
}

}  // namespace

TEST_SUITE("diagnosis/rules/dns_served_stale") {
  TEST_CASE("dns-served-stale: a past answer, by the resolver's own word") {
    World world = LongAfterChange();
    world.Round(Stale(Gives(kGoogle, "d1", kOld, 200s)));
    REQUIRE(world.Ids() == Ids{"dns-served-stale:d1:google"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kWarning);
    CHECK(
        finding.summary ==
        "google serves 198.51.100.7 for d1.example.com from a copy that has run out (EDE 3 Stale Answer), although the "
        "authority has answered us for 12m 30s; right is 198.51.100.11");
    CHECK(finding.advice[0] ==
          "tell the operator of google that its way to the authority is closed: for us it is open");
    CHECK_FALSE(finding.eta);
  }

  TEST_CASE("dns-served-stale: a past answer with a TTL of 30 s, as RFC 8767 has it") {
    World world = LongAfterChange();
    world.Round(Gives(kGoogle, "d1", kOld, 30s));
    CHECK(world.Ids() == Ids{"dns-served-stale:d1:google"});
  }

  TEST_CASE("a stale copy in its last seconds is still stale, and so is one whose authority gives no more than 30 s") {
    World world = LongAfterChange();
    world.Round(Gives(kGoogle, "d1", kOld, 50s));
    world.now += 30s;
    world.Round(Gives(kGoogle, "d1", kOld, 20s));
    CHECK(world.Ids() == Ids{"dns-stale:d1:google"});

    World short_lived;
    short_lived.Add(Gives(kAuthority, "d1", kOld, 30s));
    short_lived.now += 30s;
    short_lived.Add(Gives(kAuthority, "d1", kNew, 30s));
    short_lived.now += 10min;
    short_lived.Round(Gives(kAuthority, "d1", kNew, 30s), Gives(kGoogle, "d1", kOld, 20s));
    CHECK(short_lived.Ids() == Ids{"dns-stale:d1:google"});
  }

  TEST_CASE("a denial that the resolver itself calls stale") {
    World world;
    world.Add(Denies(kAuthority, "d1"));
    world.now += 30s;
    world.Add(Gives(kAuthority, "d1", kNew));
    world.now += 10min;
    world.Round(Gives(kAuthority, "d1", kNew), Stale(Denies(kGoogle, "d1"), 19));
    CHECK(world.Ids() == Ids{"dns-served-stale:d1:google"});
  }

  TEST_CASE("T8 dns-served-stale: the right answer, served stale three times, is told too") {
    World world;
    for (int i = 0; i < 3; ++i) {
      CHECK(world.Ids().empty());
      world.now += 30s;
      world.Add(Gives(kAuthority, "d1", kNew));
      world.Add(Stale(Gives(kGoogle, "d1", kNew, 30s)));
    }
    REQUIRE(world.Ids() == Ids{"dns-served-stale:d1:google"});
    CHECK(
        world.Findings()[0].summary ==
        "google serves 198.51.100.11 for d1.example.com from a copy that has run out (EDE 3 Stale Answer); it is still "
        "right");
  }

  TEST_CASE("three answers in one moment are one") {
    World world;
    for (int i = 0; i < 8; ++i) {
      world.now += 100ms;
      world.Add(Gives(kAuthority, "d1", kNew));
      world.Add(Stale(Gives(kGoogle, "d1", kNew, 30s)));
    }
    CHECK(world.Ids().empty());
  }

  TEST_CASE("while the authority is out, a TTL of 30 s that stays is a sign as well, and the outage explains it") {
    World world;
    world.Add(Gives(kAuthority, "d1", kNew));
    for (int i = 0; i < 3; ++i) {
      world.now += 10s;
      world.Add(Silence(kAuthority, "d1"));
      world.Add(Gives(kGoogle, "d1", kNew, 30s));
    }
    CHECK(world.Ids() == Ids{"dns-served-stale:d1:google", "dns-authority-down:example.com"});
    CHECK(world.Findings()[0].advice[1] == "do not flush meanwhile: what is served stale is what keeps clients going");
  }

  TEST_CASE("a short TTL that counts down, or a fresh one each time from an authority that answers, is no sign") {
    World world;
    for (int i = 0; i < 5; ++i) {
      world.now += 10s;
      world.Add(Gives(kAuthority, "d1", kNew, 30s));
      world.Add(Gives(kGoogle, "d1", kNew, 30s));
      world.Add(Gives(kQuad9, "d1", kNew, 30s - i * 5s));
    }
    CHECK(world.Ids().empty());
  }
}

}  // namespace dialwatch::diagnosis
