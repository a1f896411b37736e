#include "tests/config/files.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "config/load.h"

namespace dialwatch::config {

std::string ReadSourceFile(const std::string& path) {
  std::ifstream file(DIALWATCH_SOURCE_DIR "/" + path, std::ios::binary);
  REQUIRE_MESSAGE(file, path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> ErrorsOf(std::string_view text) {
  std::vector<std::string> errors;
  for (const ConfigError& error : ParseConfig(text, "test.toml").errors) {
    errors.push_back(fmt::format("{}:{}: {}", error.line, error.column, error.message));
  }
  return errors;
}

}  // namespace dialwatch::config
