#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>

namespace dialwatch::reflector {

// Which numbers of a train have been seen, as in RFC 4303 §3.4.3: a window below the highest. Thread safety: none.
class ReplayWindow {
 public:
  static constexpr std::uint32_t kSize = 1024;  // 20 s of a train: whoever is later is too late for everybody

  // False for a number that was seen before, or is too old to tell.
  bool Admit(std::uint32_t number) {
    if (number >= next_) {
      if (number - next_ >= kSize) {
        seen_.reset();
      } else {
        for (std::uint64_t skipped = next_; skipped != number; ++skipped) seen_.reset(skipped % kSize);
      }
      next_ = std::uint64_t{number} + 1;
    } else if (next_ - number > kSize || seen_[number % kSize]) {
      return false;
    }
    seen_.set(number % kSize);
    return true;
  }

 private:
  std::bitset<kSize> seen_;
  std::uint64_t next_ = 0;  // above the highest
};

}  // namespace dialwatch::reflector
