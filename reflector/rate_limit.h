#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <map>

#include "base/ip_address.h"

namespace dialwatch::reflector {

// A token bucket for each source: an IPv4 address, or an IPv6 network of /64, which is what one host can take. A bucket
// holds one second's worth. Never more than `most` of them: one that is full again is forgotten, and where there is no
// room, the longest unused. For sources are easily made up, and who makes up many must not keep out those that are
// real. Thread safety: none.
class RateLimit {
 public:
  using Time = std::chrono::steady_clock::time_point;

  RateLimit(double per_second, std::size_t most) : per_second_(per_second), most_(most) {}

  // Whether one more is all right.
  bool Take(const base::IpAddress& source, Time now);

 private:
  struct Bucket {
    base::IpAddress source;
    double tokens;
    Time at;
  };
  using Buckets = std::list<Bucket>;  // the longest unused first

  void ForgetOldest();

  const double per_second_;
  const std::size_t most_;
  Buckets order_;
  std::map<base::IpAddress, Buckets::iterator> buckets_;
};

}  // namespace dialwatch::reflector
