#pragma once

#include <array>
#include <bitset>
#include <chrono>
#include <cstdint>
#include <span>

#include "probes/turn/sample.h"

namespace dialwatch::probes {

// What goes through a relay in one direction: some packets like those of a call, each with its number and a mark that
// nobody can guess. Counts each once, however often it comes. Thread safety: none.
class TurnPackets {
 public:
  static constexpr int kCount = 10;
  static constexpr std::chrono::milliseconds kSpacing{20};  // as most codecs have it
  static constexpr std::size_t kSize = 172;  // RTP with 20 ms of G.711: 12 octets and 160 (RFC 3551 §4.5.14)
  using Packet = std::array<std::uint8_t, kSize>;

  TurnPackets();  // with a new mark

  // The next one to send; not after all have been.
  Packet Next();
  bool AllSent() const { return sent_ == kCount; }

  // Whether it is one of those sent.
  bool Take(std::span<const std::uint8_t> packet);
  bool AllArrived() const { return arrived_.all(); }

  TurnFlow flow() const { return {sent_, static_cast<int>(arrived_.count())}; }

 private:
  std::array<std::uint8_t, 16> mark_{};
  int sent_ = 0;
  std::bitset<kCount> arrived_;
};

}  // namespace dialwatch::probes
