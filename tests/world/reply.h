#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "probes/dns/sample.h"
#include "tests/world/course.h"

namespace dialwatch::world {

using base::Endpoint, base::IpAddress, base::RecordType;
using std::chrono::seconds;
using RecordKey = std::pair<std::string, RecordType>;  // owner and type

// How a server of whatever kind is.
enum class Health : std::uint8_t {
  kWell,
  kSilent,
  kUnreachable,  // ICMP says so
  kServFail,
  kRefused,
  kLame,  // it answers, but not for this zone
};

// The data of one type that a name has; none: it does not exist.
struct RecordSet {
  std::vector<std::string> data;
  std::uint32_t ttl = 300;
  std::size_t shown = 0;  // so many of them at a time, in turn; 0: all

  bool operator==(const RecordSet&) const = default;
};

// What a server says, before the way to us.
struct Reply {
  probes::DnsOutcome outcome = probes::DnsOutcome::kAnswered;
  int rcode = probes::kRcodeNoError;
  bool aa = false, ra = false, ad = false;
  std::vector<probes::DnsRecord> answers = {}, authority = {};
  std::vector<probes::ExtendedError> extended_errors = {};
  std::string nsid = {};
  Duration delay{};

  bool IsWord() const {
    return outcome == probes::DnsOutcome::kAnswered &&
           (rcode == probes::kRcodeNoError || rcode == probes::kRcodeNxDomain);
  }
};

// One question as a server sees it.
struct Question {
  RecordKey key;
  bool checking_disabled = false;
  TimePoint at;
};

}  // namespace dialwatch::world
