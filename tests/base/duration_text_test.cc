#include "base/duration_text.h"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string_view>
#include <utility>

using namespace dialwatch::base;
using namespace std::chrono_literals;

TEST_SUITE("base/duration_text") {
  TEST_CASE("reads one unit and sums of units") {
    const std::initializer_list<std::pair<std::string_view, Duration>> cases{
        {"0s", 0ms},        {"250ms", 250ms}, {"30s", 30s},        {"2m", 2min},
        {"4h", 4h},         {"30d", 720h},    {"1h30m", 90min},    {"1d2h3m4s5ms", 24h + 2h + 3min + 4s + 5ms},
        {"1m1ms", 60001ms}, {"90s", 90s},     {"36500d", 876000h},
    };
    for (const auto& c : cases) {
      CAPTURE(c.first);
      REQUIRE(ParseDuration(c.first));
      CHECK(*ParseDuration(c.first) == c.second);
    }
  }

  TEST_CASE("says what is wrong with a text that is no duration") {
    const std::string_view hint = "; write it like \"30s\", \"2m\" or \"1h30m\"";
    const std::initializer_list<std::pair<std::string_view, std::string_view>> cases{
        {"", "it is empty"},
        {"30", "the unit is missing"},
        {"s", "it needs a whole number before each unit"},
        {"-5s", "it needs a whole number before each unit"},
        {"+5s", "it needs a whole number before each unit"},
        {" 5s", "it needs a whole number before each unit"},
        {".5s", "it needs a whole number before each unit"},
        {"1.5s", "\".\" is not one of d, h, m, s, ms"},
        {"5 s", "\" s\" is not one of d, h, m, s, ms"},
        {"5s ", "\"s \" is not one of d, h, m, s, ms"},
        {"5S", "\"S\" is not one of d, h, m, s, ms"},
        {"0x5s", "\"x\" is not one of d, h, m, s, ms"},
        {"1h-5m", "\"h-\" is not one of d, h, m, s, ms"},
        {"1s1s", "units must fall from d to ms, each once"},
        {"1s1h", "units must fall from d to ms, each once"},
        {"36501d", "it is longer than 100 years"},
        {"36500d1ms", "it is longer than 100 years"},
        {"9223372036854775807d", "it is longer than 100 years"},
        {"99999999999999999999s", "it is longer than 100 years"},
    };
    for (const auto& c : cases) {
      CAPTURE(c.first);
      const auto parsed = ParseDuration(c.first);
      REQUIRE_FALSE(parsed);
      CHECK(parsed.error().what ==
            "\"" + std::string(c.first) + "\" is not a duration: " + std::string(c.second) + std::string(hint));
    }
  }

  TEST_CASE("an error shows a hostile text harmlessly and in part") {
    const std::string what = ParseDuration("\x1b[31m" + std::string(1'000'000, '1')).error().what;
    CHECK(what.starts_with("\"\\027[31m1111"));
    CHECK(what.size() < 300);
    CHECK(ParseDuration("5" + std::string(1'000'000, 'x')).error().what.size() < 400);
  }

  TEST_CASE("formats as shortly as it reads back") {
    CHECK(FormatDuration(0ms) == "0s");
    CHECK(FormatDuration(-5s) == "0s");
    CHECK(FormatDuration(90s) == "1m30s");
    CHECK(FormatDuration(86400s) == "1d");
    CHECK(FormatDuration(1ms) == "1ms");
    for (std::int64_t count = 1; count < 876000LL * 3600 * 1000; count = count * 7 + 3) {
      CAPTURE(count);
      CHECK(*ParseDuration(FormatDuration(Duration(count))) == Duration(count));
    }
  }

  TEST_CASE("describes in two neighbouring units, cut") {
    const std::initializer_list<std::pair<Duration, std::string_view>> cases{
        {-1h, "0s"},         {0ms, "0s"},         {999ms, "999ms"},    {1999ms, "1s"},
        {12s, "12s"},        {60s, "1m"},         {250s, "4m 10s"},    {3600s + 59s, "1h"},
        {86280s, "23h 58m"}, {86399s, "23h 59m"}, {24h + 59min, "1d"}, {24h * 30 + 1h, "30d 1h"},
    };
    for (const auto& [duration, text] : cases) CHECK(DescribeDuration(duration) == text);
  }
}
