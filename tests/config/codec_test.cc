#include "config/codec.h"

#include <doctest/doctest.h>

using namespace dialwatch::config;
using namespace std::chrono_literals;

namespace {

Node StringNode(std::string text) {
  return {{1, 1}, std::move(text)};
}

template <typename Value>
bool Takes(const Codec<Value>& codec, const std::string& text) {
  Errors errors;
  const auto value = codec.read(StringNode(text), errors);
  CHECK(value.has_value() == errors.empty());
  return value.has_value();
}

}  // namespace

TEST_SUITE("config/codec") {
  TEST_CASE("a range takes its ends") {
    const auto codec = DurationBetween(1s, 1h);
    CHECK(Takes(codec, "1s"));
    CHECK(Takes(codec, "1h"));
    CHECK_FALSE(Takes(codec, "999ms"));
    CHECK_FALSE(Takes(codec, "1h1ms"));
    CHECK(codec.range == "1s to 1h");
    Errors errors;
    CHECK(IntegerBetween(1, 64).read({{1, 1}, std::int64_t{64}}, errors) == 64);
    CHECK(errors.empty());
    CHECK_FALSE(IntegerBetween(1, 64).read({{1, 1}, std::int64_t{1} << 32}, errors));
  }

  TEST_CASE("a TTL is whole seconds") {
    CHECK(Takes(TtlBetween(1s, 24h), "1m1s"));
    CHECK_FALSE(Takes(TtlBetween(1s, 24h), "1s1ms"));
    CHECK_FALSE(Takes(TtlBetween(1s, 24h), "0s"));
  }

  TEST_CASE("a URL is http or https, has a host and no password") {
    CHECK(Takes(HttpUrl(), "http://a"));
    CHECK(Takes(HttpUrl(), "https://a.example.com:8443/x?at=me@example.com"));
    CHECK_FALSE(Takes(HttpUrl(), "ftp://a"));
    CHECK_FALSE(Takes(HttpUrl(), "http://"));
    CHECK_FALSE(Takes(HttpUrl(), "http:///x"));
    CHECK_FALSE(Takes(HttpUrl(), "https://me:secret@a"));
    CHECK_FALSE(Takes(HttpUrl(), "https://a b"));
  }

  TEST_CASE("a text may have any letter but nothing that hides or moves others") {
    CHECK(Takes(Text(), "Zürich, büro ☎"));
    CHECK(Takes(Text(), std::string(1000, 'x')));
    CHECK_FALSE(Takes(Text(), std::string(1001, 'x')));
    CHECK_FALSE(Takes(Text(), "a\nb"));
    CHECK_FALSE(Takes(Text(), std::string("a\0b", 3)));
    CHECK_FALSE(Takes(Text(),
                      "a\xE2\x80\xAE"
                      "b"));
    CHECK_FALSE(Takes(Text(), ""));
    CHECK(Takes(TextOrEmpty(), ""));
  }

  TEST_CASE("a server's address is some host's") {
    CHECK(Takes(ServerAddress(53), "192.0.2.1"));
    CHECK_FALSE(Takes(ServerAddress(53), "0.0.0.0"));
    CHECK_FALSE(Takes(ServerAddress(53), "[::]:53"));
    CHECK(Takes(ListenAddress(80), "0.0.0.0"));
  }

  TEST_CASE("a list holds at most a thousand") {
    Array elements(1001, StringNode("192.0.2.1"));
    Errors errors;
    REQUIRE(ListOf("addresses", Address()).read({{1, 1}, elements}, errors));
    CHECK(errors.Sorted().front().message == "it holds more than 1000");
  }

  TEST_CASE("a string is quoted so that TOML reads it back") {
    CHECK(Quote("plain") == "\"plain\"");
    CHECK(Quote("a\"b\\c") == R"("a\"b\\c")");
    CHECK(Quote("a\nb\x7F") == R"("a\u000Ab\u007F")");
  }
}
