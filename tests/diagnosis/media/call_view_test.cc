#include "diagnosis/media/call_view.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/media/call_world.h"

namespace dialwatch::diagnosis {

TEST_SUITE("diagnosis/media/call_view") {
  TEST_CASE("the picture forgets a dialer that is called no more, and one whose call is another") {
    CallWorld world(2);
    world.Call({Answers("d1"), Answers("d2")});
    world.picture.Retain(world.settings, world.now);
    CHECK(world.picture.calls().size() == 2);
    world.settings.calls[1].extension = "9197";
    world.picture.Retain(world.settings, world.now);
    CHECK_FALSE(world.picture.calls().contains("d2"));
    CHECK(world.picture.calls().contains("d1"));
    world.settings.calls.clear();
    world.picture.Retain(world.settings, world.now);
    CHECK(world.picture.calls().empty());
  }

  TEST_CASE("three turns without a call and it is gone") {
    CallWorld world;
    world.Call({Answers("d1")});
    world.picture.Retain(world.settings, world.now + 3min);
    CHECK(world.picture.calls().contains("d1"));
    world.picture.Retain(world.settings, world.now + 4min);
    CHECK(world.picture.calls().empty());
  }

  TEST_CASE("an address that nobody gives any more is not current, and the authority's alone are its own") {
    CallWorld world;
    world.Call({Answers("d1", "198.51.100.12")});
    world.Call({Answers("d1"), Answers("d1", "203.0.113.66", {"google"}, false)});
    const CallView& view = world.picture.calls().at("d1");
    CHECK(view.addresses.size() == 3);
    CHECK(view.Current().size() == 2);
    REQUIRE(view.Own().size() == 1);
    CHECK(view.Own()[0]->newest->call.subject.address.ToString() == "198.51.100.11:5060");
  }

  TEST_CASE("where the authority gives none, all that resolvers give are its own") {
    CallWorld world;
    world.Call({Answers("d1", "198.51.100.11", {"quad9"}, false), Answers("d1", "198.51.100.12", {"google"}, false)});
    CHECK(world.picture.calls().at("d1").Own().size() == 2);
  }

  TEST_CASE("a call that came late tells nothing new") {
    CallWorld world;
    world.Call({Silence("d1")});
    EchoCallSample late = Answers("d1");
    late.call.at = world.now - 10s;
    world.picture.Add(late);
    CHECK(world.picture.calls().at("d1").addresses.begin()->second.failed.calls == 1);
  }

  TEST_CASE("an answer in SIP, be it a refusal, is a sign that the network works") {
    CallWorld world;
    world.CallInSilence({Silence("d1")});
    CHECK_FALSE(AnySipSince(world.picture.calls(), kMonday));
    world.CallInSilence({Refuses("d1", 503, "Service Unavailable")});
    CHECK(AnySipSince(world.picture.calls(), kMonday));
    CHECK_FALSE(AnySipSince(world.picture.calls(), world.now));
  }
}

}  // namespace dialwatch::diagnosis
