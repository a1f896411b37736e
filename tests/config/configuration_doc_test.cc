#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <fstream>

#include "config/sections.h"
#include "tests/config/files.h"

using namespace dialwatch::config;

// docs/configuration.md is written by hand but for the part below this line, which comes from the key table. To write
// it anew: DIALWATCH_WRITE_DOCS=1 build/release/tests/config/test_config -ts=config/configuration_doc
namespace {

constexpr std::string_view kMarker = "<!-- from here on: generated from the key table of config/ -->\n";

std::string Describe(const Key& key) {
  std::string text = fmt::format("| `{}` | {}", key.name, key.type);
  if (!key.range.empty()) text += fmt::format(": {}", key.range);
  // a value of TOML is shown as code, words are not
  const bool is_value = key.fallback.find_first_of("\"[{0123456789") == 0;
  const std::string fallback = key.required ? "**required**"
                               : is_value   ? fmt::format("`{}`", key.fallback)
                                            : key.fallback;
  return text + fmt::format(" | {} | {} | `{}` |\n", fallback, key.help, key.example);
}

std::string DescribeSections() {
  std::string text;
  for (const AnySection& section : Sections()) {
    text += fmt::format(
        "\n## {}\n\n{}\n\n| key | type and values | default | what it says | example |\n|---|---|---|---|---|\n",
        section.Heading(), section.help);
    for (const Key& key : section.keys) text += Describe(key);
  }
  text +=
      "\n## Refused\n\nWhat is planned but not part of this version would be a watch that does not take place, so it "
      "is an error:\n\n";
  for (const AnySection& section : Sections()) {
    for (const auto& [key, why] : section.refused) text += fmt::format("- in `{}`: {}\n", section.Heading(), why);
  }
  return text;
}

}  // namespace

TEST_SUITE("config/configuration_doc") {
  TEST_CASE("docs/configuration.md tells what the key table tells") {
    const std::string page = ReadSourceFile("docs/configuration.md");
    const std::size_t marker = page.find(kMarker);
    REQUIRE(marker != std::string::npos);
    const std::string by_hand = page.substr(0, marker + kMarker.size());
    if (std::getenv("DIALWATCH_WRITE_DOCS") != nullptr) {
      std::ofstream(DIALWATCH_SOURCE_DIR "/docs/configuration.md") << by_hand << DescribeSections();
    }
    CHECK(ReadSourceFile("docs/configuration.md") == by_hand + DescribeSections());
  }

  TEST_CASE("no text of the key table breaks its row") {
    for (const AnySection& section : Sections()) {
      for (const Key& key : section.keys) {
        CHECK(key.help.find_first_of("|\n`") == std::string::npos);
        CHECK(key.help.ends_with('.'));
        CHECK(key.range.find('|') == std::string::npos);
      }
    }
  }
}
