// What someone woken at 3 a.m. reads: the incident of 2020, from the samples through the diagnosis to the message.
#include <doctest/doctest.h>

#include "alerting/message.h"
#include "diagnosis/analyst.h"
#include "tests/diagnosis/builders.h"

namespace dialwatch::alerting {
namespace {

using namespace diagnosis;

std::string RightAddress(int dialer) {
  return "198.51.100." + std::to_string(10 + dialer);
}

// Twelve dialers. Google has four caches behind its address; one holds a wrong copy of the first `hit` dialers' names.
struct Night {
  std::shared_ptr<Settings> settings = std::make_shared<Settings>(SettingsOf(12));
  Analyst analyst{settings};
  TimePoint now = kMonday;

  explicit Night(int hit) {
    settings->vantage.name = "office-east";
    for (int i = 1; i <= 12; ++i) {
      const std::string name = "d" + std::to_string(i);
      const std::vector<std::string> right{RightAddress(i)}, wrong{"203.0.113.66"};
      Add(Gives(kAuthority, name, right));
      Add(Gives(kQuad9, name, right, 130s));
      for (int asked = 0; asked < (i <= hit ? 8 : 1); ++asked) {  // where one is wrong, it is asked again
        const bool poisoned = i <= hit && asked % 4 == 0;
        auto sample = Gives(kGoogle, name, poisoned ? wrong : right, poisoned ? 86340s : 100s);
        sample.nsid = "gpdns-fra";
        Add(asked == 0 ? sample : Again(sample));
      }
    }
  }

  void Add(DnsSample sample) {
    sample.at = now;
    analyst.Add(sample);
  }

  Message Wakes() {
    const auto incidents = analyst.Conclude(now + 60s)->incidents;
    REQUIRE(incidents.size() == 1);
    return Compose(incidents[0], Occasion::kFiring, *settings, now + 60s);
  }
};

std::string Lines(const std::vector<Fact>& facts) {
  std::string text;
  for (const Fact& fact : facts) text += fact.label + ": " + fact.text + "\n";
  return text;
}

}  // namespace

TEST_SUITE("alerting/night") {
  TEST_CASE("one dialer: which share of the answers is wrong, until when, and what to do first") {
    const Message message = Night(1).Wakes();
    CHECK(message.heading == "CRITICAL: google gives wrong addresses for d1 · since 20:05:00 UTC");
    CHECK(message.summary ==
          "google gives 203.0.113.66 for d1.example.com, which neither the authority (198.51.100.11) nor history "
          "knows; 2 of 8 answers are wrong (7–59 %), from at least 1 copy; its copy lives 23h 58m more");
    CHECK(Lines(message.facts) ==
          "Until: 2020-09-01 20:04:00 UTC, when the last copy seen expires\n"
          "Seen from: office-east\n");
    CHECK(message.evidence ==
          std::vector<std::string>{
              "d1 google", "  google, all answers     2 of 8 answers are wrong (7–59 %), from at least 1 copy",
              "  google (8.8.8.8)        203.0.113.66   TTL left 23h 59m  bogus, until 2020-09-01T20:04:00Z, site fra",
              "  authority (192.0.2.53)  198.51.100.11  TTL left 5m  ok",
              "  quad9 (9.9.9.9)         198.51.100.11  TTL left 2m 10s  ok"});
    CHECK(
        Lines(message.reasons) ==
        "Likely cause: A resolver gives an answer that neither the authority nor history nor `expect` knows. "
        "(dns-bogus)\n"
        "Confidence: likely: 1 authoritative server and 1 other operator agree on 198.51.100.11; it explains what else "
        "is found: ttl-impossible; seen in 2 replies; but 6 of 8 replies were right: only some caches of google are "
        "wrong; no `expect` is configured\n");
    CHECK(message.advice ==
          std::vector<std::string>{
              "flush the affected names at https://dns.google/cache",
              "until then, let clients and servers that use google ask quad9, which is right",
              "look for google in the webphones and in Asterisk: whatever leans on it goes to the wrong place"});
  }

  TEST_CASE("three dialers: the lock screen has it all, and the share is that of all their answers") {
    const Message message = Night(3).Wakes();
    CHECK(
        message.brief ==
        "CRITICAL since 20:05:00 UTC: google gives wrong addresses for 3 of 12 dialers (d1, d2 and d3); the last copy "
        "seen expires in 23h 58m. First: flush the affected names at https://dns.google/cache");
    CHECK(message.heading ==
          "CRITICAL: google gives wrong addresses for 3 of 12 dialers · d1, d2, d3 · since 20:05:00 UTC");
    REQUIRE(message.facts.size() == 4);
    CHECK(message.facts[1].text == "6 of 24 answers from google (12–45 %), 3 cached copies or more");
    CHECK(message.evidence.back() == "… and 1 more finding");
  }
}

}  // namespace dialwatch::alerting
