#include "probes/stun/sample.h"

#include <doctest/doctest.h>

namespace dialwatch::probes {

TEST_SUITE("probes/stun/sample") {
  TEST_CASE("each outcome has a word of its own") {
    CHECK(FormatStunOutcome(StunOutcome::kMapped) == "mapped");
    CHECK(FormatStunOutcome(StunOutcome::kTimeout) == "timeout");
    CHECK(FormatStunOutcome(StunOutcome::kUnreachable) == "unreachable");
    CHECK(FormatStunOutcome(StunOutcome::kTlsFailed) == "tls-failed");
    CHECK(FormatStunOutcome(StunOutcome::kErrorResponse) == "error-response");
    CHECK(FormatStunOutcome(StunOutcome::kMalformed) == "malformed");
    CHECK(FormatStunOutcome(StunOutcome::kUnresolved) == "unresolved");
  }
}

}  // namespace dialwatch::probes
