#include <doctest/doctest.h>
#include <fmt/format.h>

#include <regex>
#include <set>

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
    const std::regex commented(
        "\n# (?!tls_name|url|secret_file)(\\[\\[|[a-z_]+ = )");  // they belong to one transport each
    const std::string text = std::regex_replace(ReadSourceFile("config/example.toml"), commented, "\n$1");
    CHECK(ErrorsOf(text) == std::vector<std::string>{});
    CHECK(ParseConfig(text, "example.toml").settings->discoveries.size() == 2);
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
    const std::set<std::string> of_another_kind{"discovery.server", "discovery.zone", "resolver.tls_name",
                                                "resolver.url", "turn.secret_file"};
    std::string text;
    for (const AnySection& section : Sections()) {
      text += section.Heading() + "\n";
      for (const Key& key : section.keys) {
        if (of_another_kind.contains(fmt::format("{}.{}", section.name, key.name))) continue;
        text += fmt::format("{} = {}\n", key.name, key.example);
      }
    }
    CHECK(ErrorsOf(text) == std::vector<std::string>{});
  }
}
