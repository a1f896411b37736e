#include "diagnosis/dns/reply_signs.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {
namespace {

DnsSample With(DnsSample sample, unsigned code) {
  sample.extended_errors = {{static_cast<std::uint16_t>(code), ""}};
  return sample;
}

}  // namespace

TEST_SUITE("diagnosis/dns/reply_signs") {
  TEST_CASE("a blocklist tells itself by its extended error") {
    for (const unsigned code : {4U, 15U, 16U, 17U, 18U}) CHECK(SaysFiltered(With(Denies(kQuad9, "d1"), code)));
    for (const unsigned code : {0U, 3U, 6U, 13U, 14U, 19U, 20U, 22U}) {
      CHECK_FALSE(SaysFiltered(With(Denies(kQuad9, "d1"), code)));
    }
  }

  TEST_CASE("18 with an error is an access list, not a blocklist") {
    CHECK_FALSE(SaysFiltered(With(Reply(kQuad9, "d1", probes::kRcodeRefused), 18)));
    CHECK(SaysFiltered(With(Reply(kQuad9, "d1", probes::kRcodeRefused), 15)));
  }

  TEST_CASE("NXDOMAIN without recursion and without an authority section is Quad9's way to block") {
    auto blocked = Reply(kQuad9, "d1", probes::kRcodeNxDomain);
    CHECK_FALSE(SaysFiltered(blocked));  // RA=1
    blocked.ra = false;
    CHECK(SaysFiltered(blocked));
    blocked.rcode = probes::kRcodeNoError;
    CHECK_FALSE(SaysFiltered(blocked));
    auto denied = Denies(kQuad9, "d1");
    denied.ra = false;
    CHECK_FALSE(SaysFiltered(denied));
  }

  TEST_CASE("addresses that lead nowhere are a sinkhole, if all of them do") {
    for (const auto* address : {"0.0.0.0", "::", "127.0.0.1", "::1", "10.1.2.3", "192.168.0.1", "172.16.0.1"}) {
      CHECK(IsSinkhole({address}));
    }
    CHECK_FALSE(IsSinkhole({"198.51.100.11"}));
    CHECK_FALSE(IsSinkhole({"0.0.0.0", "198.51.100.11"}));
    CHECK_FALSE(IsSinkhole({}));
    CHECK_FALSE(IsSinkhole({"sip.example.com"}));
  }

  TEST_CASE("failed validation is SERVFAIL with one of the codes for it") {
    for (const unsigned code : {1U, 2U, 5U, 6U, 7U, 8U, 9U, 10U, 11U, 12U}) {
      CHECK(SaysDnssec(With(Reply(kGoogle, "d1", probes::kRcodeServFail), code)));
    }
    for (const unsigned code : {0U, 3U, 13U, 22U, 23U}) {
      CHECK_FALSE(SaysDnssec(With(Reply(kGoogle, "d1", probes::kRcodeServFail), code)));
    }
    CHECK_FALSE(SaysDnssec(With(Denies(kGoogle, "d1"), 9)));
    CHECK_FALSE(SaysDnssec(Reply(kGoogle, "d1", probes::kRcodeServFail)));
  }

  TEST_CASE("the owner of the SOA tells who denies") {
    auto denial = Denies(kGoogle, "d1");
    CHECK(DenialSourceOf(denial, "example.com") == DenialSource::kZone);
    CHECK(DenialSourceOf(denial, "") == DenialSource::kZone);  // a zone that is not known yet
    denial.authority[0].owner = "com";
    CHECK(DenialSourceOf(denial, "example.com") == DenialSource::kParent);
    denial.authority[0].owner = "";  // the root
    CHECK(DenialSourceOf(denial, "example.com") == DenialSource::kParent);
    denial.authority[0].owner = "example.net";
    CHECK(DenialSourceOf(denial, "example.com") == DenialSource::kNowhere);
    denial.authority[0].owner = "ample.com";
    CHECK(DenialSourceOf(denial, "example.com") == DenialSource::kNowhere);
    denial.authority.clear();
    CHECK(DenialSourceOf(denial, "example.com") == DenialSource::kNowhere);
  }
}

}  // namespace dialwatch::diagnosis
