#include "probes/dns/extended_error.h"

#include <doctest/doctest.h>

namespace dialwatch::probes {

TEST_SUITE("probes/dns/extended_error") {
  TEST_CASE("an extended error is shown by number, name and text") {
    CHECK(ExtendedErrorText({15, "by the office"}) == "EDE 15 Blocked (by the office)");
    CHECK(ExtendedErrorText({22, ""}) == "EDE 22 No Reachable Authority");
    CHECK(ExtendedErrorText({9, "no \x1b key"}) == "EDE 9 DNSKEY Missing (no \\027 key)");
  }

  TEST_CASE("each code of RFC 8914 stands at its place, and an unknown one goes by its number") {
    CHECK(ExtendedErrorName(0) == "Other Error");
    CHECK(ExtendedErrorName(3) == "Stale Answer");
    CHECK(ExtendedErrorName(6) == "DNSSEC Bogus");
    CHECK(ExtendedErrorName(12) == "NSEC Missing");
    CHECK(ExtendedErrorName(13) == "Cached Error");
    CHECK(ExtendedErrorName(19) == "Stale NXDOMAIN Answer");
    CHECK(ExtendedErrorName(24) == "Invalid Data");
    CHECK(ExtendedErrorName(29) == "Synthesized");
    CHECK(ExtendedErrorName(31) == "");
    CHECK(ExtendedErrorText({49152, ""}) == "EDE 49152");
  }

  TEST_CASE("one reply may carry several") {
    DnsSample sample;
    sample.extended_errors = {{3, ""}, {22, ""}};
    CHECK(HasExtendedError(sample, ede::kStaleAnswer));
    CHECK(HasExtendedError(sample, ede::kNoReachableAuthority));
    CHECK_FALSE(HasExtendedError(sample, ede::kForged));
  }
}

}  // namespace dialwatch::probes
