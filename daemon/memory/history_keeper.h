#pragma once

#include <vector>

#include "diagnosis/picture.h"
#include "state/store.h"

namespace dialwatch::daemon {

// What was kept goes into the picture, before what has been seen by now.
void Restore(const std::vector<state::HistoryRow>& rows, diagnosis::Picture& picture, base::Duration retention,
             base::TimePoint now);

// Says what of the authorities' words is to be kept over restarts: a new answer when it is first seen, the time an
// answer was last seen once every kRefresh (so after a crash it may be that much too early). Thread safety: none; the
// analysis thread owns it.
class HistoryKeeper {
 public:
  static constexpr base::Duration kRefresh = std::chrono::minutes(1);

  // The rows that are due; `all`: everything, because the process ends.
  std::vector<state::HistoryRow> Take(diagnosis::Picture& picture, base::TimePoint now, bool all = false);

 private:
  base::TimePoint last_refresh_{};
};

}  // namespace dialwatch::daemon
