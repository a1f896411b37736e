#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

namespace dialwatch::base {

// Hands values from many threads to one, in order, without ever making a producer wait: what does not fit is dropped
// and counted. Thread safe.
template <typename T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

  // False where the queue was full or closed; the value is gone then.
  bool Push(T value) {
    const std::lock_guard lock(mutex_);
    if (closed_ || values_.size() >= capacity_) {
      ++dropped_;
      return false;
    }
    values_.push_back(std::move(value));
    if (values_.size() == 1) ready_.notify_one();
    return true;
  }

  // All that waits, or nothing when `deadline` passes or the queue is closed first.
  std::vector<T> TakeAll(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    ready_.wait_until(lock, deadline, [this] { return closed_ || !values_.empty(); });
    return std::exchange(values_, {});
  }

  void Close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    ready_.notify_all();
  }

  std::uint64_t dropped() const {
    const std::lock_guard lock(mutex_);
    return dropped_;
  }

 private:
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::vector<T> values_;
  std::uint64_t dropped_ = 0;
  bool closed_ = false;
};

}  // namespace dialwatch::base
