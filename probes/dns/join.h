#pragma once

#include <functional>
#include <memory>
#include <utility>

namespace dialwatch::probes {

// Calls back when the last of those that hold it has let go: when several questions have all been answered. Also when
// they are dropped unanswered, so the callback has to see whether anybody still waits. Thread safety: none.
class Join {
 public:
  explicit Join(std::function<void()> then) : then_(std::move(then)) {}
  ~Join() { then_(); }
  Join(const Join&) = delete;
  Join& operator=(const Join&) = delete;

 private:
  std::function<void()> then_;
};
using JoinPtr = std::shared_ptr<Join>;

}  // namespace dialwatch::probes
