#include "alerting/record.h"

#include <doctest/doctest.h>

#include "tests/alerting/fixtures.h"

namespace dialwatch::alerting {
namespace {

Record Whole() {
  Record record;
  record.incident = BogusAtGoogle();
  record.incident.symptoms = BogusAtGoogle(diagnosis::IncidentState::kFiring, 1).findings;
  auto& row = record.incident.symptoms[0].evidence.emplace_back();
  row.vantage = "stun \xff\"telnyx\"";
  row.rcode = "SERVFAIL";
  row.rtt_ms = 12.5;
  row.note = "";
  record.incident.symptoms[0].eta.reset();
  record.incident.findings[0].spread = {.copies = 2, .wrong = 7, .answers = 24, .until = At(86'340)};
  record.incident.findings[1].spread = {.copies = 0, .wrong = 2, .answers = 2, .until = {}};
  record.told_at = At(60);
  record.sequence = 7;
  record.told["oncall"] = {At(60), Severity::kCritical, 3};
  record.told["desk"] = {At(30), Severity::kWarning, 2};
  return record;
}

}  // namespace

TEST_SUITE("alerting/record") {
  TEST_CASE("a record is the same after it was stored and read") {
    Record record = Whole();
    const auto read = FromRow(ToRow(record));
    REQUIRE(read);
    record.incident.symptoms[0].evidence.back().vantage = "stun \xEF\xBF\xBD\"telnyx\"";  // JSON is UTF-8
    CHECK(*read == record);
  }

  TEST_CASE("it is over when all who were told of it have been told its end") {
    Record record = Whole();
    CHECK(ToRow(record).state == "firing");
    record.incident.state = diagnosis::IncidentState::kResolved;
    CHECK(ToRow(record).state == "firing");
    record.told.clear();
    CHECK(ToRow(record).state == "resolved");
  }

  TEST_CASE("a damaged body is an error that names the incident, whatever the damage") {
    state::IncidentRow row = ToRow(Whole());
    const std::string body = row.body;
    for (const std::string damage : {"", "null", "[]", "{}", "{\"cause\":1}", "\xff"}) {
      CAPTURE(damage);
      row.body = damage;
      const auto read = FromRow(row);
      REQUIRE_FALSE(read);
      CHECK(read.error().what.starts_with("incident dns-bogus:google:20200831T130500Z: what was kept"));
    }
    for (std::size_t size = 0; size < body.size(); size += 37) {
      row.body = body.substr(0, size);
      CHECK_FALSE(FromRow(row));
    }
  }
}

}  // namespace dialwatch::alerting
