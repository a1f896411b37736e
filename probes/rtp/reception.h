#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "probes/rtp/passage.h"

namespace dialwatch::probes {

// One direction of a train.
struct RtpDirection {
  std::uint32_t sent = 0;  // into this direction, as far as is known
  std::uint32_t lost = 0;
  std::uint32_t late = 0;  // came, but behind what a jitter buffer would have waited for
  std::optional<std::chrono::microseconds> jitter;

  bool operator==(const RtpDirection&) const = default;

  double LossPercent() const { return Percent(lost); }
  double UnplayedPercent() const { return Percent(lost + late); }

 private:
  double Percent(std::uint32_t count) const { return sent == 0 ? 0 : 100.0 * count / sent; }
};

struct RoundTrip {
  std::chrono::microseconds min{}, p50{}, p95{};  // without the time at the reflector

  bool operator==(const RoundTrip&) const = default;
};

struct RtpMeasures {
  RtpDirection round;                    // there and back again
  std::optional<RtpDirection> up, down;  // where a reflector counted; what is known to be lost in neither is in neither
  std::uint32_t duplicates = 0;
  std::uint32_t reordered = 0;
  double burst_ratio = 1;  // of the losses there and back
  std::optional<RoundTrip> rtt;

  bool operator==(const RtpMeasures&) const = default;
};

// What a jitter buffer waits for a packet (docs/media.md): it adapts to the jitter, and has a packet in reserve.
inline std::chrono::microseconds JitterBuffer(std::optional<std::chrono::microseconds> jitter) {
  return std::chrono::milliseconds(20) + 2 * jitter.value_or(std::chrono::microseconds(0));
}

// What became of the counted packets of one train. Fed with each of them that is sent and with each that comes back,
// by its number among them; bounded by the length of the train. A value. Thread safety: none.
class RtpReception {
 public:
  using Time = std::chrono::nanoseconds;  // since whatever moment, but always the same on one clock

  // What a reflector says of a packet, by its own clock, which is not far from ours.
  struct Stamp {
    Time received{}, transmitted{};
    std::uint32_t count = 0;  // of this train until then
  };

  explicit RtpReception(std::uint32_t packets) : packets_(packets) {}

  void NoteSent(std::uint32_t number, Time at);
  // A number that was never sent is left out.
  void NoteReturned(std::uint32_t number, Time at, const std::optional<Stamp>& stamp);
  // The reflector was asked after the last packet had time to arrive.
  void NoteFinalCount(std::uint32_t count);

  bool IsComplete() const { return returned_.size() == sent_; }
  RtpMeasures Measure() const;

 private:
  struct Packet {
    std::optional<Time> sent;
    bool came = false;
  };
  struct Return {
    std::uint32_t number = 0;
    Time at{};
    std::optional<Stamp> stamp;
  };

  void MeasureRound(RtpMeasures* measures) const;
  void MeasureWays(RtpMeasures* measures) const;
  std::uint32_t SentUntil(std::uint32_t number) const;

  std::vector<Packet> packets_;
  std::vector<Return> returned_;  // in the order of arrival, each number once
  std::uint32_t sent_ = 0, duplicates_ = 0;
  std::optional<std::uint32_t> final_count_;
};

}  // namespace dialwatch::probes
