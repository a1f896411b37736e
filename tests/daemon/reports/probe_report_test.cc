#include "daemon/reports/probe_report.h"

#include <doctest/doctest.h>

#include <sstream>

#include "base/json.h"
#include "tests/daemon/snapshot.h"

using namespace dialwatch;
using namespace dialwatch::diagnosis;

namespace {

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

TEST_SUITE("daemon/reports/probe_report") {
  TEST_CASE("a healthy name is a row for each vantage point and one sentence") {
    CHECK(Render(Healthy()) ==
          "d1.example.com A, zone example.com\n"
          "  VANTAGE                 VERDICT  ANSWER         TTL LEFT   RTT      OVER  SITE\n"
          "  authority (192.0.2.53)  ok       198.51.100.11  300 s      12.0 ms  udp\n"
          "  quad9 (9.9.9.9)         ok       198.51.100.11  243/300 s  12.0 ms  udp   fra\n"
          "\n"
          "All 2 answers agree.\n");
  }

  TEST_CASE("what is asked again is folded into its vantage point, and the worst finding speaks") {
    const std::string text = Render(Poisoned());
    CAPTURE(text);
    CHECK(Contains(text, "google (8.8.8.8)        bogus    203.0.113.66   86280/300 s"));
    CHECK(Contains(text, "3 of 3 wrong, until 2020-09-01T20:03:00Z, EDE 13 Cached Error"));
    CHECK(Contains(text, "\nCRITICAL dns-bogus: google gives 203.0.113.66"));
    CHECK(Contains(text, "\n  first: "));
    CHECK(Contains(text, "\n  also found: ttl-impossible"));
    CHECK_FALSE(Contains(text, "\x1b"));
  }

  TEST_CASE("how sure the cause is, and why, stands below it") {
    Snapshot snapshot = SnapshotOf(Poisoned());
    Incident incident;
    incident.cause = "dns-bogus";
    incident.summary = snapshot.findings.front().summary;
    incident.findings = {snapshot.findings.front()};
    incident.confidence = {Confidence::Level::kLikely, {"seen in 3 replies"}, {"no `expect` is configured"}};
    snapshot.incidents = {incident};
    const std::string sentence = "likely: seen in 3 replies; but no `expect` is configured";
    CHECK(Contains(daemon::RenderProbe(snapshot, {}), "more.\n  " + sentence + "\n  first: "));
    CHECK(daemon::ProbeJson(snapshot)["confidence"] == sentence);
    CHECK_FALSE(daemon::ProbeJson(SnapshotOf(Poisoned())).contains("confidence"));
  }

  TEST_CASE("a narrow terminal holds it, and the wrong row loses nothing") {
    for (const std::size_t width : {80U, 60U}) {
      const std::string text = Render(Poisoned(), {false, width});
      CAPTURE(text);
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line);) CHECK(line.size() <= width);
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

  TEST_CASE("what one look cannot tell is said, with who is odd") {
    World world = Healthy();
    world.Round(Silence(kGoogle, "d1"));
    CHECK(Contains(Render(world),
                   "\n2 of 3 answers are right; not so google (8.8.8.8): timeout.\n"
                   "  first: ask again with --count 3"));
  }

  TEST_CASE("where nobody answers, the machine itself is the first suspect") {
    World world;
    world.Round(Silence(kQuad9, "d1"), Silence(kGoogle, "d1"));
    CHECK(Contains(Render(world), "\nNobody answers: it may well be this machine's own network.\n"));
  }

  TEST_CASE("without a word of the authority nothing is right or wrong") {
    World world;
    world.Round(Silence(kAuthority, "d1"), Gives(kQuad9, "d1", {"198.51.100.11"}, 243s));
    const std::string text = Render(world);
    CAPTURE(text);
    CHECK(Contains(text, "quad9 (9.9.9.9)         unknown  198.51.100.11  243 s"));
    CHECK(Contains(text, "\nNo authoritative server answers, so there is nothing to hold"));
  }

  TEST_CASE("a denial has the TTL and the owner of its SOA, or is said to have none") {
    World world = Healthy();
    world.Round(Denies(kGoogle, "d1", probes::kRcodeNxDomain, 42s), Reply(kCloudflare, "d1", probes::kRcodeNxDomain));
    const std::string text = Render(world);
    CAPTURE(text);
    CHECK(Contains(text, "google (8.8.8.8)        denied   NXDOMAIN       42 s"));
    CHECK(Contains(text, ", SOA of example.com\n"));
    CHECK(Contains(text, ", no SOA\n"));
  }

  TEST_CASE("the aliases of the authority are told once, and those of others where they differ") {
    World world;
    const auto alias = [](DnsSample sample, const std::string& to, std::uint32_t ttl) {
      sample.answers.insert(sample.answers.begin(), {sample.host, RecordType::kCname, ttl, to});
      return sample;
    };
    world.Round(alias(Gives(kAuthority, "d1", {"198.51.100.11"}, 60s), "pool.example.com", 300),
                alias(Gives(kQuad9, "d1", {"198.51.100.11"}, 43s), "pool.example.com", 7),
                alias(Gives(kGoogle, "d1", {"198.51.100.11"}, 43s), "old.example.com", 7));
    const std::string text = Render(world);
    CAPTURE(text);
    CHECK(Contains(text,
                   "  authority (192.0.2.53)  ok       198.51.100.11  60 s      12.0 ms  udp   alias of "
                   "pool.example.com (300 s)\n"));
    CHECK(Contains(text, "  quad9 (9.9.9.9)         ok       198.51.100.11  7/60 s    12.0 ms  udp\n"));
    CHECK(Contains(text, "alias of old.example.com (7 s)\n"));
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
