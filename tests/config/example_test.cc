#include <doctest/doctest.h>
#include <fmt/format.h>

#include "config/load.h"
#include "config/sections.h"
#include "tests/config/files.h"

using namespace dialwatch::config;

TEST_SUITE("config/example") {
  TEST_CASE("config/example.toml loads clean") {
    const std::string text = ReadSourceFile("config/example.toml");
    CHECK(ErrorsOf(text).empty());
    CHECK(ParseConfig(text, "example.toml").settings->dialers.size() == 2);
  }

  TEST_CASE("config/example.toml still loads clean with all that is commented out") {
    std::string text = ReadSourceFile("config/example.toml");
    for (const char* key : {"bind", "path", "status_url", "[[authority]]", "zone", "servers", "probe_label"}) {
      const std::string commented = fmt::format("\n# {}", key);
      const std::size_t at = text.find(commented);
      REQUIRE_MESSAGE(at != std::string::npos, key);
      text.replace(at, commented.size(), fmt::format("\n{}", key));
    }
    std::size_t at = text.find("\n# [[resolver]]");
    REQUIRE(at != std::string::npos);
    for (; text.compare(at, 3, "\n# ") == 0; at = text.find('\n', at + 1)) text.erase(at + 1, 2);
    CHECK(ErrorsOf(text) == std::vector<std::string>{});
    CHECK(ParseConfig(text, "example.toml").settings->resolvers.size() == 4);
  }

  TEST_CASE("config/example.toml has each key") {
    const std::string text = ReadSourceFile("config/example.toml");
    for (const AnySection& section : Sections()) {
      const std::size_t heading = text.find(section.Heading());
      REQUIRE_MESSAGE(heading != std::string::npos, section.name);
      const std::string body = text.substr(heading, text.find("\n\n", heading) - heading);
      for (const Key& key : section.keys) {
        const bool active = body.find(fmt::format("\n{} = ", key.name)) != std::string::npos;
        const bool commented = body.find(fmt::format("\n# {} = ", key.name)) != std::string::npos;
        CHECK_MESSAGE((active || commented), section.Heading() << ' ' << key.name);
      }
    }
  }

  TEST_CASE("the examples of the key table load clean together") {
    std::string text;
    for (const AnySection& section : Sections()) {
      text += section.Heading() + "\n";
      for (const Key& key : section.keys) {
        if (key.name == "tls_name" || key.name == "url") continue;  // they belong to one transport each
        text += fmt::format("{} = {}\n", key.name, key.example);
      }
    }
    CHECK(ErrorsOf(text) == std::vector<std::string>{});
  }
}
