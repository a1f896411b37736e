#include "diagnosis/picture.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {
namespace {

const NameKey kD1{"d1.example.com", RecordType::kA};

}  // namespace

TEST_SUITE("diagnosis/picture") {
  TEST_CASE("the newest sample of each vantage point counts, in the order of the vantage points") {
    World world;
    world.Round(Gives(kQuad9, "d1", {"198.51.100.11"}), Gives(kGoogle, "d1", {"198.51.100.7"}));
    world.now += 30s;
    world.Add(Gives(kGoogle, "d1", {"198.51.100.11"}));
    const NameView& view = *world.picture.Find(kD1);
    REQUIRE(view.resolvers.size() == 2);
    CHECK(view.resolvers[0].newest->via == kGoogle);
    CHECK(AnswerSet(*view.resolvers[0].newest) == std::vector<std::string>{"198.51.100.11"});
  }

  TEST_CASE("a sample that comes late changes nothing") {
    World world;
    world.Add(Gives(kGoogle, "d1", {"198.51.100.11"}));
    world.now -= 1s;
    world.Add(Silence(kGoogle, "d1"));
    const NameView& view = *world.picture.Find(kD1);
    CHECK(view.resolvers[0].failures == 0);
    CHECK_FALSE(view.through.at("google").streak.failing);
  }

  TEST_CASE("failures in a row are counted from the first") {
    World world;
    world.Add(Gives(kGoogle, "d1", {"198.51.100.11"}));
    for (int i = 0; i < 3; ++i) {
      world.now += 30s;
      world.Add(Silence(kGoogle, "d1"));
    }
    const DnsSeries& series = world.picture.Find(kD1)->resolvers[0];
    CHECK(series.failures == 3);
    CHECK(series.failing_since == kMonday + 30s);
  }

  TEST_CASE("a streak runs over all addresses of a resolver") {
    World world;
    const auto second = ViaResolver("google", "8.8.4.4");
    world.Add(Silence(kGoogle, "d1"));
    world.now += 30s;
    world.Add(Silence(second, "d1"));
    CHECK(world.picture.Find(kD1)->through.at("google").streak.length == 2);
    CHECK(world.picture.Find(kD1)->resolvers[0].failures == 1);
    world.now += 30s;
    world.Add(Gives(kGoogle, "d1", {"198.51.100.11"}));
    const Streak& streak = world.picture.Find(kD1)->through.at("google").streak;
    CHECK_FALSE(streak.failing);
    CHECK(streak.length == 1);
    CHECK(streak.since == world.now);
  }

  TEST_CASE("of a good and a failing sample at one time the good one makes the streak, in either order") {
    for (const bool good_first : {true, false}) {
      World world;
      const auto good = Gives(kGoogle, "d1", {"198.51.100.11"});
      const auto bad = Silence(ViaResolver("google", "8.8.4.4"), "d1");
      if (good_first) world.Round(good, bad);
      if (!good_first) world.Round(bad, good);
      CHECK_FALSE(world.picture.Find(kD1)->through.at("google").streak.failing);
    }
  }

  TEST_CASE("a probe that was not made tells nothing") {
    World world;
    world.Add(Silence(kGoogle, "d1", probes::DnsOutcome::kNotAsked));
    CHECK(world.picture.Find(kD1) == nullptr);
  }

  TEST_CASE("only the authority's own word makes history, and a new word is told once") {
    World world;
    auto lame = Gives(kAuthority, "d1", {"203.0.113.66"});
    lame.aa = false;
    world.Round(lame, Gives(kGoogle, "d1", {"203.0.113.66"}));
    CHECK(world.picture.TakeChangedHistories().empty());
    world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}), Gives(kAuthority, "d1", {"198.51.100.11"}));
    CHECK(world.picture.TakeChangedHistories() == std::vector<NameKey>{kD1});
    CHECK(world.picture.TakeChangedHistories().empty());
    CHECK(world.picture.Find(kD1)->history.entries().size() == 1);
  }

  TEST_CASE("history that was kept is put back in place of what is there, and is not told as changed") {
    World world;
    world.picture.Restore(kD1, NameHistory({{{"198.51.100.7"}, 300s, kMonday - 1h, kMonday - 1h}}));
    world.picture.Restore(kD1, NameHistory({{{"203.0.113.66"}, 300s, kMonday - 1h, kMonday - 1h}}));
    CHECK(world.picture.Find(kD1)->history.Newest()->answers == std::vector<std::string>{"203.0.113.66"});
    world.picture.Retain(world.settings, world.now);
    CHECK(world.picture.Find(kD1) != nullptr);
    CHECK(world.picture.TakeChangedHistories().empty());
  }

  TEST_CASE("a series vanishes with its dialer, its resolver, its address or its STUN server") {
    World world;
    world.settings = SettingsOf(2);
    AddStun(world.settings, {"telnyx"});
    world.Round(Gives(kGoogle, "d1", {"198.51.100.11"}), Gives(kGoogle, "d2", {"198.51.100.12"}),
                Gives(kQuad9, "d1", {"198.51.100.11"}),
                Gives(ViaResolver("quad9", "9.9.9.10"), "d1", {"198.51.100.11"}), Maps("telnyx", 1, "203.0.113.10"),
                Maps("other", 1, "203.0.113.10"));
    world.settings.dialers.pop_back();
    world.settings.resolvers.pop_back();
    world.picture.Retain(world.settings, world.now);
    CHECK(world.picture.names().size() == 1);
    const NameView& view = *world.picture.Find(kD1);
    REQUIRE(view.resolvers.size() == 1);
    CHECK(view.resolvers[0].newest->via == kQuad9);
    CHECK(view.through.size() == 1);
    CHECK(world.picture.stun().size() == 1);
  }

  TEST_CASE("a vantage point that has gone silent is forgotten after three turns, its name is not") {
    World world;
    AddStun(world.settings, {"telnyx"});
    world.Round(Gives(kGoogle, "d1", {"198.51.100.11"}), Gives(kAuthority, "d1", {"198.51.100.11"}),
                Maps("telnyx", 1, "203.0.113.10"));
    world.picture.Retain(world.settings, world.now + 92s);
    CHECK(world.picture.Find(kD1)->resolvers.size() == 1);
    CHECK(world.picture.stun().size() == 1);
    world.picture.Retain(world.settings, world.now + 93s);
    CHECK(world.picture.Find(kD1)->resolvers.empty());
    CHECK(world.picture.Find(kD1)->authorities.empty());
    CHECK(world.picture.Find(kD1)->through.empty());
    CHECK(world.picture.Find(kD1)->history.entries().size() == 1);
    CHECK(world.picture.stun().empty());
  }

  TEST_CASE("one of two addresses has its turn every other interval") {
    World world;
    world.settings.resolvers[2].addresses.push_back(ViaResolver("google", "8.8.4.4").server);
    world.Add(Gives(kGoogle, "d1", {"198.51.100.11"}));
    world.picture.Retain(world.settings, world.now + 182s);
    CHECK(world.picture.Find(kD1)->resolvers.size() == 1);
    world.picture.Retain(world.settings, world.now + 183s);
    CHECK(world.picture.Find(kD1)->resolvers.empty());
  }

  TEST_CASE("with a short interval silence still takes a minute, since a sweep over many names does") {
    World world;
    world.settings.probing.interval = 1s;
    world.Add(Gives(kGoogle, "d1", {"198.51.100.11"}));
    world.picture.Retain(world.settings, world.now + 60s);
    CHECK(world.picture.Find(kD1)->resolvers.size() == 1);
    world.picture.Retain(world.settings, world.now + 61s);
    CHECK(world.picture.Find(kD1)->resolvers.empty());
  }

  TEST_CASE("history beyond the retention goes") {
    World world;
    world.Add(Gives(kAuthority, "d1", {"198.51.100.11"}));
    world.picture.Retain(world.settings, world.now + 24h * 31);
    CHECK(world.picture.Find(kD1)->history.entries().empty());
  }

  TEST_CASE("an address of a STUN server keeps its newest sample and the one before it") {
    World world;
    world.Add(Maps("telnyx", 1, "203.0.113.10"));
    world.Add(At(Maps("telnyx", 1, "203.0.113.10"), "192.0.2.210"));
    world.now += 30s;
    world.Add(StunFails("telnyx", 2));
    const StunView& view = world.picture.stun().at("telnyx");
    CHECK(view.addresses.size() == 2);
    const StunSeries& series = view.addresses.at(StunAddress("telnyx"));
    CHECK(series.newest->round == 2);
    CHECK(series.before->round == 1);
    CHECK(series.failures == 1);
    CHECK(series.failing_since == world.now);
    CHECK(view.IsFailing(1));
    world.Add(At(Maps("telnyx", 2, "203.0.113.10"), "192.0.2.210"));
    CHECK_FALSE(view.IsFailing(1));
  }

  TEST_CASE("an address to which a STUN name leads no more is forgotten, and so is what was measured there") {
    World world;
    AddStun(world.settings, {"telnyx"});
    world.Add(Maps("telnyx", 1, "203.0.113.10"));
    world.Add(Measures("telnyx", probes::NatBehaviour::kEndpointIndependent));
    world.now += 70s;
    world.Add(At(Maps("telnyx", 2, "203.0.113.10"), "192.0.2.210"));
    world.picture.Retain(world.settings, world.now + 23s);
    CHECK(world.picture.stun().at("telnyx").addresses.size() == 1);
    world.settings.stun_servers[0].uri.port = 3479;
    world.picture.Retain(world.settings, world.now + 23s);
    CHECK(world.picture.stun().empty());
  }

  TEST_CASE("what was measured of a NAT is of the address asked, and is gone after half an hour") {
    World world;
    AddStun(world.settings, {"telnyx"});
    world.Add(Measures("telnyx", probes::NatBehaviour::kEndpointIndependent));
    CHECK(world.picture.stun().empty());
    world.Add(Maps("telnyx", 1, "203.0.113.10"));
    world.Add(Measures("telnyx", probes::NatBehaviour::kEndpointIndependent));
    for (const auto age : {31min, 32min}) {
      auto later = Maps("telnyx", 2, "203.0.113.10");
      later.at = kMonday + age;
      world.picture.Add(later);
      world.picture.Retain(world.settings, later.at);
      CHECK((world.picture.stun().at("telnyx").addresses.begin()->second.nat != nullptr) == (age == 31min));
    }
  }

  TEST_CASE("what an address of a STUN server told before is kept, a little of it") {
    World world;
    for (std::uint64_t round = 1; round <= 20; ++round) {
      world.now += 30s;
      world.Add(Maps("telnyx", round, round % 2 == 0 ? "203.0.113.10" : "203.0.113.11"));
    }
    const StunSeries& series = world.picture.stun().at("telnyx").addresses.begin()->second;
    CHECK(series.told.size() == 8);
    CHECK(series.ChangesSince(world.now - 60s) == 3);
    CHECK(series.told.back().last == world.now);
  }
}

}  // namespace dialwatch::diagnosis
