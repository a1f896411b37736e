#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>

#include "probes/sample.h"

namespace dialwatch::daemon {

// How much a sample says that its vantage point has not said just now.
enum class News : std::uint8_t {
  kNone,  // the same, with other times, TTLs and ports; or a resolver's answer that was there before
  kBlip,  // it has failed once, or answers again after that
  kNew,
};

// Tells what is news about samples. An outage is news while it begins, since three failures running make one, and when
// it ends. Bounded: beyond kMost statements all are new. Thread safety: none.
class Novelty {
 public:
  static constexpr std::size_t kMost = 1'000'000;

  News Of(const probes::Sample& sample);

 private:
  News Of(std::uint64_t series, std::uint64_t said, bool may_alternate);

  struct Series {
    std::uint64_t said = 0;  // last
    int failures = 0;        // since then
  };
  std::unordered_set<std::uint64_t> said_;
  std::unordered_map<std::uint64_t, Series> series_;  // by vantage point and subject
};

}  // namespace dialwatch::daemon
