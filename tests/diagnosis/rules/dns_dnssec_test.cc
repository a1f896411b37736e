#include "diagnosis/rules/dns_dnssec.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {
namespace {

DnsSample Refuses(const probes::Via& via, const std::string& host = "d1") {
  auto sample = Reply(via, host, probes::kRcodeServFail);
  sample.extended_errors = {{9, ""}};
  return sample;
}

DnsSample Unchecked(DnsSample sample) {
  sample.purpose = probes::Purpose::kUnchecked;
  return sample;
}

}  // namespace

TEST_SUITE("diagnosis/rules/dns_dnssec") {
  TEST_CASE("dns-dnssec: by the resolver's own word") {
    World world;
    world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}), Refuses(kGoogle), Gives(kQuad9, "d1", {"198.51.100.11"}));
    REQUIRE(world.Ids() == Ids{"dns-dnssec:d1:google"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kCritical);
    CHECK(finding.summary ==
          "google refuses d1.example.com as DNSSEC does not validate (SERVFAIL; EDE 9 DNSKEY Missing)");
    CHECK(
        finding.advice[0] ==
        "see whether google holds an old key or signature of example.com: flush the name, its DNSKEY and its DS there");
    CHECK(finding.evidence[0].note == "dnssec, EDE 9 DNSKEY Missing");
  }

  TEST_CASE("dns-dnssec: an answer without validation, where there is none with it") {
    World world;
    world.Add(Gives(kAuthority, "d1", {"198.51.100.11"}));
    world.Round(Reply(kGoogle, "d1", probes::kRcodeServFail));
    CHECK(world.Ids().empty());
    world.Add(Unchecked(Gives(kGoogle, "d1", {"198.51.100.11"})));
    REQUIRE(world.Ids() == Ids{"dns-dnssec:d1:google"});
    CHECK(world.Findings()[0].summary ==
          "google refuses d1.example.com as DNSSEC does not validate (SERVFAIL; unchecked (CD=1) it gives "
          "198.51.100.11)");
  }

  TEST_CASE("an unchecked answer from before the failures says nothing of them, nor does one that fails too") {
    World world;
    world.Add(Gives(kAuthority, "d1", {"198.51.100.11"}));
    world.Add(Unchecked(Gives(kGoogle, "d1", {"198.51.100.11"})));
    world.now += 30s;
    world.Round(Reply(kGoogle, "d1", probes::kRcodeServFail));
    CHECK(world.VerdictOf(kGoogle) == Verdict::kFailing);
    world.Add(Unchecked(Reply(kGoogle, "d1", probes::kRcodeServFail)));
    CHECK(world.VerdictOf(kGoogle) == Verdict::kFailing);
  }

  // Of several caches behind one address one has run out, and another still has its copy, whatever CD is.
  TEST_CASE("an unchecked answer is no sign of DNSSEC where the authority cannot be reached") {
    World world;
    world.Add(Gives(kAuthority, "d1", {"198.51.100.11"}));
    DnsSample cut_off = Reply(kGoogle, "d1", probes::kRcodeServFail);
    cut_off.extended_errors = {{22, ""}};
    world.Round(cut_off);
    world.Add(Unchecked(Gives(kGoogle, "d1", {"198.51.100.11"})));
    CHECK(world.VerdictOf(kGoogle) == Verdict::kFailing);
    world.now += 30s;
    world.Add(Silence(kAuthority, "d1"));
    world.Round(Reply(kGoogle, "d1", probes::kRcodeServFail));
    world.Add(Unchecked(Gives(kGoogle, "d1", {"198.51.100.11"})));
    CHECK(world.VerdictOf(kGoogle) == Verdict::kFailing);
  }

  TEST_CASE("where several resolvers refuse, it is the zone") {
    World world;
    world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}), Refuses(kGoogle), Refuses(kQuad9));
    CHECK(world.Ids() == Ids{"dns-dnssec:d1:google", "dns-dnssec:d1:quad9"});
    CHECK(world.Findings()[0].advice[0] ==
          "sign example.com again and see that the DS at the registrar fits its key: several resolvers refuse it");
  }

  TEST_CASE("a resolver that refuses what is signed wrong is neither failing nor down, though others do not look") {
    World world;
    world.settings = SettingsOf(2);
    for (int i = 0; i < 4; ++i) {
      world.now += 30s;
      world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}), Refuses(kGoogle, "d1"), Refuses(kGoogle, "d2"),
                  Gives(kQuad9, "d1", {"198.51.100.11"}), Gives(kAuthority, "d2", {"198.51.100.12"}));
    }
    CHECK(world.Ids() == Ids{"dns-dnssec:d1:google", "dns-dnssec:d2:google"});
  }
}

}  // namespace dialwatch::diagnosis
