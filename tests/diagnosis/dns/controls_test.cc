#include "diagnosis/dns/controls.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {
namespace {

DnsSample ControlOf(DnsSample sample) {
  sample.purpose = probes::Purpose::kControl;
  sample.zone = "example.com";
  return sample;
}

DnsSample ControlGives(const probes::Via& via, const std::string& host, const std::string& address) {
  return ControlOf(Gives(via, host, {address}, 5s));
}

}  // namespace

TEST_SUITE("diagnosis/dns/controls") {
  TEST_CASE("a control is right where the authority says the same of that very name, in either order") {
    for (const bool authority_first : {true, false}) {
      World world;
      if (authority_first) world.Add(ControlGives(kAuthority, "x1.probe", "192.0.2.1"));
      world.Add(ControlGives(kGoogle, "x1.probe", "192.0.2.1"));
      world.Add(ControlGives(kQuad9, "x1.probe", "203.0.113.66"));
      if (!authority_first) world.Add(ControlGives(kAuthority, "x1.probe", "192.0.2.1"));
      CHECK(world.picture.controls().At("example.com", "google") == Control::kRight);
      CHECK(world.picture.controls().At("example.com", "quad9") == Control::kWrong);
      CHECK(world.picture.controls().At("example.com", "cloudflare") == Control::kUnknown);
      CHECK(world.picture.controls().At("example.net", "google") == Control::kUnknown);
      CHECK(world.picture.names().empty());  // a control says nothing of how a name fares
    }
  }

  TEST_CASE("what cannot be compared is unknown: another name, an error, a denial by both") {
    World world;
    world.Add(ControlGives(kAuthority, "x1.probe", "192.0.2.1"));
    world.Add(ControlGives(kGoogle, "x2.probe", "192.0.2.1"));
    world.Add(ControlOf(Reply(kQuad9, "x1.probe", probes::kRcodeServFail)));
    world.Add(ControlOf(Denies(kAuthority, "x3.probe")));
    world.Add(ControlOf(Denies(kCloudflare, "x3.probe")));
    for (const auto* resolver : {"google", "quad9", "cloudflare"}) {
      CHECK(world.picture.controls().At("example.com", resolver) == Control::kUnknown);
    }
  }

  TEST_CASE("a denial where the authority has an answer is wrong, and an answer where it has none") {
    World world;
    world.Add(ControlGives(kAuthority, "x1.probe", "192.0.2.1"));
    world.Add(ControlOf(Denies(kGoogle, "x1.probe")));
    world.Add(ControlOf(Denies(kAuthority, "x2.probe")));
    world.Add(ControlGives(kQuad9, "x2.probe", "203.0.113.66"));
    CHECK(world.picture.controls().At("example.com", "google") == Control::kWrong);
    CHECK(world.picture.controls().At("example.com", "quad9") == Control::kWrong);
  }

  TEST_CASE(
      "sixteen names of the authority are remembered, and all is forgotten with the resolver or after its turns") {
    World world;
    for (int i = 0; i < 17; ++i) world.Add(ControlGives(kAuthority, "x" + std::to_string(i) + ".probe", "192.0.2.1"));
    world.Add(ControlGives(kGoogle, "x0.probe", "192.0.2.1"));
    CHECK(world.picture.controls().At("example.com", "google") == Control::kUnknown);
    world.Add(ControlGives(kGoogle, "x1.probe", "192.0.2.1"));
    world.Add(ControlGives(kQuad9, "x1.probe", "192.0.2.1"));
    CHECK(world.picture.controls().At("example.com", "google") == Control::kRight);
    world.settings.resolvers.pop_back();
    world.picture.Retain(world.settings, world.now);
    CHECK(world.picture.controls().At("example.com", "google") == Control::kUnknown);
    CHECK(world.picture.controls().At("example.com", "quad9") == Control::kRight);
    world.picture.Retain(world.settings, world.now + 10min);
    CHECK(world.picture.controls().At("example.com", "quad9") == Control::kUnknown);
  }
}

}  // namespace dialwatch::diagnosis
