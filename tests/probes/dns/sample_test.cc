#include "probes/dns/sample.h"

#include <doctest/doctest.h>

#include "base/names.h"

namespace dialwatch::probes {
namespace {

DnsSample Answered(std::vector<DnsRecord> answers) {
  DnsSample sample;
  sample.outcome = DnsOutcome::kAnswered;
  sample.answers = std::move(answers);
  return sample;
}

}  // namespace

TEST_SUITE("probes/dns/sample") {
  TEST_CASE("a vantage point is written for people, the port only where it is unusual") {
    const auto usual = *Endpoint::Parse("9.9.9.9", 53);
    CHECK(Via{Via::Kind::kResolver, "quad9", usual}.ToString() == "quad9 (9.9.9.9)");
    CHECK(Via{Via::Kind::kAuthority, "example.com", *Endpoint::Parse("[2001:db8::1]:5300", 53)}.ToString() ==
          "authority ([2001:db8::1]:5300)");
  }

  TEST_CASE("response codes have the names of the registry") {
    CHECK(FormatRcode(0) == "NOERROR");
    CHECK(FormatRcode(3) == "NXDOMAIN");
    CHECK(FormatRcode(16) == "BADVERS");
    CHECK(FormatRcode(23) == "BADCOOKIE");
    CHECK(FormatRcode(12) == "RCODE12");
    CHECK(FormatRcode(4095) == "RCODE4095");
  }

  TEST_CASE("outcomes have names that fit a metric's label") {
    CHECK(base::NameOf(DnsOutcome::kAnswered) == "answered");
    CHECK(base::NameOf(DnsOutcome::kTimeout) == "timeout");
    CHECK(base::NameOf(DnsOutcome::kUnreachable) == "unreachable");
    CHECK(base::NameOf(DnsOutcome::kMalformed) == "malformed");
    CHECK(base::NameOf(DnsOutcome::kNotAsked) == "not_asked");
  }

  TEST_CASE("the answer set is the data of the type asked for, in order, each once") {
    const DnsSample sample = Answered({{"d1.example.com", RecordType::kCname, 60, "pool.example.net"},
                                       {"pool.example.net", RecordType::kA, 300, "192.0.2.9"},
                                       {"pool.example.net", RecordType::kA, 300, "192.0.2.1"},
                                       {"pool.example.net", RecordType::kA, 300, "192.0.2.9"}});
    CHECK(AnswerSet(sample) == std::vector<std::string>{"192.0.2.1", "192.0.2.9"});
  }

  TEST_CASE("an error has no answer set, whatever came with it") {
    DnsSample sample = Answered({{"d1.example.com", RecordType::kA, 300, "192.0.2.1"}});
    sample.rcode = kRcodeServFail;
    CHECK(AnswerSet(sample).empty());
    sample.rcode = kRcodeNoError;
    sample.outcome = DnsOutcome::kMalformed;
    CHECK(AnswerSet(sample).empty());
  }

  TEST_CASE("an answer lives as long as the shortest link of its chain") {
    CHECK(AnswerTtl(Answered({})) == std::nullopt);
    CHECK(AnswerTtl(Answered({{"d1.example.com", RecordType::kCname, 60, "pool.example.net"},
                              {"pool.example.net", RecordType::kA, 86400, "192.0.2.9"}})) == std::chrono::seconds(60));
  }
}

}  // namespace dialwatch::probes
