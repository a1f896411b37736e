#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/json.h"
#include "tests/e2e/scenario.h"

// Records of other types than A, and names that rightly have more than one answer.
using namespace dialwatch::e2e;
namespace lab = dialwatch::lab;

namespace {

struct Bed {
  explicit Bed(const std::string& more, const std::string& dialer_keys) {
    auto zone = lab::ExampleZone::Good();
    zone.more = more;
    lab.Publish(zone);
    Configure(dialer_keys);
  }

  void Configure(const std::string& dialer_keys) {
    lab::Config config;
    config.dialers = {"d1"};
    config.dialer_keys = dialer_keys;
    path = lab::WriteConfig(config, lab.folder());
  }

  // Google says this of d1 ("A 192.0.2.1"), and of its other types what the authority says.
  void GoogleSays(const std::string& record) const {
    lab.google.Command("local_zone d1.example.com typetransparent");
    lab.google.Command("local_data d1.example.com 300 IN " + record);
  }

  Json Check() const {
    return Json::parse(lab::Dialwatch({"check", "-c", path, "--format", "json"}, lab.folder()).out);
  }

  lab::Lab lab;
  std::filesystem::path path;
};

}  // namespace

TEST_SUITE("e2e/types") {
  TEST_CASE("each type that is asked for is watched beside A, and what is wrong is told with its data") {
    Bed bed(
        "d1 300 IN AAAA 2001:db8::11\nd1 300 IN HTTPS 1 . alpn=h2 port=8443\nd1 300 IN SVCB 1 edge\n"
        "d1 300 IN SRV 10 5 5061 edge\nedge 300 IN A 198.51.100.30\n",
        R"(types = ["A", "AAAA", "HTTPS", "SVCB", "SRV"])");
    CHECK(FindingIds(bed.Check()).empty());
    const auto wrong = [&](const std::string& record, const std::string& answer, const std::string& right) {
      CAPTURE(record);
      bed.GoogleSays(record);
      const Json report = bed.Check();
      REQUIRE(FindingIds(report) == Strings{"dns-bogus:d1:google"});
      const Json& finding = report["findings"][0];
      CHECK(finding["severity"] == "critical");
      CHECK(Contains(finding["summary"],
                     fmt::format("google gives {} for d1.example.com, which neither the authority ({}) nor history "
                                 "knows; its copy lives 4m 5",
                                 answer, right)));
      bed.lab.google.Command("local_data_remove d1.example.com");
    };
    wrong("AAAA 2001:db8::bad", "2001:db8::bad", "2001:db8::11");
    wrong("HTTPS 1 . alpn=h2 port=8444", "1 . alpn=h2 port=8444", "1 . alpn=h2 port=8443");
    wrong("SVCB 1 wrong.example.com.", "1 wrong.example.com", "1 edge.example.com");
    wrong("SRV 10 5 5060 edge.example.com.", "10 5 5060 edge.example.com", "10 5 5061 edge.example.com");
    wrong("A 203.0.113.66", "203.0.113.66", "198.51.100.11");
    CHECK(FindingIds(bed.Check()).empty());
  }

  TEST_CASE("a type that the dialer never had is missing nowhere, and an answer of it is wrong") {
    Bed bed("", R"(types = ["A", "AAAA"])");
    CHECK(FindingIds(bed.Check()).empty());
    bed.GoogleSays("AAAA 2001:db8::bad");
    CHECK(FindingIds(bed.Check()) == Strings{"dns-bogus:d1:google"});
  }

  TEST_CASE("round robin and geo answers are right within what expect_mode allows") {
    Bed bed("d1 300 IN A 198.51.100.12\n", "");  // .11 is there already
    struct Case {
      const char *expect, *mode;
      Strings findings;  // rules and severities
    };
    const Strings authority{"dns-unexpected critical"}, google{"dns-bogus critical"}, unknown{"dns-bogus warning"};
    const auto check = [&](const std::vector<Case>& cases) {
      for (const Case& each : cases) {
        CAPTURE(each.expect);
        CAPTURE(each.mode);
        bed.Configure(fmt::format("expect = [{}]\nexpect_mode = \"{}\"", each.expect, each.mode));
        const Json report = bed.Check();
        Strings findings;
        for (const Json& finding : report["findings"]) {
          findings.push_back(finding["rule"].get<std::string>() + " " + finding["severity"].get<std::string>());
        }
        CHECK(findings == each.findings);
      }
    };
    check({{R"("198.51.100.12", "198.51.100.11")", "exact", {}},
           {R"("198.51.100.11")", "exact", authority},
           {R"("198.51.100.11", "198.51.100.12", "198.51.100.13")", "subset", {}},
           {R"("198.51.100.11", "198.51.100.13")", "any", {}},
           {R"("198.51.100.13")", "any", authority},
           {R"("198.51.100.0/24")", "prefix", {}}});
    bed.GoogleSays("A 198.51.100.13");  // as for its own part of the world
    check({{R"("198.51.100.11", "198.51.100.12")", "exact", google},
           {R"("198.51.100.11", "198.51.100.12", "198.51.100.13")", "subset", {}},
           {R"("198.51.100.11", "198.51.100.12")", "subset", google},
           {R"("198.51.100.0/24")", "prefix", {}},
           {R"("198.51.100.8/30", "198.51.100.12/32")", "prefix", unknown}});
  }
}
