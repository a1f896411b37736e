// docs/media.md, held against the code.
#include <doctest/doctest.h>

#include <fstream>
#include <set>
#include <string>
#include <string_view>

#include "base/names.h"
#include "probes/port/sample.h"
#include "probes/sip/call_result.h"
#include "probes/train_probe.h"
#include "reflector/reflector.h"

namespace dialwatch::probes {
namespace {

using Words = std::set<std::string>;

// The first cells of the table with this heading.
Words WordsUnder(std::string_view heading) {
  std::ifstream page(DIALWATCH_MEDIA_MD);
  REQUIRE(page.good());
  Words words;
  std::string line;
  while (std::getline(page, line) && line != heading) continue;
  while (std::getline(page, line) && line.starts_with('|')) {
    if (line.starts_with("| `")) words.insert(line.substr(3, line.find('`', 3) - 3));
  }
  return words;
}

template <base::Named Outcome>
Words WordsOf() {
  const auto names = NamesOf(Outcome{});
  return {names.begin(), names.end()};
}

}  // namespace

TEST_SUITE("docs/media.md") {
  TEST_CASE("outcomes have the words of the docs") {
    CHECK(WordsOf<RtpOutcome>() == WordsUnder("| outcome | when |"));
    CHECK(WordsOf<SipOutcome>() == WordsUnder("| outcome of the signalling | when |"));
    CHECK(WordsOf<PortOutcome>() == WordsUnder("| outcome | when | the host |"));
  }

  TEST_CASE("the bounds that the docs promise are those by default") {
    CHECK(TrainProbe::kMostAddresses == 16);
    const reflector::ReflectorOptions options;
    CHECK(options.per_second == 1000);
    CHECK(options.most_sources == 4096);
    CHECK(options.most_trains == 16384);
  }
}

}  // namespace dialwatch::probes
