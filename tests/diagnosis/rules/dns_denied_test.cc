#include "diagnosis/rules/dns_denied.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {
namespace {

constexpr const char* kOldSoa = "ns1.example.com hostmaster.example.com 2020083001 3600 600 1209600 900";
constexpr const char* kNewSoa = "ns1.example.com hostmaster.example.com 2020083105 3600 600 1209600 900";

DnsSample DeniesBy(const std::string& owner, const std::string& soa, seconds ttl = 900s) {
  auto sample = Denies(kGoogle, "d1", probes::kRcodeNxDomain, ttl);
  sample.authority[0].owner = owner;
  sample.authority[0].data = soa;
  return sample;
}

// The zone as its server gives it now.
probes::ZoneSample ZoneWith(const std::string& soa) {
  probes::ZoneSample zone;
  zone.zone = "example.com";
  zone.at = kMonday;
  zone.servers.resize(1);
  zone.servers[0].soa = Reply(kAuthority, "");
  zone.servers[0].soa.answers = {{"example.com", RecordType::kSoa, 300, soa}};
  return zone;
}

World WithAuthority() {
  World world;
  world.Add(Gives(kAuthority, "d1", {"198.51.100.11"}));
  return world;
}

}  // namespace

TEST_SUITE("diagnosis/rules/dns_denied") {
  TEST_CASE("dns-denied tells NXDOMAIN from NODATA") {
    for (const auto& [rcode, words] :
         {std::pair(3, "d1.example.com does not exist (NXDOMAIN)"), {0, "d1.example.com has no A record (NODATA)"}}) {
      World world;
      world.Round(Gives(kAuthority, "d1", {"198.51.100.11"}), Denies(kGoogle, "d1", rcode, 900s));
      REQUIRE(world.Ids() == Ids{"dns-denied:d1:google"});
      CHECK(world.Findings()[0].summary == std::string("google says that ") + words +
                                               ", while the authority gives 198.51.100.11; its copy lives 15m more");
    }
  }

  TEST_CASE("without an authority it leans on what is expected") {
    World world;
    Expect(world.settings.dialers[0], {"198.51.100.11"});
    world.Round(Denies(kGoogle, "d1", 3, 0s));
    CHECK(world.Findings()[0].summary ==
          "google says that d1.example.com does not exist (NXDOMAIN), while 198.51.100.11 is expected");
  }

  TEST_CASE("the serial tells which version of the zone the denial comes from") {
    World world = WithAuthority();
    world.Round(DeniesBy("example.com", kOldSoa));
    CHECK(world.Findings()[0].summary ==
          "google says that d1.example.com does not exist (NXDOMAIN), by version 2020083001 of example.com, while the "
          "authority gives 198.51.100.11; its copy lives 15m more");
    world.picture.Add(ZoneWith(kNewSoa));
    CHECK(
        world.Findings()[0].summary ==
        "google says that d1.example.com does not exist (NXDOMAIN), by version 2020083001 of example.com, which is at "
        "2020083105 now, while the authority gives 198.51.100.11; its copy lives 15m more");
    CHECK(world.Findings()[0].advice[0] == "flush the affected names at https://dns.google/cache");
    world.picture.Add(ZoneWith(kOldSoa));
    CHECK(
        world.Findings()[0].summary ==
        "google says that d1.example.com does not exist (NXDOMAIN), by version 2020083001 of example.com, which is the "
        "present one, while the authority gives 198.51.100.11; its copy lives 15m more");
  }

  TEST_CASE("where a name that no cache can hold is wrong too, the resolver sees another authority") {
    World world = WithAuthority();
    world.Round(DeniesBy("example.com", kOldSoa));
    for (const auto& [via, address] : {std::pair(kAuthority, "192.0.2.1"), {kGoogle, "203.0.113.66"}}) {
      auto control = Gives(via, "x1.probe", {address}, 5s);
      control.purpose = probes::Purpose::kControl;
      control.zone = "example.com";
      world.Add(control);
    }
    CHECK(world.Findings().at(0).summary ==
          "google says that d1.example.com does not exist (NXDOMAIN), by version 2020083001 of example.com, while the "
          "authority gives 198.51.100.11; it sees another authority than we do; its copy lives 15m more");
    CHECK(world.Findings().at(0).advice[0].find("a flush will not help") != std::string::npos);
  }

  TEST_CASE("by the parent's word the resolver has lost the delegation, which a flush of the name does not mend") {
    World world = WithAuthority();
    world.Round(DeniesBy("com", "a.gtld-servers.net nstld.verisign-grs.com 1598904300 1800 900 604800 86400", 600s));
    REQUIRE(world.Ids() == Ids{"dns-denied:d1:google"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kCritical);
    CHECK(
        finding.summary ==
        "google has lost the delegation of example.com: by the word of com it says that d1.example.com does not exist "
        "(NXDOMAIN), while the authority gives 198.51.100.11; its copy lives 10m more");
    CHECK(finding.advice[0] ==
          "see at the registrar that example.com has not expired and that its name servers are as they should be");
    CHECK(finding.advice[1] ==
          "if they are, example.com and its name servers (NS) have to go from the cache: flush the affected names at "
          "https://dns.google/cache");
  }

  TEST_CASE("without a SOA nobody who knows has said so") {
    World world = WithAuthority();
    auto denial = Denies(kGoogle, "d1");
    denial.authority.clear();
    world.Round(denial);
    REQUIRE(world.Ids() == Ids{"dns-denied:d1:google"});
    CHECK(
        world.Findings()[0].summary ==
        "google says that d1.example.com does not exist (NXDOMAIN), on no authority's word, while the authority gives "
        "198.51.100.11");
    CHECK_FALSE(world.Findings()[0].eta);
    CHECK(
        world.Findings()[0].advice[0] ==
        "ask google over TLS or HTTPS as well: if it is right there, something on the path answers in its place; else "
        "it is broken");
  }
}

}  // namespace dialwatch::diagnosis
