#include "probes/dns/reference.h"

#include <doctest/doctest.h>

namespace dialwatch::probes {
namespace {

using namespace std::chrono_literals;

config::Resolver ResolverOf(const std::string& operator_name, const std::string& reference = "") {
  return {.name = "r", .operator_name = operator_name, .addresses = {}, .reference = reference};
}

}  // namespace

TEST_SUITE("probes/dns/reference") {
  TEST_CASE("operators that we know have a name of their own, others have none") {
    CHECK(ReferenceOf(ResolverOf("quad9")) == "dns.quad9.net");
    CHECK(ReferenceOf(ResolverOf("cloudflare")) == "one.one.one.one");
    CHECK(ReferenceOf(ResolverOf("google")) == "dns.google");
    CHECK(ReferenceOf(ResolverOf("opendns")) == "dns.opendns.com");
    CHECK(ReferenceOf(ResolverOf("own")).empty());
  }

  TEST_CASE("the config may give another name, or none") {
    CHECK(ReferenceOf(ResolverOf("own", "www.example.net")) == "www.example.net");
    CHECK(ReferenceOf(ResolverOf("quad9", "www.example.net")) == "www.example.net");
    CHECK(ReferenceOf(ResolverOf("quad9", "none")).empty());
  }

  TEST_CASE("the question is for its address, and known by its purpose") {
    const Endpoint address = *Endpoint::Parse("9.9.9.9", 53);
    const DnsQuestion question = ReferenceQuestion(ResolverOf("quad9"), address, 2s);
    CHECK(question.host == "dns.quad9.net");
    CHECK(question.type == RecordType::kA);
    CHECK(question.via.server == address);
    CHECK(question.purpose == Purpose::kReference);
    CHECK(question.timeout == 2s);
  }

  TEST_CASE("a resolver is asked once in a period, each for itself") {
    ReferenceClock clock;
    const ReferenceClock::Time start{};
    CHECK(clock.TakeDue("quad9", 27s, start));
    CHECK_FALSE(clock.TakeDue("quad9", 27s, start + 26s));
    CHECK(clock.TakeDue("google", 27s, start + 26s));
    CHECK(clock.TakeDue("quad9", 27s, start + 27s));
  }
}

}  // namespace dialwatch::probes
