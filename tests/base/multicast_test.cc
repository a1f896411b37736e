#include "base/multicast.h"

#include <doctest/doctest.h>

namespace dialwatch::base {

TEST_SUITE("base/multicast") {
  TEST_CASE("multicast is known in both families") {
    const auto is = [](const char* text) { return IsMulticast(*IpAddress::Parse(text)); };
    CHECK(is("224.0.0.1"));
    CHECK(is("239.255.255.255"));
    CHECK(is("ff02::1"));
    CHECK_FALSE(is("223.255.255.255"));
    CHECK_FALSE(is("240.0.0.0"));
    CHECK_FALSE(is("fe80::1"));
  }
}

}  // namespace dialwatch::base
