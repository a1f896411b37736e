#include "config/expectation.h"

#include <doctest/doctest.h>

namespace dialwatch::config {
namespace {

Dialer Expecting(const std::vector<std::string>& networks, ExpectMode mode) {
  Dialer dialer;
  dialer.expect_mode = mode;
  for (const std::string& network : networks) dialer.expect.push_back(*base::IpPrefix::Parse(network));
  return dialer;
}

}  // namespace

TEST_SUITE("config/expectation") {
  TEST_CASE("each mode has its own idea of a match") {
    struct Row {
      ExpectMode mode;
      std::vector<std::string> expected, answers;
      bool meets;
    };
    const std::vector<Row> rows{
        {ExpectMode::kExact, {"192.0.2.1", "192.0.2.2"}, {"192.0.2.1", "192.0.2.2"}, true},
        {ExpectMode::kExact, {"192.0.2.1", "192.0.2.2"}, {"192.0.2.1"}, false},
        {ExpectMode::kExact, {"192.0.2.1"}, {"192.0.2.1", "192.0.2.2"}, false},
        {ExpectMode::kSubset, {"192.0.2.1", "192.0.2.2"}, {"192.0.2.2"}, true},
        {ExpectMode::kSubset, {"192.0.2.1", "192.0.2.2"}, {"192.0.2.2", "192.0.2.3"}, false},
        {ExpectMode::kAny, {"192.0.2.1"}, {"192.0.2.1", "192.0.2.9"}, true},
        {ExpectMode::kAny, {"192.0.2.1"}, {"192.0.2.9"}, false},
        {ExpectMode::kPrefix, {"192.0.2.0/24"}, {"192.0.2.1", "192.0.2.9"}, true},
        {ExpectMode::kPrefix, {"192.0.2.0/24"}, {"192.0.2.1", "203.0.113.1"}, false},
        {ExpectMode::kPrefix, {"192.0.2.0/24"}, {}, false},
        {ExpectMode::kExact, {"192.0.2.1"}, {"no address"}, false},
    };
    for (const Row& row : rows) {
      CAPTURE(row.expected);
      CAPTURE(row.answers);
      CHECK(Expectation(Expecting(row.expected, row.mode), RecordType::kA).Meets(row.answers) == row.meets);
    }
  }

  TEST_CASE("only addresses of the record's family are expected") {
    const auto dialer = Expecting({"192.0.2.1"}, ExpectMode::kExact);
    CHECK(Expectation(dialer, RecordType::kA).exists());
    CHECK_FALSE(Expectation(dialer, RecordType::kAaaa).exists());
    CHECK_FALSE(Expectation(dialer, RecordType::kSrv).exists());
  }

  TEST_CASE("an expectation reads as part of a sentence") {
    CHECK(Expectation(Expecting({"192.0.2.1", "192.0.2.2"}, ExpectMode::kExact), RecordType::kA).ToString() ==
          "192.0.2.1, 192.0.2.2");
    CHECK(Expectation(Expecting({"192.0.2.1", "192.0.2.2"}, ExpectMode::kAny), RecordType::kA).ToString() ==
          "at least one of 192.0.2.1, 192.0.2.2");
    CHECK(Expectation(Expecting({"192.0.2.0/24"}, ExpectMode::kPrefix), RecordType::kA).ToString() ==
          "within 192.0.2.0/24");
  }
}

}  // namespace dialwatch::config
