#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "probes/dns/sample.h"

namespace dialwatch::probes {

// Where clients of the dialers' names may be sent: what every resolver and every authoritative server said last, with
// all that was seen in its turn. Learned from the samples of others, never asked for. Bounded: kMostOfOne addresses of
// one server, and nothing older than kLasts. Thread safety: none.
class AnswerBook {
 public:
  static constexpr std::size_t kMostOfOne = 8;
  static constexpr std::size_t kMostAlone = 4;  // addresses that one resolver alone gives
  // A server that is silent takes nothing away, one that is asked no more does.
  static constexpr Duration kLasts = std::chrono::minutes(10);

  struct Address {
    base::IpAddress address;
    std::vector<std::string> resolvers = {};  // that gave it, sorted
    bool by_authority = false;

    bool operator==(const Address&) const = default;
  };

  explicit AnswerBook(std::set<std::string> hosts) : hosts_(std::move(hosts)) {}

  // Whether it names an address that nobody had named.
  bool Learn(const DnsSample& sample);

  // Each once; those of the authority first, then those that most resolvers give. Who makes up many pushes nobody
  // else's out; and where somebody gives a public address, one of our own networks counts only if the authority gives
  // it: nobody's say alone makes us send there.
  std::vector<Address> AddressesOf(const std::string& host, TimePoint now) const;

 private:
  struct Said {
    std::vector<base::IpAddress> addresses;
    TimePoint at;
  };

  const std::set<std::string> hosts_;  // of all others nothing is kept
  std::map<std::string, std::map<std::pair<Via, RecordType>, Said>> said_;
};

}  // namespace dialwatch::probes
