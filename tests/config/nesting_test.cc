#include "config/nesting.h"

#include <doctest/doctest.h>

#include <string>

using namespace dialwatch::config;

namespace {

std::string Repeat(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_SUITE("config/nesting") {
  TEST_CASE("a key of many parts is found, with its line") {
    CHECK(FindDeepKey("x = 1\n" + Repeat("a.", 17) + "a = 1\n") == Position{2, 1});
    CHECK(FindDeepKey(Repeat("\"a\" . ", 17) + "a = 1") == Position{1, 1});
    CHECK(FindDeepKey("x = '''\n\n'''\n[" + Repeat("a.", 17) + "a]") == Position{4, 1});
  }

  TEST_CASE("each line may have its sixteen") {
    CHECK_FALSE(FindDeepKey(Repeat(Repeat("a.", 16) + "a = 1\n", 3)));
  }

  TEST_CASE("dots in strings and comments count for nothing") {
    const std::string dots(100, '.');
    CHECK_FALSE(FindDeepKey("a = \"" + dots + "\" # " + dots + "\n"));
    CHECK_FALSE(FindDeepKey("a = \"\\\"" + dots + "\"\n"));
    CHECK_FALSE(FindDeepKey("a = '" + dots + "\\'\n"));
    CHECK_FALSE(FindDeepKey("a = \"\"\"\n" + dots + "\"\" " + dots + "\"\"\"\"\"\n"));
    CHECK_FALSE(FindDeepKey("a = '''\n" + dots + "'''\n"));
  }

  TEST_CASE("dots after a string count again") {
    const std::string deep = Repeat(".a", 17);
    CHECK(FindDeepKey("\"\"" + deep));
    CHECK(FindDeepKey("'\\'" + deep));
    CHECK(FindDeepKey("\"\\\\\"" + deep));
    CHECK(FindDeepKey("a = \"\"\"\"\"\"\n" + deep));
    CHECK(FindDeepKey("a = \"\"\"x\"\"\"\"\"\n" + deep));
    CHECK(FindDeepKey("a = \"not closed\n" + deep));
    CHECK(FindDeepKey("# ' \"\n" + deep));
  }

  TEST_CASE("a string that is never closed ends with the text") {
    CHECK_FALSE(FindDeepKey("\"\"\"" + Repeat("a.", 20)));
    CHECK_FALSE(FindDeepKey("\"\\"));
    CHECK_FALSE(FindDeepKey("'"));
    CHECK_FALSE(FindDeepKey(""));
  }
}
