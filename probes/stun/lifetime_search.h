#pragma once

#include <chrono>
#include <optional>

#include "probes/stun/nat_sample.h"

namespace dialwatch::probes {

// After which pause to look for an idle mapping next: twice as long as before while it lives, then halfway between the
// longest pause that it lived through and the shortest that it did not (RFC 5780 §4.6). Once both are kPrecise apart,
// or it has lived through kLongest, what is known is only looked at again. Thread safety: none.
class LifetimeSearch {
 public:
  static constexpr std::chrono::seconds kShortest{15};
  static constexpr std::chrono::seconds kLongest{320};  // RFC 4787 §4.3 recommends NATs to keep them for 300 s or more
  static constexpr std::chrono::seconds kPrecise{5};

  std::chrono::seconds NextPause() const;
  void Note(std::chrono::seconds pause, bool alive);

  const MappingLifetime& lifetime() const { return lifetime_; }

 private:
  MappingLifetime lifetime_;
};

}  // namespace dialwatch::probes
