#include "diagnosis/rules.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <set>
#include <sstream>

#include "base/names.h"
#include "base/natural_order.h"
#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {
namespace {

std::string FindingsPage() {
  std::ifstream file(DIALWATCH_FINDINGS_MD);
  REQUIRE_MESSAGE(file, DIALWATCH_FINDINGS_MD);
  return (std::stringstream() << file.rdbuf()).str();
}

bool Contains(const std::string& page, const std::string& text) {
  return page.find(text) != std::string::npos;
}

}  // namespace

TEST_SUITE("diagnosis/rules") {
  TEST_CASE("the rules are these, each once") {
    std::set<std::string> ids;
    for (const RuleEntry& entry : Rules()) ids.emplace(entry.id);
    CHECK(ids == std::set<std::string>{"call-no-media",
                                       "call-session-timer",
                                       "call-signalling",
                                       "dns-authority-down",
                                       "dns-authority-split",
                                       "dns-bogus",
                                       "dns-denied",
                                       "dns-dnssec",
                                       "dns-failing",
                                       "dns-filtered",
                                       "dns-intercepted",
                                       "dns-lame",
                                       "dns-port-blocked",
                                       "dns-propagating",
                                       "dns-resolver-down",
                                       "dns-served-stale",
                                       "dns-signature-expiry",
                                       "dns-stale",
                                       "dns-unexpected",
                                       "ice-server-forbidden",
                                       "media-misdirected",
                                       "media-moved-early",
                                       "policy-unreadable",
                                       "resolver-forbidden",
                                       "rtp-degraded",
                                       "rtp-one-way",
                                       "rtp-unreachable",
                                       "state-degraded",
                                       "stun-address-split",
                                       "stun-down",
                                       "stun-mapping-split",
                                       "stun-mapping-unexpected",
                                       "stun-nat-lifetime",
                                       "stun-nat-pooled",
                                       "stun-nat-symmetric",
                                       "ttl-frozen",
                                       "ttl-impossible",
                                       "ttl-lingering",
                                       "ttl-negative",
                                       "ttl-policy",
                                       "ttl-too-low",
                                       "ttl-uneven",
                                       "turn-auth",
                                       "turn-cert-expiry",
                                       "turn-down",
                                       "turn-relay-broken",
                                       "vantage-blind"});
    CHECK(Rules().size() == ids.size());
  }

  TEST_CASE("docs/findings.md has each rule in its table and as a section, with its severity and meaning") {
    const std::string page = FindingsPage();
    for (const RuleEntry& entry : Rules()) {
      CAPTURE(entry.id);
      const auto severity = base::NameOf(entry.severity);
      CHECK(Contains(page, fmt::format("\n| [{0}](#{0}) | {1} | {2} |\n", entry.id, severity, entry.meaning)));
      CHECK(Contains(page, fmt::format("\n## {}\n\n**{}.** {}\n", entry.id, severity, entry.meaning)));
    }
  }

  TEST_CASE("docs/findings.md has no section of a rule that is not there") {
    std::set<std::string> sections{"Verdicts", "Incidents", "Thresholds"};
    for (const RuleEntry& entry : Rules()) sections.emplace(entry.id);
    std::istringstream lines(FindingsPage());
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("## ")) CHECK_MESSAGE(sections.contains(line.substr(3)), line);
    }
  }

  TEST_CASE("docs/findings.md explains every verdict") {
    const std::string page = FindingsPage();
    for (const auto verdict : {Verdict::kOk, Verdict::kPropagating, Verdict::kServedStale, Verdict::kStale,
                               Verdict::kFiltered, Verdict::kDenied, Verdict::kDnssec, Verdict::kFailing,
                               Verdict::kBogus, Verdict::kUnexpected, Verdict::kUnknown}) {
      CHECK(Contains(page, fmt::format("| `{}` |\n", base::NameOf(verdict))));
    }
  }

  TEST_CASE("findings carry the id, rule and severity of their row, and only a rule itself makes one an info") {
    World world;
    Expect(world.settings.dialers[0], {"198.51.100.11"});
    world.Round(Gives(kAuthority, "d1", {"203.0.113.66"}, 86400s), Gives(kGoogle, "d1", {"192.0.2.99"}));
    const auto findings = world.Findings();
    REQUIRE(world.Ids() == Ids{"dns-unexpected:d1:example.com", "dns-bogus:d1:google", "ttl-policy:d1:example.com"});
    CHECK(findings[0].rule == "dns-unexpected");
    CHECK(findings[0].severity == Severity::kCritical);
    CHECK(findings[2].severity == Severity::kWarning);
  }

  TEST_CASE("each summary is one line, each finding has advice, and what it affects is sorted") {
    World world;
    world.settings = SettingsOf(12);
    AddStun(world.settings, {"a", "b"});
    world.settings.vantage.expect_mapped = {*base::IpAddress::Parse("203.0.113.10")};
    for (std::uint64_t round = 1; round <= 3; ++round) {
      world.now += 30s;
      world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}, 86400s), Denies(kGoogle, "d1"),
                  Gives(kQuad9, "d1", {"203.0.113.66"}), Silence(kCloudflare, "d1"), Silence(kCloudflare, "d2"),
                  Reply(kGoogle, "d2", 2), Gives(kQuad9, "d2", {"198.51.100.12"}), Silence(kAuthority, "d2"),
                  Maps("a", round, "192.0.2.66"), StunFails("b", round));
    }
    const auto findings = world.Findings();
    CHECK(findings.size() == 8);
    for (const Finding& finding : findings) {
      CAPTURE(finding.id);
      CHECK(finding.summary.find('\n') == std::string::npos);
      CHECK_FALSE(finding.summary.empty());
      CHECK_FALSE(finding.advice.empty());
      CHECK_FALSE(finding.evidence.empty());
      CHECK(std::ranges::is_sorted(finding.affected, base::NaturalLess));
    }
  }
}

}  // namespace dialwatch::diagnosis
