#pragma once

#include <map>
#include <memory>
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

// One STUN server: all addresses that its host name leads to, through whichever resolver. What has no address is kept
// under the Endpoint of none.
struct StunView {
  std::map<base::Endpoint, StunSeries> addresses;

  bool IsFailing(int running) const;  // all addresses, for so many rounds
  TimePoint FailingSince() const;     // since when all of them have been; only where IsFailing
  const StunSample* Newest() const;   // of any address; null: none
  bool Works() const;                 // an address has answered twice running
};

}  // namespace dialwatch::diagnosis
