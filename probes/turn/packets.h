#pragma once

#include <array>
#include <bitset>
#include <chrono>
#include <cstdint>
#include <span>

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

  Packet Write(int number) const;  // 0 to kCount - 1

  // Whether it is one of these.
  bool Take(std::span<const std::uint8_t> packet);
  int arrived() const { return static_cast<int>(arrived_.count()); }

 private:
  std::array<std::uint8_t, 16> mark_{};
  std::bitset<kCount> arrived_;
};

}  // namespace dialwatch::probes
