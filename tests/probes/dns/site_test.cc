#include "probes/dns/site.h"

#include <doctest/doctest.h>

namespace dialwatch::probes {

TEST_SUITE("probes/dns/site") {
  TEST_CASE("the site is read out of the names that operators give their machines") {
    CHECK(SiteOf("res100.fra.rrdns.pch.net") == "fra");
    CHECK(SiteOf("res210.ams.rrdns.pch.net") == "ams");
    CHECK(SiteOf("gpdns-fra") == "fra");
    CHECK(SiteOf("FRA") == "fra");
    CHECK(SiteOf("r2003.ams1") == "ams");
  }

  TEST_CASE("where no site can be read out of it, the text speaks for itself") {
    CHECK(SiteOf("123m45") == "123m45");
    CHECK(SiteOf("ns.isp.example") == "ns.isp.example");
    CHECK(SiteOf("ns1.example.net") == "ns1.example.net");
    CHECK(SiteOf("gpdns-") == "gpdns-");
    CHECK(SiteOf("") == "");
    CHECK(SiteOf("\x1b[31m") == "\\027[31m");
    CHECK(SiteOf(std::string(100, 'x')) == std::string(60, 'x') + "…");
  }

  TEST_CASE("an identity is the first text of the reply") {
    DnsSample sample;
    sample.outcome = DnsOutcome::kAnswered;
    CHECK(IdentityText(sample) == "");
    sample.answers = {{"id.server", RecordType::kTxt, 0, "\"res100.fra.rrdns.pch.net\""}};
    CHECK(IdentityText(sample) == "res100.fra.rrdns.pch.net");
    sample.answers[0].data = "\"172.253.1.1\" \"edns0-client-subnet 192.0.2.0/24\"";
    CHECK(IdentityText(sample) == "172.253.1.1");
    sample.answers[0].data = "\"";
    CHECK(IdentityText(sample) == "");
    sample.answers[0].data = "\"\"";
    CHECK(IdentityText(sample) == "");
    sample.rcode = kRcodeRefused;
    CHECK(IdentityText(sample) == "");
  }
}

}  // namespace dialwatch::probes
