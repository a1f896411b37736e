#include "diagnosis/dns/answer.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {

TEST_SUITE("diagnosis/dns/answer") {
  TEST_CASE("NOERROR and NXDOMAIN are of use, all other rcodes fail") {
    for (const auto& [rcode, fails] : {std::pair(0, false), {3, false}, {1, true}, {2, true}, {4, true}, {5, true}}) {
      const int captured = rcode;
      CAPTURE(captured);
      CHECK(Fails(Reply(kGoogle, "d1", rcode)) == fails);
    }
  }

  TEST_CASE("a malformed reply fails, but is a sign of life") {
    CHECK(Fails(Silence(kGoogle, "d1", probes::DnsOutcome::kMalformed)));
    CHECK_FALSE(IsSilent(Silence(kGoogle, "d1", probes::DnsOutcome::kMalformed)));
    CHECK(IsSilent(Silence(kGoogle, "d1", probes::DnsOutcome::kTimeout)));
    CHECK(IsSilent(Silence(kGoogle, "d1", probes::DnsOutcome::kUnreachable)));
  }

  TEST_CASE("only AA with an answer or a denial is the authority's word") {
    CHECK(IsAuthoritative(Gives(kAuthority, "d1", {"198.51.100.11"})));
    CHECK(IsAuthoritative(Denies(kAuthority, "d1")));
    CHECK(IsAuthoritative(Denies(kAuthority, "d1", probes::kRcodeNoError)));
    CHECK_FALSE(IsAuthoritative(Reply(kAuthority, "d1", probes::kRcodeRefused)));
    auto lame = Gives(kAuthority, "d1", {"198.51.100.11"});
    lame.aa = false;
    CHECK_FALSE(IsAuthoritative(lame));
  }

  TEST_CASE("a CNAME that leads out of the zone says nothing about the address") {
    auto alias = Reply(kAuthority, "d1");
    alias.answers = {{"d1.example.com", RecordType::kCname, 300, "lb.example.net"}};
    CHECK_FALSE(IsAuthoritative(alias));
  }

  TEST_CASE("a copy lives as long as its shortest link, a denial as long as its SOA") {
    auto chain = Gives(kGoogle, "d1", {"198.51.100.11"}, 300s);
    chain.answers.push_back({"lb.example.com", RecordType::kCname, 60, "d1.example.com"});
    CHECK(CopyTtl(chain) == 60s);
    CHECK(CopyTtl(Denies(kGoogle, "d1", probes::kRcodeNxDomain, 900s)) == 900s);
    CHECK(CopyTtl(Reply(kGoogle, "d1", probes::kRcodeNxDomain)) == 0s);
  }

  TEST_CASE("an answer reads as a person would say it, and safe for a terminal") {
    CHECK(AnswerText(Gives(kGoogle, "d1", {"198.51.100.12", "198.51.100.11"})) == "198.51.100.11, 198.51.100.12");
    CHECK(AnswerText(Denies(kGoogle, "d1")) == "NXDOMAIN");
    CHECK(AnswerText(Reply(kGoogle, "d1")) == "NODATA");
    CHECK(AnswerText(Silence(kGoogle, "d1")) == "timeout");
    CHECK(AnswerText(Gives(kGoogle, "d1", {"a\x1b[2J"})) == "a\\027[2J");
  }
}

}  // namespace dialwatch::diagnosis
