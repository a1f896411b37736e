#include <doctest/doctest.h>

#include "base/json.h"
#include "tests/e2e/scenario.h"

using namespace dialwatch::e2e;
namespace lab = dialwatch::lab;

TEST_SUITE("e2e/check") {
  TEST_CASE("a fresh machine needs no config") {
    const lab::Lab lab;
    const auto output = lab::Dialwatch({"check", "d1.example.com"}, lab.folder());
    CHECK(output.exit == 0);
    CHECK(Contains(output.out, "clean"));
    CHECK(output.err == "");
  }

  TEST_CASE("what is found is told with its evidence, and is exit code 1") {
    lab::Lab lab;
    lab.Poison(lab.google, "d1.example.com");
    const auto output = lab::Dialwatch({"check", "d1.example.com"}, lab.folder());
    CHECK(output.exit == 1);
    for (const char* part : {"dns-bogus", "google", "203.0.113.66", "198.51.100.11", "heals by itself at"}) {
      CAPTURE(part);
      CHECK(Contains(output.out, part));
    }
    CHECK_FALSE(Contains(output.out, "\x1b"));
  }

  TEST_CASE("JSON has the keys of the contract") {
    lab::Lab lab;
    lab.Poison(lab.google, "d1.example.com");
    const auto output = lab::Dialwatch({"check", "d1.example.com", "--format", "json"}, lab.folder());
    CHECK(output.exit == 1);
    const Json report = Json::parse(output.out);
    CHECK(report["version"] == 1);
    CHECK(report["exit"] == 1);
    for (const char* key : {"started", "finished", "findings", "incidents"}) CHECK(report.contains(key));
    CHECK(FindingIds(report) == Strings{"dns-bogus:d1.example.com:google", "ttl-impossible:d1.example.com:google"});
    const Json& finding = report["findings"][0];
    for (const char* key :
         {"id", "rule", "severity", "subject", "since", "summary", "evidence", "affected", "eta", "advice", "docs"}) {
      CAPTURE(key);
      CHECK(finding.contains(key));
    }
    CHECK(finding["subject"] == Json({{"dialer", "d1.example.com"}, {"resolver", "google"}}));
    REQUIRE(report["incidents"].size() == 1);
    for (const char* key :
         {"id", "cause", "severity", "state", "since", "summary", "affected", "findings", "symptoms", "advice"}) {
      CAPTURE(key);
      CHECK(report["incidents"][0].contains(key));
    }
  }

  TEST_CASE("what cannot be understood is exit code 2, with a word on what to do") {
    const lab::Lab lab;
    const auto nothing = lab::Dialwatch({"check"}, lab.folder());
    CHECK(nothing.exit == 2);
    CHECK(Contains(nothing.err, "-c FILE"));
    CHECK(lab::Dialwatch({"check", "not a name"}, lab.folder()).exit == 2);
    CHECK(lab::Dialwatch({"check", "--formt", "json"}, lab.folder()).exit == 2);
    CHECK(lab::Dialwatch({"dance"}, lab.folder()).exit == 2);
    CHECK(lab::Dialwatch({"check", "-c", lab.folder()}, lab.folder()).exit == 2);
    lab::WriteFile(lab.folder() / "bad.toml", "[probing]\nintervall = \"30s\"\n");
    const auto bad = lab::Dialwatch({"check-config", "-c", lab.folder() / "bad.toml"}, lab.folder());
    CHECK(bad.exit == 2);
    CHECK(Contains(bad.err, "bad.toml:2:1: error: unknown key \"intervall\"; did you mean \"interval\"?"));
  }

  TEST_CASE("the dialers of a config are checked under their names") {
    const lab::Lab lab;
    const auto config = lab::WriteConfig({}, lab.folder());
    CHECK(lab::Dialwatch({"check-config", "-c", config}, lab.folder()).exit == 0);
    const auto output = lab::Dialwatch({"check", "-c", config}, lab.folder());
    CHECK(output.exit == 0);
    CHECK(Contains(output.out, "3 dialers"));
  }

  TEST_CASE("probe shows what every vantage point says") {
    lab::Lab lab;
    lab.Poison(lab.cloudflare, "d1.example.com");
    const auto output = lab::Dialwatch({"probe", "d1.example.com"}, lab.folder());
    CHECK(output.exit == 1);
    for (const char* part : {"quad9 (", "cloudflare (", "google (", "(192.0.2.53)", "(192.0.2.54)", "203.0.113.66",
                             "198.51.100.11", "bogus", "ok"}) {
      CAPTURE(part);
      CHECK(Contains(output.out, part));
    }
  }
}
