#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "tests/scenarios/play.h"
#include "tests/scenarios/reader.h"
#include "tests/scenarios/table.h"

// The second part of docs/scenarios.md comes from here. To write it anew:
// DIALWATCH_WRITE_DOCS=1 build/release/tests/scenarios/test_scenarios -ts=scenarios/catalogue
using namespace dialwatch::scenarios;

namespace {

#ifdef DIALWATCH_FEWER_RUNS
constexpr int kSeeds = 1;
#else
constexpr int kSeeds = 3;
#endif
constexpr const char* kPage = DIALWATCH_SOURCE_DIR "/docs/scenarios.md";
constexpr std::string_view kMarker = "<!-- from here on: written by tests/scenarios -->\n";

Row Run(const Scenario& scenario) {
  Row row{scenario, {}};
  for (int seed = 1; seed <= kSeeds; ++seed) {
    Score score = Judge(scenario, Replay(scenario, Record(scenario, static_cast<std::uint64_t>(seed))), kStart);
    for (std::string& complaint : score.complaints) complaint = fmt::format("seed {}: {}", seed, complaint);
    row.score += score;
  }
  return row;
}

const std::vector<Row>& Rows() {
  static const std::vector<Row> kRows = [] {
    std::vector<Row> rows;
    for (const Read& read : ReadCatalogue(DIALWATCH_SOURCE_DIR "/tests/scenarios/catalogue")) {
      if (read.errors.empty()) rows.push_back(Run(read.scenario));  // else reader_test.cc tells
    }
    return rows;
  }();
  return kRows;
}

std::string ReadPage() {
  std::ifstream file(kPage, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_SUITE("scenarios/catalogue") {
  TEST_CASE("each scenario gives the incidents and messages that it must, and no others") {
    for (const Row& row : Rows()) {
      const std::string complaints = fmt::format("{}", fmt::join(row.score.complaints, "\n"));
      if (row.scenario.known_fault.empty()) {
        CHECK_MESSAGE(complaints.empty(), fmt::format("{}:\n{}", row.scenario.name, complaints));
      } else if (kSeeds > 1) {  // one run may well be right
        CHECK_MESSAGE(!complaints.empty(), fmt::format("{}: is right now; take out known_fault", row.scenario.name));
      }
    }
  }

  TEST_CASE("docs/scenarios.md tells how it went" * doctest::skip(kSeeds == 1)) {
    const std::string page = ReadPage();
    const std::size_t marker = page.find(kMarker);
    REQUIRE(marker != std::string::npos);
    const std::string expected = page.substr(0, marker + kMarker.size()) + DescribeCatalogue(Rows(), kSeeds);
    if (std::getenv("DIALWATCH_WRITE_DOCS") != nullptr) std::ofstream(kPage, std::ios::binary) << expected;
    CHECK(ReadPage() == expected);
  }
}
