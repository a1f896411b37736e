#include "alerting/receivers/slack.h"

#include <doctest/doctest.h>

#include "alerting/receivers/receiver.h"
#include "base/json.h"
#include "tests/alerting/fixtures.h"

namespace dialwatch::alerting {
namespace {

using base::Json;

Message Firing(const Incident& incident = BogusAtGoogle()) {
  return Compose(incident, Occasion::kFiring, SettingsWith({}), At(60));
}

Json Blocks(const Message& message) {
  return Json::parse(RenderSlack(message)).at("blocks");
}

std::string TextOf(const Json& block) {
  return block.at("text").at("text");
}

void CheckLimits(const std::string& payload) {
  CHECK(payload.size() < 11'000);
  const Json json = Json::parse(payload);
  CHECK(json.at("text").get<std::string>().size() <= 500);
  CHECK(json.at("blocks").size() <= 50);
  for (const Json& block : json.at("blocks")) {
    if (!block.contains("text")) continue;
    CHECK(TextOf(block).size() <= (block.at("type") == "header" ? 150 : 3000));
  }
}

// An incident whose every text is as long and as hostile as can be.
Incident Monster() {
  Incident incident = BogusAtGoogle(diagnosis::IncidentState::kFiring, 300);
  const std::string hostile = "<!channel> & <https://evil.example|click> ``` *x* é€😀 ";
  std::string text;
  while (text.size() < 20'000) text += hostile;
  incident.id = incident.summary = text;
  incident.advice.assign(50, text);
  for (auto& finding : incident.findings) {
    for (auto& row : finding.evidence) row.note = text;
  }
  for (auto& name : incident.affected) name = text;
  return incident;
}

}  // namespace

TEST_SUITE("alerting/receivers/slack") {
  TEST_CASE("the message reads from how bad to what to do") {
    const Json blocks = Blocks(Firing());
    REQUIRE(blocks.size() == 8);
    CHECK(TextOf(blocks[0]) ==
          "🔴 CRITICAL: google gives 203.0.113.66 for d1.example.com · d1, d2 · since 13:05:00 UTC");
    CHECK(TextOf(blocks[1]) == "*google gives 203.0.113.66 for d1.example.com, which no authority ever gave*");
    CHECK(TextOf(blocks[2]) ==
          "*First action*\n1. Take google's 8.8.8.8 out of the clients and use quad9\n2. Flush the name at google");
    CHECK(TextOf(blocks[3]).starts_with("*Likely cause*\n"));
    CHECK(TextOf(blocks[4]) == "*Confidence*\nlikely: 2 other operators agree; but no 'expect' is configured");
    CHECK(blocks[5].at("fields")[0].at("text") ==
          "*Until*\n2020-09-01 13:04:00 UTC (in 23h 58m), when the last copy seen expires");
    CHECK(TextOf(blocks[6]).starts_with(
        "*Evidence*\n```d1 google\n  google (8.8.8.8)        203.0.113.66   TTL left 23h 58m\n"));
    CHECK(TextOf(blocks[6]).ends_with("```"));
    CHECK(blocks[7].at("elements")[0].at("text").get<std::string>().starts_with(
        "dns-bogus:google:20200831T130500Z  ·  <https://status.example.com/|status page>  ·  <https://"));
  }

  TEST_CASE("a phone's lock screen gets a text of its own") {
    CHECK(Json::parse(RenderSlack(Firing()))
              .at("text")
              .get<std::string>()
              .starts_with("🔴 CRITICAL since 13:05:00 UTC: google gives 203.0.113.66"));
  }

  TEST_CASE("a warning, an end and a missed one differ at first sight") {
    Incident warning = BogusAtGoogle();
    warning.severity = Severity::kWarning;
    CHECK(TextOf(Blocks(Firing(warning))[0]).starts_with("🟠 WARNING: google"));
    const Incident over = ResolvedAt(BogusAtGoogle(), At(60));
    CHECK(TextOf(Blocks(Compose(over, Occasion::kResolved, SettingsWith({}), At(60)))[0]) ==
          "✅ RESOLVED after 1m: google gives 203.0.113.66 for d1.example.com · d1, d2");
    CHECK(TextOf(Blocks(Compose(over, Occasion::kMissed, SettingsWith({}), At(60)))[0]).starts_with("✅ WAS CRITICAL"));
  }

  TEST_CASE("the longest message stays within Slack's limits and is valid UTF-8") {
    CheckLimits(RenderSlack(Firing(Monster())));
    CheckLimits(RenderSlack(Compose(ResolvedAt(Monster(), At(9)), Occasion::kMissed, SettingsWith({}), At(60))));
    CHECK(RenderSlack(Firing(Monster())).find("\xEF\xBF\xBD") == std::string::npos);
  }

  TEST_CASE("strangers' text mentions nobody, links nowhere and stays in its block") {
    const std::string payload = RenderSlack(Firing(Monster()));
    CHECK(payload.find("<!") == std::string::npos);
    CHECK(payload.find("<https://evil") == std::string::npos);
    CHECK(payload.find("&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt; ''' *x*") != std::string::npos);
    CHECK(CountOf(payload, "```") == 2);
    const Json blocks = Blocks(Firing(Monster()));
    CHECK(blocks[1].at("text").at("verbatim") == true);
  }

  TEST_CASE("a cut never leaves half an escape or half a character") {
    for (std::size_t pad = 0; pad < 12; ++pad) {
      Incident incident = BogusAtGoogle();
      incident.summary = std::string(pad, 'x');
      while (incident.summary.size() < 2000) incident.summary += "&😀";
      const std::string text = TextOf(Blocks(Firing(incident))[1]);
      CAPTURE(pad);
      CHECK((text.ends_with("&amp;…*") || text.ends_with("😀…*")));
    }
  }

  TEST_CASE("a status page's link survives odd characters") {
    Message message = Firing();
    message.status_url = "https://s.example.com/?a=1&b=<|>";
    CHECK(RenderSlack(message).find("<https://s.example.com/?a=1&amp;b=%3C%7C%3E|status page>") != std::string::npos);
    message.status_url.clear();
    CHECK(RenderSlack(message).find("status page") == std::string::npos);
  }

  TEST_CASE("the short form is the text alone, and its own short form") {
    const std::string shorter = ShortenSlack(RenderSlack(Firing()));
    CHECK(Json::parse(shorter).size() == 1);
    CHECK(Json::parse(shorter).at("text").get<std::string>().starts_with("🔴 CRITICAL since"));
    CHECK(ShortenSlack(shorter) == shorter);
    CHECK(ShortenSlack("damaged") == R"({"text":"An alert that was refused; see the log."})");
  }

  TEST_CASE("every kind has a name of its own, and an unknown one is not found") {
    REQUIRE(FindKind("slack") != nullptr);
    CHECK((FindKind("slack")->render == RenderSlack));
    CHECK(FindKind("carrier-pigeon") == nullptr);
  }
}

}  // namespace dialwatch::alerting
