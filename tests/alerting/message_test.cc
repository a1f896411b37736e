#include "alerting/message.h"

#include <doctest/doctest.h>

#include "tests/alerting/fixtures.h"

namespace dialwatch::alerting {
namespace {

std::string FactOf(const std::vector<Fact>& facts, const std::string& label) {
  for (const Fact& fact : facts) {
    if (fact.label == label) return fact.text;
  }
  return "no such fact";
}

}  // namespace

TEST_SUITE("alerting/message") {
  TEST_CASE("a firing incident says what, since when, who, until when, why and what to do") {
    const Message message = Compose(BogusAtGoogle(), Occasion::kFiring, SettingsWith({}), At(60));
    CHECK(message.heading == "CRITICAL: google gives 203.0.113.66 for d1.example.com · d1, d2 · since 13:05:00 UTC");
    CHECK(message.summary == "google gives 203.0.113.66 for d1.example.com, which no authority ever gave");
    CHECK(FactOf(message.facts, "Until") == "2020-09-01 13:04:00 UTC (in 23h 58m), when the last copy seen expires");
    CHECK(FactOf(message.facts, "Affected") == "2 dialers: d1, d2");
    CHECK(FactOf(message.facts, "Seen from") == "office-east");
    CHECK(FactOf(message.reasons, "Likely cause") ==
          "A resolver gives an answer that neither the authority nor history nor `expect` knows. (dns-bogus)");
    CHECK(FactOf(message.reasons, "Confidence") == "likely: 2 other operators agree; but no `expect` is configured");
    CHECK(message.advice == std::vector<std::string>{"Take google's 8.8.8.8 out of the clients and use quad9",
                                                     "Flush the name at google"});
    CHECK(message.incident == "dns-bogus:google:20200831T130500Z");
    CHECK(message.status_url == "https://status.example.com/");
    CHECK(message.docs_url.ends_with("findings.md#dns-bogus"));
  }

  TEST_CASE("the evidence holds each vantage point's address and TTL against the others'") {
    const Message message = Compose(BogusAtGoogle(), Occasion::kFiring, SettingsWith({}), At(60));
    REQUIRE(message.evidence.size() == 8);
    CHECK(message.evidence[0] == "d1 google");
    CHECK(message.evidence[1] == "  google (8.8.8.8)        203.0.113.66   TTL left 23h 58m");
    CHECK(message.evidence[2] == "  authority (192.0.2.53)  198.51.100.11  TTL left 5m");
    CHECK(message.evidence[5] == "  google (8.8.8.8)        203.0.113.66   TTL left 23h 58m");
  }

  TEST_CASE("a summary of many is shown at one") {
    Incident incident = BogusAtGoogle();
    incident.summary = "google gives wrong addresses for 2 of 12 dialers: d1, d2";
    const Message message = Compose(incident, Occasion::kFiring, SettingsWith({}), At(60));
    CHECK(FactOf(message.reasons, "Example") == BogusAtGoogle().summary);
  }

  TEST_CASE("the heading is the title, with whom it hits where that does not say it") {
    Incident incident = BogusAtGoogle(diagnosis::IncidentState::kFiring, 11);
    const auto heading = [&](const std::string& title) {
      incident.title = title;
      return Compose(incident, Occasion::kFiring, SettingsWith({}), At(60)).heading;
    };
    CHECK(heading("google gives wrong addresses for 11 of 40 dialers") ==
          "CRITICAL: google gives wrong addresses for 11 of 40 dialers · since 13:05:00 UTC");
    CHECK(heading("relay east is down") == "CRITICAL: relay east is down · 11 dialers · since 13:05:00 UTC");
    incident.affected.resize(3);
    CHECK(heading("google gives wrong addresses for 3 of 40 dialers") ==
          "CRITICAL: google gives wrong addresses for 3 of 40 dialers · d1, d2, d3 · since 13:05:00 UTC");
    incident.affected.resize(1);
    CHECK(heading("google gives wrong addresses for d1") ==
          "CRITICAL: google gives wrong addresses for d1 · since 13:05:00 UTC");
    CHECK(heading("relay east is down") == "CRITICAL: relay east is down · d1 · since 13:05:00 UTC");
    incident.affected = {"a.dialer.with.a.very.long.name.example.com"};
    CHECK(heading("relay east is down") ==
          "CRITICAL: relay east is down · a.dialer.with.a.very.long.name.example.com · since 13:05:00 UTC");
    incident.affected.clear();
    CHECK(heading("our own network is out") == "CRITICAL: our own network is out · since 13:05:00 UTC");
  }

  TEST_CASE("the heading has those who are affected now, and a line beside it all who were") {
    Incident incident = BogusAtGoogle(diagnosis::IncidentState::kFiring, 3);
    incident.peak = {At(10), 2};
    incident.course = {{At(0), {"d1"}, {}}, {At(10), {"d2"}, {}}, {At(20), {"d3"}, {"d1", "d2"}}};
    const Message message = Compose(incident, Occasion::kStillFiring, SettingsWith({}), At(3600));
    CHECK(message.heading ==
          "STILL CRITICAL after 1h: google gives 203.0.113.66 for d1.example.com · d3 · since 13:05:00 UTC");
    CHECK(FactOf(message.facts, "Affected") == "3 dialers in all: d1, d2, d3");
    CHECK(FactOf(message.facts, "Most at once") == "2 dialers at 13:05:10 UTC");
  }

  TEST_CASE("a title that is too long for a heading is cut at a word") {
    Incident incident = BogusAtGoogle();
    incident.title = "the policy cannot be checked at " + std::string(80, 'x');
    CHECK(Compose(incident, Occasion::kFiring, SettingsWith({}), At(60)).heading ==
          "CRITICAL: the policy cannot be checked at … · d1, d2 · since 13:05:00 UTC");
  }

  TEST_CASE("the only dialer, which the heading names, is not told again") {
    Incident incident = BogusAtGoogle(diagnosis::IncidentState::kFiring, 1);
    incident.peak = {At(10), 1};
    for (const auto& [what, occasion] :
         {std::pair(incident, Occasion::kFiring), std::pair(ResolvedAt(incident, At(372)), Occasion::kResolved)}) {
      const Message message = Compose(what, occasion, SettingsWith({}), At(400));
      CHECK(message.heading.find("d1") != std::string::npos);
      CHECK(FactOf(message.facts, "Affected") == "no such fact");
      CHECK(FactOf(message.facts, "Most at once") == "no such fact");
    }
  }

  TEST_CASE("a vantage point without an address shows why") {
    Incident incident = BogusAtGoogle();
    auto& rows = incident.findings[0].evidence;
    rows[0].answer.reset();
    rows[0].rcode = "NXDOMAIN";
    rows[1].answer.reset();
    rows[1].ttl.reset();
    rows[1].note = "timeout";
    const Message message = Compose(incident, Occasion::kFiring, SettingsWith({}), At(60));
    CHECK(message.evidence[1] == "  google (8.8.8.8)        NXDOMAIN       TTL left 23h 58m");
    CHECK(message.evidence[2] == "  authority (192.0.2.53)  timeout");
  }

  TEST_CASE("the lock screen shows how bad, since when, what and what to do first") {
    CHECK(Compose(BogusAtGoogle(), Occasion::kFiring, SettingsWith({}), At(60)).brief ==
          "CRITICAL since 13:05:00 UTC: google gives 203.0.113.66 for d1.example.com, which no authority "
          "ever gave; the last copy seen expires in 23h 58m. First: Take google's 8.8.8.8 out of the clients and use "
          "quad9");
  }

  TEST_CASE("the repeat says for how long it has been so") {
    const Message message = Compose(BogusAtGoogle(), Occasion::kStillFiring, SettingsWith({}), At(4 * 3600));
    CHECK(message.heading ==
          "STILL CRITICAL after 4h: google gives 203.0.113.66 for d1.example.com · d1, d2 · since 13:05:00 UTC");
  }

  TEST_CASE("the end says what it was, how long it lasted and who was affected, and asks for nothing") {
    Incident incident = ResolvedAt(BogusAtGoogle(), At(372));
    incident.peak = {At(10), 2};
    const Message message = Compose(incident, Occasion::kResolved, SettingsWith({}), At(400));
    CHECK(message.heading == "RESOLVED after 6m 12s: google gives 203.0.113.66 for d1.example.com · d1, d2");
    CHECK(message.summary == "No longer: google gives 203.0.113.66 for d1.example.com, which no authority ever gave");
    CHECK(message.brief == "RESOLVED after 6m 12s: " + message.summary);
    CHECK(FactOf(message.facts, "Was") == "13:05:00 to 13:11:12 UTC (6m 12s)");
    CHECK(FactOf(message.facts, "Most at once") == "2 dialers at 13:05:10 UTC");
    CHECK(FactOf(message.facts, "Affected") == "2 dialers in all: d1, d2");
    CHECK(message.evidence.empty());
    CHECK(message.advice.empty());
  }

  TEST_CASE("one that came and went unheard says so, with its evidence") {
    const Message message = Compose(ResolvedAt(BogusAtGoogle(), At(372)), Occasion::kMissed, SettingsWith({}), At(400));
    CHECK(message.heading ==
          "WAS CRITICAL from 13:05:00 to 13:11:12 UTC: google gives 203.0.113.66 for d1.example.com · d1, d2");
    CHECK(FactOf(message.reasons, "Note") == "Its alert could not be delivered while it lasted.");
    CHECK(message.evidence.size() == 8);
  }

  TEST_CASE("an end on another day carries both dates") {
    const Message message =
        Compose(ResolvedAt(BogusAtGoogle(), At(86'400)), Occasion::kResolved, SettingsWith({}), At(86'400));
    CHECK(FactOf(message.facts, "Was") == "2020-08-31 13:05:00 to 13:05:00 UTC (1d)");
  }

  TEST_CASE("what somebody has written ends by nobody else, so no moment is told or missed") {
    Incident incident = BogusAtGoogle();
    incident.eta.reset();
    for (const char* cause : {"ice-server-forbidden", "resolver-forbidden", "policy-unreadable"}) {
      incident.cause = cause;
      for (const Fact& fact : Compose(incident, Occasion::kFiring, SettingsWith({}), At(60)).facts)
        CHECK(fact.label != "Until");
    }
  }

  TEST_CASE("what is not known is not claimed") {
    Incident incident = BogusAtGoogle();
    incident.eta.reset();
    incident.affected.clear();
    incident.cause = "a-rule-of-tomorrow";
    const Message message = Compose(incident, Occasion::kFiring, SettingsWith({}), At(60));
    CHECK(message.heading == "CRITICAL: google gives 203.0.113.66 for d1.example.com · since 13:05:00 UTC");
    CHECK(FactOf(message.facts, "Until") == "not known");
    CHECK(FactOf(message.facts, "Affected") == "no such fact");
    CHECK(FactOf(message.reasons, "Likely cause") == "a-rule-of-tomorrow");
    incident.eta = At(30);
    CHECK(FactOf(Compose(incident, Occasion::kFiring, SettingsWith({}), At(60)).facts, "Until") ==
          "was expected by 13:05:30 UTC");
  }

  TEST_CASE("what flaps says how often it came, whether it is there, and when it will be over") {
    Incident incident = BogusAtGoogle();
    incident.flapping = diagnosis::Flapping{4, At(-3000), {}};
    Message message = Compose(incident, Occasion::kFiring, SettingsWith({}), At(0));
    CHECK(message.heading ==
          "CRITICAL, FLAPPING: google gives 203.0.113.66 for d1.example.com · d1, d2 · since 13:05:00 UTC");
    CHECK(FactOf(message.facts, "Flapping") == "came 4 times in 50m; over once it has stayed away for 30m");
    incident.flapping->gone_since = At(60);
    message = Compose(incident, Occasion::kStillFiring, SettingsWith({}), At(600));
    CHECK(FactOf(message.facts, "Flapping") ==
          "came 4 times in 1h; not there since 13:06:00 UTC; over once it has stayed away for 30m");
    incident.flapping->gone_since.reset();
    message = Compose(ResolvedAt(incident, At(600)), Occasion::kResolved, SettingsWith({}), At(2400));
    CHECK(FactOf(message.facts, "Flapping") == "came 4 times in 1h");
  }

  TEST_CASE("hundreds of dialers are counted, not listed") {
    const Message message =
        Compose(BogusAtGoogle(diagnosis::IncidentState::kFiring, 200), Occasion::kFiring, SettingsWith({}), At(60));
    CHECK(FactOf(message.facts, "Affected") ==
          "200 dialers: d1, d2, d3, d4, d5, d6, d7, d8, d9, d10, d11, d12, d13, d14, d15 and 185 more");
    CHECK(message.evidence.back() == "… and 198 more findings");
    CHECK(message.evidence.size() == 9);
  }

  TEST_CASE("what strangers wrote is printable") {
    Incident incident = BogusAtGoogle();
    incident.summary = "google gives \x1b[31m\xff";
    incident.findings[0].evidence[0].note = "line\nbreak";
    const Message message = Compose(incident, Occasion::kFiring, SettingsWith({}), At(60));
    CHECK(message.summary == "google gives \\027[31m\\255");
    CHECK(message.brief.find('\x1b') == std::string::npos);
    CHECK(message.evidence[1].ends_with("line\\010break"));
  }
}

}  // namespace dialwatch::alerting
