#pragma once

#include <mutex>
#include <utility>

namespace dialwatch::base {

// Data that cannot be reached without its lock (after dnsdist's LockGuarded). Thread safe.
template <typename T>
class Guarded {
 public:
  Guarded() = default;
  explicit Guarded(T value) : value_(std::move(value)) {}

  // Calls `use(value)` under the lock. `use` does no I/O and calls nothing back.
  template <typename Use>
  decltype(auto) With(Use use) {
    const std::lock_guard lock(mutex_);
    return use(value_);
  }

  // For values that are cheap to copy, such as a shared_ptr.
  T Copy() const {
    const std::lock_guard lock(mutex_);
    return value_;
  }

  void Set(T value) {
    const std::lock_guard lock(mutex_);
    std::swap(value_, value);  // the old value dies after the lock is let go
  }

 private:
  mutable std::mutex mutex_;
  T value_{};
};

}  // namespace dialwatch::base
