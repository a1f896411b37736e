#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <string>
#include <vector>

#include "exporter/metrics.h"

using namespace dialwatch::exporter;

namespace {

std::string_view TypeName(prometheus::MetricType type) {
  switch (type) {
    case prometheus::MetricType::Counter:
      return "counter";
    case prometheus::MetricType::Histogram:
      return "histogram";
    default:
      return "gauge";
  }
}

}  // namespace

TEST_SUITE("exporter/metrics_doc") {
  TEST_CASE("docs/metrics.md lists the families of the code, row by row") {
    std::vector<std::string> expected;
    for (const FamilyEntry& family : Families()) {
      expected.push_back(fmt::format("| `dialwatch_{}` | {} | {} | {} |", family.name, TypeName(family.type),
                                     family.labels, family.help));
    }
    std::vector<std::string> documented;
    std::ifstream page(DIALWATCH_SOURCE_DIR "/docs/metrics.md");
    for (std::string line; std::getline(page, line);) {
      if (line.starts_with("| `dialwatch_")) documented.push_back(line);
    }
    CHECK(documented == expected);
  }

  TEST_CASE("a help text needs no escaping, as the serializer does none") {
    for (const FamilyEntry& family : Families()) {
      CHECK(family.help.find_first_of("\n\\") == std::string_view::npos);
      CHECK(family.help.ends_with('.'));
    }
  }
}
