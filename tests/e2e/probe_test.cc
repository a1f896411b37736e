#include <doctest/doctest.h>

#include <cstdlib>
#include <sstream>

#include "base/json.h"
#include "tests/e2e/scenario.h"

using namespace dialwatch::e2e;
namespace lab = dialwatch::lab;

namespace {

// Runs a probe as on a terminal of so many columns.
lab::Output ProbeAt(const char* columns, const lab::Lab& lab, std::vector<std::string> arguments) {
  setenv("COLUMNS", columns, 1);
  arguments.insert(arguments.begin(), "probe");
  auto output = lab::Dialwatch(std::move(arguments), lab.folder());
  unsetenv("COLUMNS");
  return output;
}

std::size_t Widest(const std::string& text) {
  std::size_t widest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, line.size());
  return widest;
}

}  // namespace

TEST_SUITE("e2e/probe") {
  TEST_CASE("a healthy name is a row for each vantage point and one sentence") {
    const lab::Lab lab;
    const auto narrow = ProbeAt("80", lab, {"d1.example.com"});
    const auto wide = ProbeAt("200", lab, {"d1.example.com"});
    CHECK(narrow.exit == 0);
    CHECK(Widest(narrow.out) <= 80);
    CHECK(Contains(narrow.out, "All 5 answers agree."));
    CHECK(Contains(wide.out, "/300 s"));
    CHECK(Contains(wide.out, "SITE"));
  }

  TEST_CASE("a poisoned cache is seen in 80 columns as in 200, with every address whole") {
    lab::Lab lab;
    lab.Poison(lab.cloudflare, "d1.example.com");
    const auto narrow = ProbeAt("80", lab, {"d1.example.com"});
    const auto wide = ProbeAt("200", lab, {"d1.example.com", "--colour", "never"});
    CHECK(narrow.exit == 1);
    CHECK(Widest(narrow.out) <= 80);
    CHECK(Widest(wide.out) <= 200);
    for (const auto& text : {narrow.out, wide.out}) {
      for (const char* part :
           {"203.0.113.66", "198.51.100.11", "/300 s", "8 of 8 wrong", "CRITICAL dns-bogus: ", "first: "}) {
        CAPTURE(part);
        CHECK(Contains(text, part));
      }
    }
  }

  TEST_CASE("JSON says what the table says") {
    lab::Lab lab;
    lab.Poison(lab.cloudflare, "d1.example.com");
    const Json report = Json::parse(ProbeAt("80", lab, {"d1.example.com", "--json"}).out);
    CHECK(report["host"] == "d1.example.com");
    CHECK(Contains(report["conclusion"], "203.0.113.66"));
    CHECK(report["first"].is_string());
    for (const Json& via : report["vias"]) {
      CHECK(via["ttl_given"] == 300);
      if (via["kind"] == "resolver") CHECK(via["site"] == via["name"]);
    }
  }
}
