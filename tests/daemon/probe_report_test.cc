#include "daemon/probe_report.h"

#include <doctest/doctest.h>

#include "base/json.h"
#include "tests/diagnosis/builders.h"

using namespace dialwatch;
using namespace dialwatch::diagnosis;

namespace {

// The dialer d1 as seen by its authority and two resolvers.
Snapshot SnapshotOf(World& world) {
  Snapshot snapshot;
  snapshot.at = world.now;
  snapshot.settings = std::make_shared<Settings>(world.settings);
  snapshot.judgements = world.Judgements();
  snapshot.findings = world.Findings();
  snapshot.picture = world.picture;
  return snapshot;
}

DnsSample From(DnsSample sample, const std::string& nsid) {
  sample.nsid = nsid;
  return sample;
}

World Healthy() {
  World world;
  world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}),
              From(Gives(kQuad9, "d1", {"198.51.100.11"}, 243s), "res100.fra.rrdns.pch.net"));
  return world;
}

World Poisoned() {
  World world = Healthy();
  auto blocked = Gives(kGoogle, "d1", {"203.0.113.66"}, 86280s);
  blocked.extended_errors = {{13, "from a cache\x1b[2J"}};
  for (const auto& sample : {blocked, Again(blocked), Again(blocked)}) world.Add(sample);
  return world;
}

std::string Render(World world, daemon::Terminal terminal = {}) {
  return daemon::RenderProbe(SnapshotOf(world), terminal);
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_SUITE("daemon/probe_report") {
  TEST_CASE("a healthy name is a row for each vantage point and one sentence") {
    CHECK(Render(Healthy()) ==
          "d1.example.com A\n"
          "  VANTAGE                 VERDICT  ANSWER         TTL LEFT      RTT      OVER  SITE\n"
          "  authority (192.0.2.53)  ok       198.51.100.11  300 s         12.0 ms  udp\n"
          "  quad9 (9.9.9.9)         ok       198.51.100.11  243 of 300 s  12.0 ms  udp   fra\n"
          "\n"
          "All 2 answers agree.\n");
  }

  TEST_CASE("what is asked again is folded into its vantage point, and the worst finding speaks") {
    const std::string text = Render(Poisoned());
    CAPTURE(text);
    CHECK(Contains(text, "google (8.8.8.8)        bogus    203.0.113.66   86280 of 300 s"));
    CHECK(Contains(text, "3 of 3 wrong, until 20:03:00 UTC, EDE 13 Cached Error"));
    CHECK(Contains(text, "\nCRITICAL dns-bogus: google gives 203.0.113.66"));
    CHECK(Contains(text, "\n  first: "));
    CHECK(Contains(text, "\n  also found: ttl-impossible"));
    CHECK_FALSE(Contains(text, "\x1b"));
  }

  TEST_CASE("a narrow terminal holds it, and the wrong row loses nothing") {
    for (const std::size_t width : {80U, 60U}) {
      const std::string text = Render(Poisoned(), {false, width});
      CAPTURE(text);
      std::size_t start = 0;
      for (std::size_t end; (end = text.find('\n', start)) != std::string::npos; start = end + 1) {
        CHECK(end - start <= width);
      }
      CHECK(Contains(text,
                     width == 80 ? "      3 of 3 wrong" : "      203.0.113.66, in 12.0 ms, over udp, 3 of 3 wrong"));
      CHECK_FALSE(Contains(text, "fra"));
    }
  }

  TEST_CASE("colour changes the paint and nothing else") {
    std::string painted = Render(Poisoned(), {true, 80});
    CHECK(Contains(painted, "\x1b[1;31mCRITICAL\x1b[0m dns-bogus"));
    CHECK(Contains(painted, "\x1b[1;31mbogus\x1b[0m"));
    for (std::size_t at = 0; (at = painted.find('\x1b')) != std::string::npos;)
      painted.erase(at, painted.find('m', at) - at + 1);
    CHECK(painted == Render(Poisoned(), {false, 80}));
  }

  TEST_CASE("where the authority is wrong it is told why no resolver is in the table") {
    World world;
    Expect(world.settings.dialers[0], {"198.51.100.11"});
    world.Round(Gives(kAuthority, "d1", {"203.0.113.66"}));
    CHECK(Contains(Render(world), "No resolver was asked for it"));
  }

  TEST_CASE("a control name has rows of its own where something is wrong") {
    World world = Poisoned();
    world.settings.authorities = {{"example.com", {kAuthority.server}, "probe"}};
    for (const auto& [via, answer] : {std::pair(kAuthority, "198.51.100.250"), std::pair(kGoogle, "203.0.113.66")}) {
      DnsSample control = Gives(via, "x.probe", {answer}, 5s);
      control.purpose = probes::Purpose::kControl;
      control.zone = "example.com";
      world.Add(control);
    }
    const std::string text = Render(world);
    CAPTURE(text);
    CHECK(Contains(text, "x.probe.example.com, a new name that no cache can hold\n  CONTROL           VERDICT"));
    CHECK(Contains(text, "  google (8.8.8.8)  wrong    203.0.113.66  5 s"));
    const auto json = daemon::ProbeJson(SnapshotOf(world));
    REQUIRE(json["controls"].size() == 1);
    CHECK(json["controls"][0]["verdict"] == "wrong");
  }

  TEST_CASE("JSON says what the table says") {
    World world = Poisoned();
    const auto json = daemon::ProbeJson(SnapshotOf(world));
    CHECK(json["host"] == "d1.example.com");
    CHECK(json["vias"][1]["ttl"] == 86280);
    CHECK(json["vias"][1]["ttl_given"] == 300);
    CHECK(json["vias"][2]["site"] == "fra");
    CHECK(json["conclusion"].get<std::string>().starts_with("google gives 203.0.113.66"));
    CHECK(json["first"].is_string());
  }
}
