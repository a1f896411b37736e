#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

namespace dialwatch::probes {

enum class StateOutcome : std::uint8_t {
  kKept,
  kDegraded,  // it cannot be written: what is to be remembered waits in memory
};
constexpr std::array<std::string_view, 2> NamesOf(StateOutcome /*type only*/) {
  return {"kept", "degraded"};
}

// How the daemon's own database fares.
struct StateSample {
  base::TimePoint at;
  StateOutcome outcome = StateOutcome::kKept;
  std::string path;
  std::string error;          // why it is degraded
  std::string set_aside;      // the damaged database that was moved away within a day; empty: none was
  std::uint64_t waiting = 0;  // rows that are to be written
  std::uint64_t lost = 0;     // rows that did not fit into memory, since the daemon started

  bool operator==(const StateSample&) const = default;
};

}  // namespace dialwatch::probes
