#include "daemon/reports/report.h"

#include <doctest/doctest.h>

using namespace dialwatch;
using namespace std::chrono_literals;

namespace {

const base::TimePoint kNow{std::chrono::sys_days{std::chrono::year{2020} / 8 / 31} + 13h + 5min};

diagnosis::Finding BogusAtGoogle() {
  diagnosis::Finding finding;
  finding.id = "dns-bogus:d1:google";
  finding.rule = "dns-bogus";
  finding.severity = config::Severity::kCritical;
  finding.summary = "google gives 203.0.113.66 for d1.example.com";
  finding.evidence = {{"google (8.8.8.8)", "203.0.113.66", 86280s, "NOERROR", 4.25, std::nullopt},
                      {"authority (192.0.2.53)", "198.51.100.11", 300s, "NOERROR", 1.0, "reference"}};
  finding.affected = {"d1"};
  finding.eta = kNow + 23h + 58min;
  finding.advice = {"flush the affected names at https://dns.google/cache",
                    "look for google in the webphones and in Asterisk"};
  return finding;
}

diagnosis::Snapshot SnapshotOfOneDialer() {
  auto settings = config::DefaultSettings();
  settings.dialers = {config::AdHocDialer("d1.example.com", settings)};
  diagnosis::Snapshot snapshot;
  snapshot.at = kNow;
  snapshot.settings = std::make_shared<config::Settings>(settings);
  return snapshot;
}

}  // namespace

TEST_SUITE("daemon/reports/report") {
  TEST_CASE("a finding says what, shows the evidence, until when, and what to do") {
    CHECK(daemon::RenderFinding(BogusAtGoogle(), kNow, daemon::Terminal{}) ==
          "CRITICAL dns-bogus\n"
          "  google gives 203.0.113.66 for d1.example.com\n"
          "    VANTAGE                 ANSWER         TTL LEFT  RCODE    RTT     NOTE\n"
          "    google (8.8.8.8)        203.0.113.66   23h 58m   NOERROR  4.2 ms\n"
          "    authority (192.0.2.53)  198.51.100.11  5m        NOERROR  1.0 ms  reference\n"
          "  heals by itself at 2020-09-01T13:03:00Z (in 23h 58m)\n"
          "  1. flush the affected names at https://dns.google/cache\n"
          "  2. look for google in the webphones and in Asterisk\n"
          "  " +
              diagnosis::DocsLink("dns-bogus") + "\n");
  }

  TEST_CASE("on a narrow terminal a finding is broken at spaces, and its addresses are whole") {
    const std::string text = daemon::RenderFinding(BogusAtGoogle(), kNow, daemon::Terminal{false, 51});
    CHECK(text.find("    google (8.8.8.8)        203.0.113.66   23h 58m\n") != std::string::npos);
    CHECK(text.find("        reference\n") != std::string::npos);
    CHECK(text.find("  2. look for google in the webphones and in\n     Asterisk\n") != std::string::npos);
  }

  TEST_CASE("text from strangers cannot reach the terminal's controls") {
    auto finding = BogusAtGoogle();
    finding.summary = "evil\x1b[2Jname";
    CHECK(daemon::RenderFinding(finding, kNow, daemon::Terminal{}).find('\x1b') == std::string::npos);
  }

  TEST_CASE("the worst finding comes first and the last line sums up") {
    auto snapshot = SnapshotOfOneDialer();
    auto info = BogusAtGoogle();
    info.rule = "dns-propagating";
    info.severity = config::Severity::kInfo;
    snapshot.findings = {info, BogusAtGoogle()};
    const std::string text = daemon::RenderCheck(snapshot, daemon::Terminal{});
    CHECK(text.find("dns-bogus") < text.find("dns-propagating"));
    CHECK(text.ends_with(
        "1 critical, 0 warning, 1 info: 1 dialer through 3 resolvers and their authority, 1 STUN server\n"));
  }

  TEST_CASE("a clean check says so in one line") {
    CHECK(daemon::RenderCheck(SnapshotOfOneDialer(), daemon::Terminal{}) ==
          "clean: 1 dialer through 3 resolvers and their authority, 1 STUN server\n");
    auto snapshot = SnapshotOfOneDialer();
    auto settings = std::make_shared<config::Settings>(*snapshot.settings);
    settings->ice_configs.resize(2);
    snapshot.settings = settings;
    CHECK(daemon::RenderCheck(snapshot, daemon::Terminal{}) ==
          "clean: 1 dialer through 3 resolvers and their authority, 1 STUN server, 2 ICE configs\n");
  }

  TEST_CASE("colour changes the paint and nothing else") {
    auto snapshot = SnapshotOfOneDialer();
    snapshot.findings = {BogusAtGoogle()};
    std::string painted = daemon::RenderCheck(snapshot, daemon::Terminal{true, 0});
    CHECK(painted.find("\x1b[1;31mCRITICAL\x1b[0m") != std::string::npos);
    for (std::size_t at = 0; (at = painted.find('\x1b')) != std::string::npos;)
      painted.erase(at, painted.find('m', at) - at + 1);
    CHECK(painted == daemon::RenderCheck(snapshot, daemon::Terminal{}));
  }
}
