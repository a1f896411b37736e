#include "tests/scenarios/reader.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace dialwatch::scenarios;
using namespace std::chrono_literals;

namespace {

constexpr const char* kWhole = R"(wrong = "Google holds wrong copies."
group = "Copies"

[world]
dialers = 8

[[fault]]
kind = "wrong-copy"
at = "google"
dialers = 4
from = "10m"
until = "30m"

[[incident]]
cause = "dns-bogus"
subject = "google"
severity = "critical"
affected = 4
named_within = "1m"
told_within = "2m"
over_within = "6m"
)";

// The errors of kWhole where `from` is replaced by `to`.
std::string ErrorsOf(const std::string& from, const std::string& to) {
  std::string text = kWhole;
  text.replace(text.find(from), from.size(), to);
  return fmt::format("{}", fmt::join(ReadScenario(text, "x.toml").errors, "\n"));
}

}  // namespace

TEST_SUITE("scenarios/reader") {
  TEST_CASE("a scenario is its world, its faults and its incidents") {
    const Read read = ReadScenario(kWhole, "wrong-copies.toml");
    REQUIRE(read.errors.empty());
    CHECK(read.scenario.name == "wrong-copies");
    CHECK(read.scenario.world.dialers == 8);
    CHECK(read.scenario.lasts == 45min);
    REQUIRE(read.scenario.faults.size() == 1);
    CHECK(read.scenario.faults[0].kind == FaultKind::kWrongCopy);
    CHECK(read.scenario.faults[0].until == 30min);
    REQUIRE(read.scenario.incidents.size() == 1);
    CHECK(read.scenario.incidents[0].Key() == "dns-bogus:google");
  }

  TEST_CASE("what cannot be is told with its line") {
    CHECK(ErrorsOf("dialers = 8", "dialer = 8") == "x.toml:5: unknown key \"dialer\"; did you mean \"dialers\"?");
    CHECK(ErrorsOf("\"wrong-copy\"", "\"wrong-copies\"").find("; did you mean \"wrong-copy\"?") != std::string::npos);
    CHECK(ErrorsOf("at = \"google\"", "at = \"gogle\"") ==
          "x.toml:7: at: nobody is called \"gogle\"; did you mean \"google\"?");
    CHECK(ErrorsOf("at = \"google\"", "at = \"ns2\"") == "x.toml:7: \"wrong-copy\" cannot happen at \"ns2\"");
    CHECK(ErrorsOf("until = \"30m\"", "until = \"5m\"") == "x.toml:7: until: not after `from`");
    CHECK(ErrorsOf("until = \"30m\"", "until = \"50m\"") == "x.toml:7: until: after the scenario's end; see `lasts`");
    CHECK(ErrorsOf("dialers = 4", "dialers = 9") == "x.toml:7: dialers: more than the world has");
    CHECK(ErrorsOf("affected = 4", "affected = 9") == "x.toml:14: affected: more than the world has");
    CHECK(ErrorsOf("\"dns-bogus\"", "\"dns-bogu\"").starts_with("x.toml:15: cause: \"dns-bogu\" is not one of "));
    CHECK(ErrorsOf("severity = \"critical\"\n", "") == "x.toml:14: severity is missing");
    CHECK(ErrorsOf("affected = 4", "affected = \"4\"") == "x.toml:18: affected: a string where an integer is due");
    CHECK(ErrorsOf("[[fault]]", "[fault]") == "x.toml:7: write it as [[fault]]");
    CHECK(ErrorsOf("\"10m\"", "\"10 minutes\"").starts_with("x.toml:11: from: "));
    CHECK(ErrorsOf("dialers = 8", "dialers = ").starts_with("x.toml:5: not valid TOML: "));
  }

  TEST_CASE("each file of the catalogue can be read, and there are thirty or more") {
    const auto all = ReadCatalogue(DIALWATCH_SOURCE_DIR "/tests/scenarios/catalogue");
    CHECK(all.size() >= 30);
    for (const Read& read : all) CHECK(fmt::format("{}", fmt::join(read.errors, "\n")) == "");
  }
}
