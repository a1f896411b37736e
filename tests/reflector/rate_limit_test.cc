#include "reflector/rate_limit.h"

#include <doctest/doctest.h>

namespace dialwatch::reflector {

using base::IpAddress;
using namespace std::chrono_literals;

namespace {

IpAddress Address(const char* text) {
  return *IpAddress::Parse(text);
}

int TakeAll(RateLimit* limit, const IpAddress& source, RateLimit::Time now) {
  int taken = 0;
  while (taken < 1000 && limit->Take(source, now)) ++taken;
  return taken;
}

}  // namespace

TEST_SUITE("reflector/rate_limit") {
  const RateLimit::Time kStart{1000s};
  const IpAddress kOne = Address("192.0.2.1"), kOther = Address("192.0.2.2");

  TEST_CASE("a source has a second's worth at once, and then what time brings") {
    RateLimit limit(50, 10);
    CHECK(TakeAll(&limit, kOne, kStart) == 50);
    CHECK(TakeAll(&limit, kOne, kStart + 100ms) == 5);
    CHECK(TakeAll(&limit, kOne, kStart + 110ms) == 0);
    CHECK(TakeAll(&limit, kOne, kStart + 1110ms) == 50);
    CHECK(TakeAll(&limit, kOne, kStart + 100s) == 50);
  }

  TEST_CASE("sources do not take from each other") {
    RateLimit limit(50, 10);
    CHECK(TakeAll(&limit, kOne, kStart) == 50);
    CHECK(TakeAll(&limit, kOther, kStart) == 50);
  }

  TEST_CASE("a network of IPv6 is one source") {
    RateLimit limit(50, 10);
    CHECK(TakeAll(&limit, Address("2001:db8:0:1::1"), kStart) == 50);
    CHECK(TakeAll(&limit, Address("2001:db8:0:1:ffff::2"), kStart) == 0);
    CHECK(TakeAll(&limit, Address("2001:db8:0:2::1"), kStart) == 50);
  }

  TEST_CASE("there are never more sources than said; who makes up many keeps out nobody") {
    RateLimit limit(50, 2);
    CHECK(TakeAll(&limit, kOne, kStart) == 50);
    CHECK(limit.Take(kOther, kStart + 100ms));
    CHECK(TakeAll(&limit, kOne, kStart + 200ms) == 10);       // still known
    CHECK(limit.Take(Address("192.0.2.3"), kStart + 300ms));  // in the place of the other
    CHECK(TakeAll(&limit, kOne, kStart + 300ms) == 5);
    CHECK(TakeAll(&limit, kOther, kStart + 300ms) == 50);  // forgotten, and so new
  }
}

}  // namespace dialwatch::reflector
