#include <doctest/doctest.h>

#include "base/json.h"
#include "tests/e2e/scenario.h"

using namespace dialwatch::e2e;
namespace lab = dialwatch::lab;

TEST_SUITE("e2e/vantage") {
  TEST_CASE("in the dark check blames this machine's own network and says that it could not evaluate") {
    lab::Lab lab;
    lab.Darken();
    const auto output = lab::Dialwatch({"check", "d1.example.com", "--format", "json"}, lab.folder());
    CHECK(output.exit == 3);
    const Json report = Json::parse(output.out);
    CHECK(report["exit"] == 3);
    CHECK(FindingIds(report) == Strings{"vantage-blind"});
  }

  TEST_CASE("a daemon that goes blind says so once and calls nobody else down") {
    Watched watched;
    watched.lab.Darken();
    CHECK(watched.Finds({"vantage-blind"}));
    watched.LetRounds(2);
    CHECK(watched.findings() == Strings{"vantage-blind"});
  }
}
