#include "diagnosis/finding.h"

#include <doctest/doctest.h>

#include "base/json.h"
#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {

TEST_SUITE("diagnosis/finding") {
  TEST_CASE("a subject reads as its parts") {
    Subject subject;
    CHECK(subject.ToString().empty());
    subject.resolver = "google";
    CHECK(subject.ToString() == "google");
    subject.dialer = "d1";
    CHECK(subject.ToString() == "d1 google");
  }

  TEST_CASE("a finding is the JSON object of the contract") {
    World world;
    world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}), Gives(kGoogle, "d1", {"203.0.113.66"}, 300s));
    REQUIRE(world.Findings().size() == 1);
    CHECK(base::Dump(ToJson(world.Findings()[0])) ==
          R"j({"id":"dns-bogus:d1:google","rule":"dns-bogus","severity":"critical",)j"
          R"j("subject":{"dialer":"d1","resolver":"google"},"since":"2020-08-31T20:05:00Z",)j"
          R"j("summary":"google gives 203.0.113.66 for d1.example.com, which neither the authority (198.51.100.11) )j"
          R"j(nor history knows; its copy lives 5m more",)j"
          R"j("evidence":[{"vantage":"google (8.8.8.8)","answer":"203.0.113.66","ttl":300,"rcode":"NOERROR",)j"
          R"j("rtt_ms":12.0,"note":"bogus, until 2020-08-31T20:10:00Z"},)j"
          R"j({"vantage":"authority (192.0.2.53)","answer":"198.51.100.11","ttl":300,"rcode":"NOERROR",)j"
          R"j("rtt_ms":12.0,"note":"ok"}],"affected":["d1"],"eta":"2020-08-31T20:10:00Z",)j"
          R"j("advice":["flush the affected names at https://dns.google/cache",)j"
          R"j("look for google in the webphones and in Asterisk: whatever leans on it goes to the wrong place"],)j"
          R"j("docs":"https://github.com/dialwatch/dialwatch/blob/main/docs/findings.md#dns-bogus"})j");
  }

  TEST_CASE("what is not known is left out") {
    Finding finding;
    finding.rule = "vantage-blind";
    finding.evidence.emplace_back().vantage = "stun telnyx";
    const auto json = ToJson(finding);
    CHECK(base::Dump(json["subject"]) == "{}");
    CHECK(base::Dump(json["evidence"]) == R"j([{"vantage":"stun telnyx"}])j");
    CHECK_FALSE(json.contains("eta"));
  }
}

}  // namespace dialwatch::diagnosis
