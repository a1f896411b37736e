#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "probes/dns/sample.h"

namespace dialwatch::diagnosis {

using base::Duration;
using base::TimePoint;
using probes::DnsSample;

// What a resolver said of a name and how it was asked, without the moment: alike sightings share one. Of a stranger's
// reply only a bounded part is kept.
struct Statement {
  DnsSample sample;                  // answers of the type asked for, the SOA of a denial, NSID and extended errors
  std::vector<std::string> answers;  // AnswersOf(sample)
};

// One reply, in short: 32 octets beside the shared statement.
struct Sighting {
  std::shared_ptr<const Statement> said;
  TimePoint at;
  std::uint32_t ttl = 0;     // seconds; CopyTtl of the reply
  std::uint32_t rtt_us = 0;  // microseconds

  // When a cache drops what was seen. A copy has the same expiry whenever it is looked at.
  TimePoint expiry() const { return at + std::chrono::seconds(ttl); }

  // The sample as it was, but for what the statement leaves out.
  DnsSample ToSample() const;
};

// The latest replies of one resolver about one name, at any of its addresses, over any transport: at most kMost, none
// older than kLongest before the newest. What failed without a reply is not in it. Value type; a copy costs a counter.
class Sightings {
 public:
  static constexpr std::size_t kMost = 64;
  static constexpr Duration kLongest = std::chrono::minutes(15);

  void Add(const DnsSample& sample);
  void ForgetBefore(TimePoint time);

  std::span<const Sighting> all() const;  // by time, oldest first
  bool empty() const { return !sightings_; }

  // Of all answers, so that who looks for long-lived copies need not look at each; zero where there is none.
  std::chrono::seconds highest_ttl() const { return std::chrono::seconds(highest_ttl_); }

 private:
  void Keep(std::vector<Sighting> sightings);

  std::uint32_t highest_ttl_ = 0;
  std::shared_ptr<const std::vector<Sighting>> sightings_;  // replaced, never changed; not empty
};

}  // namespace dialwatch::diagnosis
