#include <doctest/doctest.h>

#include <set>

#include "base/json.h"
#include "tests/e2e/scenario.h"
#include "tests/lab/copies.h"

using namespace dialwatch::e2e;
namespace lab = dialwatch::lab;

namespace {

constexpr const char* kControls =
    "[[authority]]\nzone = \"example.com\"\nservers = [\"192.0.2.53\", \"192.0.2.54\"]\nprobe_label = \"probe\"\n";

lab::ExampleZone WithControls() {
  auto zone = lab::ExampleZone::Good();
  zone.more = "*.probe 5 IN A 198.51.100.250\n";
  return zone;
}

}  // namespace

TEST_SUITE("e2e/sampling") {
  TEST_CASE("one of three caches behind an address is wrong, and some answers from it are told as such") {
    lab::Lab lab;
    lab.google.Stop();
    lab::Copies copies(lab.folder() / "copies", {"google", {lab::kGoogle, lab::kGoogleSecond}}, 3);
    copies.WaitReady();
    lab.Poison(copies[1], "d1.example.com");
    const auto output = lab::Dialwatch({"probe", "d1.example.com", "--count", "6", "--json"}, lab.folder());
    CHECK(output.exit == 1);
    const Json report = Json::parse(output.out);
    int wrong = 0, answers = 0;
    for (const Json& via : report["vias"]) {
      if (via["name"] != "google" || !via.contains("spread")) continue;
      wrong = via["spread"]["wrong"];
      answers = via["spread"]["answers"];
    }
    CHECK(wrong >= 2);
    CHECK(answers > wrong);
    CHECK(answers >= 8);
    CHECK(Contains(output.out, "dns-bogus"));
  }

  TEST_CASE("control names tell a wrong copy from a wrong way to the authority") {
    lab::Lab lab;
    lab.Publish(WithControls());
    lab.Poison(lab.cloudflare, "d1.example.com");
    lab::Config config;
    config.more = kControls;
    const auto path = lab::WriteConfig(config, lab.folder());
    const Json report = Json::parse(lab::Dialwatch({"probe", "d1", "-c", path, "--json"}, lab.folder()).out);
    REQUIRE(report["controls"].size() == 3);
    std::set<std::string> names;
    for (const Json& control : report["controls"]) {
      CHECK(control["verdict"] == "right");
      names.insert(control["host"]);
    }
    CHECK(names.size() == 1);
    CHECK(names.begin()->ends_with(".probe.example.com"));
  }
}
