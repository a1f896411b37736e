#include <doctest/doctest.h>

#include <set>
#include <thread>

#include "base/json.h"
#include "tests/e2e/scenario.h"
#include "tests/lab/copies.h"
#include "tests/lab/dns_query.h"

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

// Questions a second that reach a real server, whoever counts them on our side.
double RateAt(const lab::Unbound& resolver) {
  constexpr std::chrono::seconds kMeasured(4);
  const int before = resolver.Queries();
  std::this_thread::sleep_for(kMeasured);
  return static_cast<double>(resolver.Queries() - before) / kMeasured.count();
}

}  // namespace

TEST_SUITE("e2e/sampling") {
  TEST_CASE("a resolver is asked little while all is well, much while it is wrong, and little again") {
    lab::Config config;
    config.dialers = {"d1"};
    Watched watched(config);
    const auto& cloudflare = watched.lab.cloudflare;
    watched.LetRounds(2);  // what a start asks more
    const double well = RateAt(cloudflare);
    CHECK(well >= 0.7);
    CHECK(well <= 3);
    watched.lab.Poison(cloudflare, "d1.example.com");
    CHECK(WaitUntil(kSoon, [&] { return Contains(watched.daemon.Get("/api/v1/status"), "dns-bogus:d1:cloudflare"); }));
    const double wrong = RateAt(cloudflare);
    CHECK(wrong >= well + 4);
    CHECK(wrong <= well + 10);              // seven, and turns are not on the second
    CHECK(RateAt(watched.lab.quad9) <= 3);  // the others are not asked for it
    cloudflare.Flush("d1.example.com");
    CHECK(watched.Finds({}));
    watched.LetRounds(4);
    CHECK(RateAt(cloudflare) <= well + 1);
  }

  TEST_CASE("however many names are wrong, no resolver is flooded") {
    constexpr int kDialers = 90;        // each in its turn asks 7 times more: 630 a second, if nothing held it back
    constexpr double kMostAgain = 200;  // probes/dns/sampling.h
    auto zone = lab::ExampleZone::Good();
    lab::Config config;
    config.dialers.clear();
    for (int i = 1; i <= kDialers; ++i) {
      const std::string name = "e" + std::to_string(i);
      config.dialers.push_back(name);
      zone.hosts[name] = {"198.51.100.11"};
    }
    lab::Lab lab;
    lab.Publish(zone);
    for (const auto& name : config.dialers) lab::Ask(lab::kCloudflare, name + ".example.com");
    for (auto& [name, host] : zone.hosts) host.address = "198.51.100.12";
    lab.Publish(zone);  // cloudflare still gives the old addresses
    lab::WriteConfig(config, lab.folder());
    lab::Daemon daemon(lab.folder());
    daemon.WaitReady();
    const double rate = RateAt(lab.cloudflare);
    CHECK(rate >= kDialers + kMostAgain / 4);
    CHECK(rate <= 1.1 * kDialers + kMostAgain + 10);
  }

  TEST_CASE("one of three caches behind an address is wrong, and some answers from it are told as such") {
    lab::Lab lab;
    lab.google.Stop();
    lab::Copies copies(lab.folder() / "copies", {"google", {lab::kGoogle, lab::kGoogleSecond}}, 3);
    copies.WaitReady();
    lab.Poison(copies[1], "d1.example.com");
    lab::Output output;
    const auto meets_it = [&] {  // the kernel's dice choose the cache
      output = lab::Dialwatch({"probe", "d1.example.com", "--count", "6", "--json"}, lab.folder());
      return output.exit == 1;
    };
    REQUIRE(WaitUntil(2 * kSoon, meets_it));
    const Json report = Json::parse(output.out);
    int wrong = 0, answers = 0;
    for (const Json& via : report["vias"]) {
      if (via["name"] != "google" || !via.contains("spread")) continue;
      wrong = via["spread"]["wrong"];
      answers = via["spread"]["answers"];
    }
    CHECK(wrong >= 1);
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
