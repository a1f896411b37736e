#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/json.h"
#include "tests/e2e/scenario.h"
#include "tests/lab/knot.h"

using namespace dialwatch::e2e;
namespace lab = dialwatch::lab;

namespace {

constexpr const char* kFile = "[[discovery]]\nkind = \"file\"\npath = \"targets/*.json\"\n";

std::string Axfr() {
  return fmt::format(
      "[[discovery]]\nkind = \"axfr\"\nserver = \"{}\"\nzone = \"example.com\"\nmatch = \"d*.example.com\"\n",
      lab::kNs3);
}

// As who writes such files should: under another name first.
void WriteTargets(const lab::Lab& lab, const std::string& json) {
  std::filesystem::create_directory(lab.folder() / "targets");
  lab::WriteFile(lab.folder() / "targets/new", json);
  std::filesystem::rename(lab.folder() / "targets/new", lab.folder() / "targets/a.json");
}

bool Watches(const Watched& watched, const std::string& dialer) {
  return WaitUntil(kSoon, [&] {
    return ValueOf(watched.daemon,
                   fmt::format("dialwatch_dns_answer_matches{{dialer=\"{}\",via=\"google\"}}", dialer)) == 1;
  });
}

bool Forgets(const Watched& watched, const std::string& dialer) {
  return WaitUntil(kSoon, [&] { return !Contains(watched.daemon.Metrics(), fmt::format("dialer=\"{}\"", dialer)); });
}

bool HasTargets(const Watched& watched, std::size_t count) {
  return WaitUntil(kSoon, [&] { return StatusOf(watched.daemon)["targets"].size() == count; });
}

bool HasErrors(const Watched& watched, double count) {
  return WaitUntil(kSoon, [&] { return ValueOf(watched.daemon, "dialwatch_discovery_errors") == count; });
}

std::size_t CountOf(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_SUITE("e2e/discovery") {
  TEST_CASE("a dialer in a target file is watched within seconds, and its series go when it goes") {
    lab::Config config;
    config.dialers = {"d1"};
    config.more = kFile;
    Watched watched(config);
    WriteTargets(watched.lab, R"([{"targets": ["d4.example.com"], "labels": {"account": "acme"}}])");
    CHECK(Watches(watched, "d4.example.com"));
    CHECK(Watches(watched, "d1"));
    CHECK(watched.daemon.Metrics("dialwatch_dialer_info{account=\"acme\",dialer=\"d4.example.com\"").size() == 1);
    WriteTargets(watched.lab, R"([{"targets": ["d5.example.com", "d1.example.com"]}])");
    CHECK(Watches(watched, "d5.example.com"));
    CHECK(Forgets(watched, "d4.example.com"));
    CHECK(HasTargets(watched, 2));  // d1 is the one that is configured

    CHECK(HasErrors(watched, 0));
    WriteTargets(watched.lab, "[{");
    CHECK(HasErrors(watched, 1));
    watched.LetRounds(2);
    CHECK(CountOf(watched.daemon.Log(), "a.json: is not JSON") == 1);
    CHECK(Watches(watched, "d5.example.com"));
    CHECK(watched.findings().empty());
    WriteTargets(watched.lab, R"([{"targets": ["d6.example.com"]}])");
    CHECK(Watches(watched, "d6.example.com"));
    CHECK(HasErrors(watched, 0));
  }

  TEST_CASE("a wrong copy of a discovered dialer is told as that of any other") {
    lab::Config config;
    config.dialers = {"d1"};
    config.more = kFile;
    Watched watched(config);
    WriteTargets(watched.lab, R"([{"targets": ["d4.example.com"]}])");
    REQUIRE(Watches(watched, "d4.example.com"));
    watched.lab.Poison(watched.lab.google, "d4.example.com");
    CHECK(Contains(watched.Post(1), "d4.example.com"));
  }

  TEST_CASE("the hosts of a zone are watched, and those of its next version, whoever gives it to us") {
    if (lab::Missing("knotd")) return;
    lab::Config config;
    config.dialers = {"d1"};
    config.more = Axfr();
    Watched watched(config);
    auto zone = lab::ExampleZone::Good();
    const auto folder = watched.lab.folder() / "secondary";
    const auto log = [&](const std::string& part) {
      return WaitUntil(kSoon, [&] {
        return Contains(watched.daemon.Log(), "discovery: transfer of example.com from 192.0.2.55:53: " + part);
      });
    };
    CHECK(log("Connection refused"));
    {
      const lab::Knot refusing(folder, {lab::kNs3}, {{"example.com", zone.Render(1)}});
      CHECK(log("NOTAUTH: the server must allow this host to transfer the zone"));
      CHECK(HasErrors(watched, 1));
      CHECK(StatusOf(watched.daemon)["targets"].size() == 1);
    }
    {
      lab::Knot knot(folder, {lab::kNs3}, {{"example.com", zone.Render(1)}}, true);
      CHECK(HasTargets(watched, 10));  // d1 to d10, not stun and stun3
      CHECK(Watches(watched, "d10.example.com"));
      CHECK(HasErrors(watched, 0));
      zone.hosts.erase("d10");
      knot.Load("example.com", zone.Render(2), 2);
      CHECK(HasTargets(watched, 9));
    }
    {
      zone.hosts.erase("d9");
      const lab::Nsd nsd(watched.lab.folder() / "nsd", {lab::kNs3}, {{"example.com", zone.Render(3)}});
      CHECK(HasTargets(watched, 8));
    }
    CHECK(HasErrors(watched, 1));
    CHECK(StatusOf(watched.daemon)["targets"].size() == 8);
  }

  TEST_CASE("SIGHUP keeps what was discovered, and check looks for itself") {
    lab::Config config;
    config.dialers = {};
    config.more = kFile;
    lab::Lab lab;
    WriteTargets(lab, R"([{"targets": ["d4.example.com"]}])");
    const auto path = lab::WriteConfig(config, lab.folder());
    lab::Daemon daemon(lab.folder());
    daemon.WaitReady();
    CHECK(StatusOf(daemon)["targets"].size() == 1);
    config.dialers = {"d1"};
    lab::WriteConfig(config, lab.folder());
    daemon.process().Signal(SIGHUP);
    CHECK(WaitUntil(kSoon, [&] { return StatusOf(daemon)["targets"].size() == 2; }));

    CHECK(lab::Dialwatch({"check", "-c", path}, lab.folder()).exit == 0);
    lab.Poison(lab.google, "d4.example.com");
    const auto found = lab::Dialwatch({"check", "-c", path, "--format", "json"}, lab.folder());
    CHECK(found.exit == 1);
    CHECK(Contains(found.out, "d4.example.com"));
    config.more = Axfr();
    lab::WriteConfig(config, lab.folder());
    const auto refused = lab::Dialwatch({"check", "-c", path}, lab.folder());
    CHECK(refused.exit == 3);
    CHECK(Contains(refused.err, "transfer of example.com from 192.0.2.55:53: Connection refused"));
    CHECK(lab::Dialwatch({"check", "-c", path, "d1.example.com"}, lab.folder()).exit == 0);
    CHECK(lab::Dialwatch({"check-config", "-c", path}, lab.folder()).exit == 0);
  }
}
