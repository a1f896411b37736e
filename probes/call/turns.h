#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/guarded.h"

namespace dialwatch::probes {

// Who is being called: a dialer has one channel for us, and never two calls at a time, whatever threads, addresses and
// reloads there are. Thread safe.
class CallTurns {
  struct Taken {
    base::Guarded<std::set<std::string>> dialers;
  };

 public:
  // The right to call one dialer, until it is destroyed; it may outlive the CallTurns. Thread safety: none.
  class Turn {
   public:
    Turn(Turn&&) noexcept = default;
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (taken_) taken_->dialers.With([&](auto& dialers) { dialers.erase(dialer_); });
    }

   private:
    friend class CallTurns;
    Turn(std::shared_ptr<Taken> taken, std::string dialer) : taken_(std::move(taken)), dialer_(std::move(dialer)) {}

    std::shared_ptr<Taken> taken_;
    std::string dialer_;
  };

  // Nothing while it is being called.
  std::optional<Turn> Take(const std::string& dialer) {
    const bool free = taken_->dialers.With([&](auto& dialers) { return dialers.insert(dialer).second; });
    return free ? std::optional(Turn(taken_, dialer)) : std::nullopt;
  }

 private:
  std::shared_ptr<Taken> taken_ = std::make_shared<Taken>();
};

}  // namespace dialwatch::probes
