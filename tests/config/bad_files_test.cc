#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>

#include "config/load.h"
#include "config/sections.h"
#include "tests/config/files.h"

using namespace dialwatch::config;

// Each file of bad/ breaks one rule and says at its end what must be told of it, a line "# LINE:COL: MESSAGE" an error.
// A message that ends with "*" is held to its beginning, for the words of the TOML library change with its version.
namespace {

std::vector<std::string> FileNames() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(DIALWATCH_SOURCE_DIR "/tests/config/bad")) {
    names.push_back(entry.path().stem());
  }
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> ExpectedErrors(const std::string& text) {
  std::vector<std::string> expected;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# ")) expected.push_back(line.substr(2));
  }
  return expected;
}

bool Matches(const std::string& error, const std::string& expected) {
  if (!expected.ends_with('*')) return error == expected;
  return error.starts_with(expected.substr(0, expected.size() - 1));
}

// A file for each key, each rule over several keys, each thing of the contract that is not supported yet, and each way
// in which the text as a whole can be wrong.
std::set<std::string> NeededFiles() {
  std::set<std::string> needed{"encoding",        "long-text",  "many-sorted",        "missing-keys",
                               "misplaced-key",   "nesting",    "secret-elsewhere",   "non-ascii",
                               "three-quotes",    "syntax",     "unknown-key",        "syntax-twice",
                               "unknown-section", "wrong-type", "wrong-section-shape"};
  for (const AnySection& section : Sections()) {
    for (const Key& key : section.keys) needed.insert(fmt::format("{}.{}", section.name, key.name));
    for (const std::string& rule : section.rules) needed.insert(fmt::format("{}.{}", section.name, rule));
    for (const auto& [key, why] : section.refused) needed.insert(fmt::format("{}.{}", section.name, key));
    if (section.needs_one) needed.insert(section.name + ".none");
  }
  return needed;
}

}  // namespace

TEST_SUITE("config/bad_files") {
  TEST_CASE("each bad file gets the errors that it names, and no settings") {
    for (const std::string& name : FileNames()) {
      CAPTURE(name);
      const std::string text = ReadSourceFile("tests/config/bad/" + name + ".toml");
      const std::vector<std::string> expected = ExpectedErrors(text);
      const std::vector<std::string> errors = ErrorsOf(text);
      CHECK_FALSE(expected.empty());
      CHECK_FALSE(ParseConfig(text, name).settings);
      CHECK_MESSAGE(std::ranges::equal(errors, expected, Matches), fmt::format("{}", fmt::join(errors, "\n")));
    }
  }

  TEST_CASE("there is a bad file for each rule") {
    const std::vector<std::string> names = FileNames();
    for (const std::string& needed : NeededFiles()) {
      CHECK_MESSAGE(std::ranges::binary_search(names, needed), "tests/config/bad/" << needed << ".toml is missing");
    }
  }

  TEST_CASE("a secret in the wrong place is not repeated") {
    for (const char* name :
         {"receiver.url", "receiver.url_file", "resolver.url", "secret-elsewhere", "status-url-password"}) {
      const std::string text = ReadSourceFile(fmt::format("tests/config/bad/{}.toml", name));
      for (const std::string& error : ErrorsOf(text)) {
        CHECK(error.find("secret@") == std::string::npos);
        CHECK(error.find("hooks.slack.com") == std::string::npos);
      }
    }
  }
}
