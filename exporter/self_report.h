#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/time.h"

namespace dialwatch::exporter {

// What the process says about itself, filled in by the daemon from its parts at each scrape.
struct SelfReport {
  std::string version;
  bool last_reload_successful = true;
  std::optional<base::TimePoint> last_reload_success;
  std::optional<std::size_t> discovery_errors;  // at the last look; nothing without [[discovery]]
  double scheduler_lag_seconds = 0;             // how late the latest probe started
  std::uint64_t samples_dropped = 0;

  struct Delivery {  // by receiver name
    std::uint64_t delivered = 0;
    std::map<std::string, std::uint64_t> failed;  // by reason, a closed set
    std::uint64_t queued = 0;
    std::optional<base::TimePoint> oldest_pending;
  };
  std::map<std::string, Delivery> deliveries;

  bool ready = false;                    // first round of probes concluded
  std::string unhealthy;                 // empty where all threads make progress, else which one does not
  bool state_degraded = false;           // the database cannot be written: memory only
  std::uint64_t state_rows_dropped = 0;  // that were to be remembered
};

}  // namespace dialwatch::exporter
