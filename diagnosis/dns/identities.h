#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "config/settings.h"
#include "probes/dns/sample.h"

namespace dialwatch::diagnosis {

using base::TimePoint;
using probes::DnsSample;

// Who answers at one address of a resolver, as far as it says.
struct Identity {
  static constexpr std::size_t kMostNsids = 8;

  std::string server;              // what it said to id.server, or to its operator's own name; empty: nothing
  std::vector<std::string> nsids;  // seen in its replies, the newest last
  TimePoint at;                    // of its newest reply
};

// Who answers for each resolver, by address. Value type.
class Identities {
 public:
  void Add(const DnsSample& sample);  // of any purpose, through a resolver
  void Retain(const config::Settings& settings, TimePoint oldest);

  // Null where that address has not replied lately.
  const Identity* Of(const std::string& resolver, const base::Endpoint& address) const;

  // The names by which a resolver's machines go, over all of its addresses: NSIDs and server names, sorted.
  std::vector<std::string> NamesOf(const std::string& resolver) const;

 private:
  std::map<std::pair<std::string, base::Endpoint>, Identity> identities_;  // by resolver and address
};

// Whether two lists of such names may be those of one operator: some two are of one kind, as machines of one service
// are. "res100.fra.rrdns.pch.net" and "res7.ams.rrdns.pch.net" are, and "123m45" and "98m7".
bool MayBeOneOperator(const std::vector<std::string>& names, const std::vector<std::string>& others);

}  // namespace dialwatch::diagnosis
