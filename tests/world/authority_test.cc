#include "tests/world/authority.h"

#include <doctest/doctest.h>

#include "probes/dns/record_fields.h"
#include "tests/world/ordinary.h"

namespace dialwatch::world {
namespace {

using namespace std::chrono_literals;

const TimePoint kNow{std::chrono::sys_days{std::chrono::year{2020} / 8 / 30}};

// What the first or the second server of the ordinary zone says.
struct Asked {
  Zone zone = OrdinaryWorld(2).names.zones.front();

  Reply operator()(const std::string& host, RecordType type = RecordType::kA, Duration after = {},
                   std::size_t server = 0) {
    return zone.Say(zone.servers[server], {{host, type}, false, kNow + after}, 0);
  }
};

std::uint32_t SerialIn(const Reply& reply) {
  return probes::ReadSoa(reply.answers.front())->serial;
}

}  // namespace

TEST_SUITE("world/authority") {
  TEST_CASE("a name has its address, another one does not exist, and a type that it has not is no denial") {
    Asked asked;
    CHECK(asked("d2.example.com").answers.front().data == "198.51.100.2");
    CHECK(asked("d2.example.com").aa);
    CHECK(asked("d3.example.com").rcode == probes::kRcodeNxDomain);
    CHECK(asked("d2.example.com", RecordType::kAaaa).rcode == probes::kRcodeNoError);
    CHECK(asked("d2.example.com", RecordType::kAaaa).authority.front().type == RecordType::kSoa);
  }

  TEST_CASE("a change is a new serial at each server that is not cut off") {
    Asked asked;
    asked.zone.Change(kNow + 1h, "d1.example.com", {{"198.51.100.101"}});
    asked.zone.servers[1].cut_off.Set(Between(kNow, kNow + 2h), kNow);
    CHECK(asked("d1.example.com", RecordType::kA, 1h).answers.front().data == "198.51.100.101");
    CHECK(asked("d1.example.com", RecordType::kA, 1h, 1).answers.front().data == "198.51.100.1");
    CHECK(asked("d1.example.com", RecordType::kA, 2h, 1).answers.front().data == "198.51.100.101");
    CHECK(SerialIn(asked("example.com", RecordType::kSoa, 1h)) == 2);
    CHECK(SerialIn(asked("example.com", RecordType::kSoa, 1h, 1)) == 1);
  }

  TEST_CASE("an alias comes with what it leads to, also over several links") {
    Asked asked;
    asked.zone.records.emplace(RecordKey{"a.example.com", RecordType::kCname}, RecordSet{{"b.example.com"}});
    asked.zone.records.emplace(RecordKey{"b.example.com", RecordType::kCname}, RecordSet{{"d1.example.com"}});
    const Reply reply = asked("a.example.com");
    REQUIRE(reply.answers.size() == 3);
    CHECK(reply.answers[1].owner == "b.example.com");
    CHECK(reply.answers[2].data == "198.51.100.1");
  }

  TEST_CASE("aliases in a circle come to an end") {
    Asked asked;
    asked.zone.records.emplace(RecordKey{"a.example.com", RecordType::kCname}, RecordSet{{"b.example.com"}});
    asked.zone.records.emplace(RecordKey{"b.example.com", RecordType::kCname}, RecordSet{{"a.example.com"}});
    CHECK(asked("a.example.com").answers.size() < 10);
  }

  TEST_CASE("a signed zone signs each answer anew each day, until its signer stops") {
    Asked asked;
    asked.zone.is_signed = true;
    const auto ends = [&](Duration after) {
      return probes::ReadRrsig(asked("d1.example.com", RecordType::kA, after).answers.back())->expiration;
    };
    CHECK(ends(36h) == kNow + 15 * 24h);
    asked.zone.signer_stopped = std::optional(kNow);
    CHECK(ends(36h) == kNow + 14 * 24h);
  }
}

}  // namespace dialwatch::world
