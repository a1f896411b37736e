#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace dialwatch::probes {

// One packet on one way. The two clocks need not agree, and whatever differs between them drops out.
struct Passage {
  std::chrono::nanoseconds sent{};
  std::chrono::nanoseconds arrived{};
};

// Interarrival jitter, of packets in the order of their arrival (RFC 3550 §6.4.1, §A.8). It begins at zero and forgets
// slowly: after 50 packets it has seen 96 % of a jitter that stays the same. Nothing of fewer than two packets.
std::optional<std::chrono::microseconds> MeasureJitter(std::span<const Passage> passages);

// How many came so much later than the fastest that a jitter buffer of this size has given up on them.
std::uint32_t CountLate(std::span<const Passage> passages, std::chrono::microseconds buffer);

// BurstR of ITU-T G.107 §7.5: how much longer the bursts of loss are than if each packet were lost by itself; at
// least 1.
double MeasureBurstRatio(const std::vector<bool>& came);

// How many came after one that was sent later (RFC 4737 §3.3); the numbers are in the order of arrival.
std::uint32_t CountReordered(std::span<const std::uint32_t> numbers);

// The smallest value that at least this share of all is not above. There must be one.
std::chrono::microseconds Quantile(std::vector<std::chrono::microseconds> values, double share);

}  // namespace dialwatch::probes
