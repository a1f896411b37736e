#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "probes/sample.h"

namespace dialwatch::diagnosis {

using probes::Sample;

// Counts of durations by bucket, in seconds.
class Histogram {
 public:
  static constexpr std::array<double, 13> kBounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                  0.1,    0.25,  0.5,    1,     2.5,  5};
  void Observe(double seconds);

  const std::array<std::uint64_t, kBounds.size() + 1>& counts() const {
    return counts_;
  }  // not cumulative; the last is +Inf
  double sum() const { return sum_; }

 private:
  std::array<std::uint64_t, kBounds.size() + 1> counts_{};
  double sum_ = 0;
};

// Running totals over all samples since the start. Value type.
struct Statistics {
  std::map<std::tuple<std::string, std::string, std::string>, std::uint64_t> probes;  // (kind, via, result)
  std::map<std::pair<std::string, std::string>, Histogram> dns_lookups;  // (resolver or "authority", transport)
  std::map<std::string, Histogram> stun_rtts;                            // server
  std::map<std::string, Histogram> turn_rtts;                            // server
  std::uint64_t forged = 0;                                              // datagrams that matched no query of ours

  void Add(const Sample& sample);

  // Series vanish with their target: forgets resolvers and STUN servers that `settings` does not have.
  void Retain(const config::Settings& settings);
};

}  // namespace dialwatch::diagnosis
