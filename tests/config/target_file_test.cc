#include "config/target_file.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace dialwatch::config;
using namespace std::chrono_literals;

namespace {

std::string ErrorOf(std::string_view json) {
  const auto targets = ParseTargets(json);
  return targets ? "" : targets.error().what;
}

}  // namespace

TEST_SUITE("config/target_file") {
  TEST_CASE("each target is a host with the labels of its group") {
    const auto hosts = ParseTargets(
        R"([{"targets": ["D1.example.com.", "_sip._tcp.example.com"], "labels": {"account": "acme", "__meta": "x"}},
            {"targets": []}, {"targets": ["d3.example.com"]}])");
    REQUIRE(hosts);
    CHECK(*hosts == std::vector<FoundHost>{{"d1.example.com", {{"account", "acme"}}},
                                           {"_sip._tcp.example.com", {{"account", "acme"}}},
                                           {"d3.example.com", {}}});
    CHECK(ParseTargets("[]")->empty());
  }

  TEST_CASE("many labels for many hosts do not fill the memory") {
    std::string labels, targets;
    for (int i = 0; i < 1000; ++i)
      labels += fmt::format(R"({}"l{}": "{}")", i == 0 ? "" : ",", i, std::string(900, 'x'));
    for (int i = 0; i < 100; ++i) targets += fmt::format(R"({}"d{}.example.com")", i == 0 ? "" : ",", i);
    CHECK(ErrorOf(fmt::format(R"([{{"targets": [{}], "labels": {{{}}}}}])", targets, labels)) ==
          "entry 1: the labels of all hosts together take more than 64 MiB");
  }

  TEST_CASE("what is wrong is told with its entry") {
    CHECK(ErrorOf("") == "is not JSON");
    CHECK(ErrorOf("[{") == "is not JSON");
    CHECK(ErrorOf(R"({"targets": []})") == R"(is not a list like [{"targets": ["d1.example.com"]}])");
    CHECK(ErrorOf("[1]") == "entry 1: it is not an object");
    CHECK(ErrorOf(R"([{"targets": []}, {}])") == "entry 2: it has no list \"targets\"");
    CHECK(ErrorOf(R"([{"targets": "d1"}])") == "entry 1: it has no list \"targets\"");
    CHECK(ErrorOf(R"([{"targets": [1]}])") == "entry 1: a target is not a string");
    CHECK(ErrorOf(R"([{"targets": ["192.0.2.1"]}])") == "entry 1: \"192.0.2.1\" is an address where a name is due");
    CHECK(
        ErrorOf(R"([{"targets": ["d1.example.com:443"]}])") ==
        "entry 1: \"d1.example.com:443\" is not a host name: only letters, digits, \"-\", \"_\" and \".\" may stand in "
        "it; take the port or scheme out");
    CHECK(ErrorOf(R"([{"targets": [], "labels": []}])") == "entry 1: labels is not an object");
    CHECK(ErrorOf(R"([{"targets": [], "labels": {"a": 1}}])") == "entry 1: the label \"a\" is not a string");
    CHECK(ErrorOf(R"([{"targets": [], "labels": {"a-b": ""}}])") ==
          "entry 1: \"a-b\" is not a label name: letters, digits and \"_\" only");
    CHECK(ErrorOf(R"([{"targets": [], "labels": {"host": ""}}])") ==
          "entry 1: \"host\" is a label that the metrics set themselves");
    CHECK(ErrorOf(R"([{"targets": [], "labels": {"a": "\u001b[2J"}}])") ==
          "entry 1: the label \"a\" is longer than 1000 characters or cannot be shown");
  }

  TEST_CASE("deep and hostile JSON is an error, not a crash") {
    CHECK_FALSE(ErrorOf(std::string(200'000, '[')).empty());
    CHECK_FALSE(ErrorOf(std::string(100'000, '[') + std::string(100'000, ']')).empty());
    CHECK_FALSE(ErrorOf("[\"\xff\"]").empty());
  }

  TEST_CASE("a found host is a dialer with the limits of the policy; one that is configured wins") {
    Settings settings;
    settings.policy.ttl_max = 60s;
    settings.dialers = {AdHocDialer("d1.example.com", settings)};
    settings.dialers[0].name = "one";
    const Settings merged = WithFound(settings, {{"d1.example.com", {{"account", "x"}}},
                                                 {"d2.example.com", {{"account", "acme"}}},
                                                 {"d2.example.com", {{"account", "later"}}},
                                                 {"one", {}}});
    REQUIRE(merged.dialers.size() == 2);
    CHECK(merged.dialers[0] == settings.dialers[0]);
    CHECK(merged.dialers[1].name == "d2.example.com");
    CHECK(merged.dialers[1].ttl_max == 60s);
    CHECK(merged.dialers[1].types == std::vector{RecordType::kA});
    CHECK(merged.dialers[1].labels == std::map<std::string, std::string>{{"account", "acme"}});
  }
}
