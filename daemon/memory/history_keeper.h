#pragma once

#include <optional>
#include <string>

#include "diagnosis/picture.h"
#include "state/store.h"

namespace dialwatch::daemon {

// Keeps what the authority has said over restarts: a new answer is written when it is first seen, the time an answer
// was last seen once every kRefresh (so after a crash it may be that much too early). Where the store fails, all goes
// on from memory; it is tried again every kRetry. Thread safety: none; the analysis thread owns it.
class HistoryKeeper {
 public:
  static constexpr base::Duration kRefresh = std::chrono::minutes(1);
  static constexpr base::Duration kRetry = std::chrono::seconds(10);

  // An empty `path` keeps nothing.
  HistoryKeeper(std::string path, base::Duration retention);

  // What was kept goes into the picture. Call before the first sample.
  void RestoreInto(diagnosis::Picture& picture, base::TimePoint now);

  // Writes what is due; `all`: everything, because the process ends.
  void Save(diagnosis::Picture& picture, base::TimePoint now, bool all = false);

  bool degraded() const { return degraded_; }

 private:
  bool Open(base::TimePoint now);
  void Fail(const base::Error& error, base::TimePoint now);

  std::string path_;
  base::Duration retention_;
  std::optional<state::Store> store_;
  bool degraded_ = false;
  base::TimePoint next_refresh_{};
  base::TimePoint next_try_{};
};

}  // namespace dialwatch::daemon
