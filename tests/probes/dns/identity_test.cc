#include "probes/dns/identity.h"

#include <doctest/doctest.h>

using namespace dialwatch::probes;
using namespace std::chrono_literals;

namespace {

const Endpoint kAddress = *Endpoint::Parse("192.0.2.1", 53);

DnsQuestion QuestionFor(const std::string& operator_name) {
  return IdentityQuestion({.name = "r", .operator_name = operator_name, .addresses = {kAddress}}, kAddress, 2s);
}

}  // namespace

TEST_SUITE("probes/dns/identity") {
  TEST_CASE("a resolver is asked for id.server in the class CHAOS") {
    const auto question = QuestionFor("quad9");
    CHECK(question.host == "id.server");
    CHECK(question.type == RecordType::kTxt);
    CHECK(question.record_class == RecordClass::kChaos);
    CHECK(question.purpose == Purpose::kIdentity);
    CHECK(question.via.server == kAddress);
  }

  TEST_CASE("Google, which has no id.server, is asked for its own name") {
    const auto question = QuestionFor("google");
    CHECK(question.host == "o-o.myaddr.l.google.com");
    CHECK(question.record_class == RecordClass::kIn);
  }

  TEST_CASE("it is asked at the start, every ten minutes, and once a minute while something is wrong") {
    IdentityClock clock;
    IdentityClock::Time now{};
    CHECK(clock.TakeDue("quad9", false, now));
    CHECK_FALSE(clock.TakeDue("quad9", true, now + 59s));
    CHECK(clock.TakeDue("quad9", true, now + 60s));
    CHECK_FALSE(clock.TakeDue("quad9", true, now + 119s));
    CHECK_FALSE(clock.TakeDue("quad9", false, now + 659s));
    CHECK(clock.TakeDue("quad9", false, now + 660s));
    CHECK(clock.TakeDue("google", false, now));
  }
}
