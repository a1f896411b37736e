#include "tests/world/cache.h"

#include <doctest/doctest.h>

namespace dialwatch::world {
namespace {

using namespace std::chrono_literals;

const TimePoint kNow{std::chrono::sys_days{std::chrono::year{2020} / 8 / 30}};
const RecordKey kName{"d1.example.com", RecordType::kA};

Reply Gives(const std::string& address, std::uint32_t ttl) {
  return {.answers = {{kName.first, kName.second, ttl, address}}};
}

Reply Denies(std::uint32_t ttl) {
  return {.rcode = probes::kRcodeNxDomain,
          .authority = {{"example.com", RecordType::kSoa, ttl, "ns1.example.com h.example.com 1 3600 600 1209600 60"}}};
}

// A cache and how often it was filled.
struct Tried {
  Cache cache;
  CachePolicy policy;
  int fills = 0;

  Reply Ask(Duration after, const Reply& fresh) {
    return cache.Ask({kName, false, kNow + after}, policy, [&] { return ++fills, fresh; });
  }
};

}  // namespace

TEST_SUITE("world/cache") {
  TEST_CASE("a copy counts down and is filled anew at its end") {
    Tried tried;
    CHECK(tried.Ask(0s, Gives("198.51.100.1", 300)).answers.front().ttl == 300);
    CHECK(tried.Ask(100s, Gives("198.51.100.2", 300)).answers.front() ==
          probes::DnsRecord{kName.first, kName.second, 200, "198.51.100.1"});
    CHECK(tried.Ask(299999ms, {}).answers.front().ttl == 1);
    CHECK(tried.Ask(300s, Gives("198.51.100.2", 60)).answers.front().data == "198.51.100.2");
    CHECK(tried.fills == 2);
  }

  TEST_CASE("no copy is kept longer than the policy says") {
    Tried tried{.cache = {}, .policy = {.longest = 6h}};
    CHECK(tried.Ask(0s, Gives("198.51.100.1", 86400)).answers.front().ttl == 21600);
  }

  TEST_CASE("a denial is kept for the SOA's minimum, which is less than its own TTL") {
    Tried tried;
    tried.Ask(0s, Denies(3600));
    CHECK(tried.Ask(59s, Gives("198.51.100.1", 300)).rcode == probes::kRcodeNxDomain);
    CHECK(tried.Ask(60s, Gives("198.51.100.1", 300)).rcode == probes::kRcodeNoError);
  }

  TEST_CASE("a failure is not kept, and where the policy has it a copy of before stands in, marked as stale") {
    Tried tried{.cache = {}, .policy = {.stale_for = 1h}};
    tried.Ask(0s, Gives("198.51.100.1", 300));
    const Reply failure{.rcode = probes::kRcodeServFail};
    const Reply stale = tried.Ask(301s, failure);
    CHECK(stale.answers.front().data == "198.51.100.1");
    CHECK(stale.answers.front().ttl == 30);
    CHECK(stale.extended_errors.front().code == 3);
    CHECK(tried.Ask(2h, failure).rcode == probes::kRcodeServFail);
    CHECK(tried.Ask(3h, Gives("198.51.100.2", 300)).answers.front().data == "198.51.100.2");
  }

  TEST_CASE("a planted copy is given for its time, whatever the fills are, and lives on in nothing") {
    Tried tried;
    tried.Ask(0s, Gives("198.51.100.1", 300));
    tried.cache.Plant(kName, kNow + 10s, kNow + 20s, Gives("203.0.113.66", 1));
    CHECK(tried.Ask(15s, {}).answers.front() == probes::DnsRecord{kName.first, kName.second, 5, "203.0.113.66"});
    CHECK(tried.Ask(20s, {}).answers.front().data == "198.51.100.1");
  }
}

}  // namespace dialwatch::world
