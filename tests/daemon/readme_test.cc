#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <string>

#include "base/names.h"
#include "config/load.h"
#include "diagnosis/rules.h"

using namespace dialwatch;

namespace {

std::string Readme() {
  std::ifstream file(DIALWATCH_README);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_SUITE("README") {
  TEST_CASE("its config loads") {
    const std::string text = Readme();
    const std::size_t start = text.find("```toml\n") + 8;
    REQUIRE(start > 8);
    const auto loaded = config::ParseConfig(text.substr(start, text.find("```", start) - start), "README.md");
    for (const auto& error : loaded.errors) FAIL_CHECK(error.ToString());
    REQUIRE(loaded.settings);
    CHECK(loaded.settings->dialers.size() == 2);
  }

  TEST_CASE("its table has every finding with its severity") {
    const std::string text = Readme();
    for (const auto& rule : diagnosis::Rules()) {
      CAPTURE(rule.id);
      CHECK(text.find(fmt::format("| [{0}](docs/findings.md#{0}) | {1} |", rule.id, base::NameOf(rule.severity))) !=
            std::string::npos);
    }
  }
}
