#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include "base/guarded.h"
#include "base/result.h"

namespace dialwatch::daemon {

// Looks through a whole database on a thread of its own, since that may take a minute (docs/operations.md). It ends
// early when destroyed. Thread safety: none.
class IntegrityCheck {
 public:
  explicit IntegrityCheck(std::string path);
  ~IntegrityCheck();
  IntegrityCheck(const IntegrityCheck&) = delete;
  IntegrityCheck& operator=(const IntegrityCheck&) = delete;

  struct Outcome {
    base::Result<std::string> damage;  // "": none
    std::chrono::milliseconds took{};
  };
  std::optional<Outcome> Take();  // once it has ended

 private:
  std::atomic<bool> stop_{false};
  base::Guarded<std::optional<Outcome>> outcome_;
  std::thread thread_;
};

}  // namespace dialwatch::daemon
