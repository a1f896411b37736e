#include "probes/stun/sample.h"

#include <doctest/doctest.h>

#include "base/names.h"

namespace dialwatch::probes {

TEST_SUITE("probes/stun/sample") {
  TEST_CASE("each outcome has a word of its own") {
    CHECK(base::NameOf(StunOutcome::kMapped) == "mapped");
    CHECK(base::NameOf(StunOutcome::kTimeout) == "timeout");
    CHECK(base::NameOf(StunOutcome::kUnreachable) == "unreachable");
    CHECK(base::NameOf(StunOutcome::kTlsFailed) == "tls-failed");
    CHECK(base::NameOf(StunOutcome::kErrorResponse) == "error-response");
    CHECK(base::NameOf(StunOutcome::kMalformed) == "malformed");
    CHECK(base::NameOf(StunOutcome::kUnresolved) == "unresolved");
  }
}

}  // namespace dialwatch::probes
