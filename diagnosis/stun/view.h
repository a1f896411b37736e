#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/ip_address.h"
#include "base/time.h"
#include "probes/sample.h"

namespace dialwatch::diagnosis {

using base::Duration;
using base::TimePoint;
using probes::NatSample;
using probes::StunSample;

// An address that one address of a STUN server said was ours, time after time.
struct ToldAddress {
  base::IpAddress address;
  TimePoint first, last;
};

// One address of a STUN server.
struct StunSeries {
  static constexpr std::size_t kMostTold = 8;

  std::shared_ptr<const StunSample> newest;
  std::shared_ptr<const StunSample> before;  // the one before it, since a round's samples do not all come at once
  int failures = 0;                          // consecutive samples without a mapped address
  TimePoint failing_since, answering_since;
  std::vector<ToldAddress> told;         // oldest first, a new one where it changed
  std::shared_ptr<const NatSample> nat;  // the newest; null: nothing known

  void Remember(const StunSample& sample);
  int ChangesSince(TimePoint time) const;  // of what it told
};

// How rounds have gone at whichever address: one that gave a mapped address is enough. Names may lead to other
// addresses each time, so that those of an outage need not be the same.
struct StunRounds {
  std::uint64_t newest = 0;
  TimePoint at;
  bool mapped = false;  // in the newest
  int before = 0;       // failures before the newest
  int failures = 0;     // consecutive rounds without a mapped address
  TimePoint failing_since;

  void Add(const StunSample& sample);
};

// One STUN server: all addresses that its host name leads to, through whichever resolver. What has no address is kept
// under the Endpoint of none.
struct StunView {
  std::map<base::Endpoint, StunSeries> addresses;
  StunRounds rounds;
  std::map<std::pair<std::string, bool>, StunRounds> through;  // by resolver, and whether at its IPv6 addresses

  void Remember(const StunSample& sample);
  bool IsFailing(int running) const { return rounds.failures >= running; }  // at all addresses, for so many rounds
  const StunSample* Newest() const;                                         // of any address; null: none
  bool Works() const;                                                       // an address has answered twice running
};

}  // namespace dialwatch::diagnosis
