#pragma once

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "diagnosis/evidence.h"

namespace dialwatch::diagnosis {

// A dialer whose callers are led, by copies of what the authority gave until lately, to where it does not echo any
// more, while it does elsewhere. The copies are within the TTL that this answer had: who holds them is not to blame.
struct LeftBehind {
  DialerCase dialer;
  std::string zone = {};
  std::set<std::string> old = {}, resolvers = {};  // the addresses, and who gives them still
  bool was_split = false;                          // servers of the zone gave both for longer than a change takes
  TimePoint since = {};                            // it does not echo there
  TimePoint given_until = {}, until = {};          // by the authority; by the last of all copies, whoever holds them
  std::chrono::seconds ttl{};                      // that these had
};

// As trains and calls tell it; one a dialer, in the order of the settings.
std::vector<LeftBehind> FindLeftBehind(const Situation& situation);

// A finding about dialer and zone, without words.
Finding AboutLeftBehind(const LeftBehind& left);

}  // namespace dialwatch::diagnosis
