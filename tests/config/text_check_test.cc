#include "config/text_check.h"

#include <doctest/doctest.h>

#include <string>

using namespace dialwatch::config;

namespace {

std::string Repeat(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

Position PlaceOfMistake(const std::string& text) {
  const auto mistake = CheckText(text);
  return mistake ? mistake->at : Position{0, 0};
}

}  // namespace

TEST_SUITE("config/text_check") {
  TEST_CASE("a key of many parts is found at its seventeenth dot") {
    CHECK(PlaceOfMistake("x = 1\n" + Repeat("a.", 17) + "a = 1\n") == Position{2, 34});
    CHECK(PlaceOfMistake(Repeat("\"a\" . ", 17) + "a = 1") == Position{1, 101});
    CHECK(PlaceOfMistake("[" + Repeat("a.", 17) + "a]") == Position{1, 35});
  }

  TEST_CASE("each line may have its sixteen") {
    CHECK_FALSE(CheckText(Repeat(Repeat("a.", 16) + "a = 1\n", 3)));
  }

  TEST_CASE("in strings and comments all is well") {
    const std::string odd = ".................... ü €";
    CHECK_FALSE(CheckText("a = \"" + odd + "\" # " + odd + " \"\"\"\n"));
    CHECK_FALSE(CheckText("a = \"\\\"" + odd + "\"\n"));
    CHECK_FALSE(CheckText("a = '" + odd + "\\'\n"));
    CHECK_FALSE(CheckText("a = ['" + odd + "', \"'" + odd + "'\"]\n"));
  }

  TEST_CASE("after them the rules hold again") {
    CHECK(PlaceOfMistake("\"\"ü") == Position{1, 3});
    CHECK(PlaceOfMistake("'\\'ü") == Position{1, 4});
    CHECK(PlaceOfMistake("\"\\\\\"ü") == Position{1, 5});
    CHECK(PlaceOfMistake("a = \"not closed\nü") == Position{2, 1});
    CHECK(PlaceOfMistake("a = \"not closed\\\nü") == Position{2, 1});
    CHECK(PlaceOfMistake("# ' \"\nü") == Position{2, 1});
    CHECK(PlaceOfMistake("a = \"ü\" ü") == Position{1, 9});
  }

  TEST_CASE("strings in three quotes are refused") {
    CHECK(PlaceOfMistake("a = \"\"\"x\"\"\"") == Position{1, 5});
    CHECK(PlaceOfMistake("a = '''x'''") == Position{1, 5});
    CHECK_FALSE(CheckText("a = \"\" # ''\nb = ''"));
  }

  TEST_CASE("a quote in the middle of a word, or behind a value, begins no string") {
    CHECK(PlaceOfMistake("a = 22\"20\"3\"ś\"") == Position{1, 7});
    CHECK(PlaceOfMistake("a = 1979-05-27 \"ś\"") == Position{1, 16});
    CHECK(PlaceOfMistake("a = \"b\" \"ś\"") == Position{1, 9});
    CHECK_FALSE(CheckText("\"ä\" . \"ö\" = [ \"ü\", 'ß',\r\n  # x\r\n  \"é\" ]\nt = { \"k\" = \"v\", 'l' = 1 }\n"));
  }

  TEST_CASE("a byte order mark may stand in front, and nowhere else") {
    CHECK_FALSE(CheckText("\xEF\xBB\xBF[probing]"));
    CHECK(PlaceOfMistake("[probing]\xEF\xBB\xBF") == Position{1, 10});
  }

  TEST_CASE("a string that is never closed ends with the text") {
    CHECK_FALSE(CheckText("\"\\"));
    CHECK_FALSE(CheckText("'"));
    CHECK_FALSE(CheckText(""));
  }
}
