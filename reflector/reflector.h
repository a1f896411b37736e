#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <variant>

#include "base/ip_address.h"
#include "probes/train/key.h"
#include "probes/train/token.h"
#include "reflector/counters.h"
#include "reflector/rate_limit.h"
#include "reflector/train_table.h"

namespace dialwatch::reflector {

struct ReflectorOptions {
  std::string dialer;        // whose reflector it is, as its replies say
  double per_second = 1000;  // replies to one source: twenty trains at a time
  std::size_t most_sources = 4096;
  std::size_t most_trains = 16384;
};

// When a datagram came and when its reply leaves.
struct Moment {
  std::chrono::nanoseconds received{}, transmitted{};  // wall clock
  std::chrono::steady_clock::time_point now;
};

// The reflector without its socket. It answers who has the key, once, now, and never with more octets than it got; all
// others hear nothing. Memory is bounded by the options. Thread safety: none.
class Reflector {
 public:
  // A packet must have been sent this close to our time; clocks are taken to be kept by NTP.
  static constexpr std::chrono::seconds kClockTolerance{120};

  Reflector(ReflectorOptions options, probes::TrainKeys keys);

  // Makes a datagram its own reply and returns its size, or says why there is none.
  std::variant<std::size_t, Drop> Reflect(std::span<std::uint8_t> datagram, const base::Endpoint& source,
                                          const Moment& moment);

  void SetKeys(probes::TrainKeys keys) { keys_ = std::move(keys); }
  const Counters& counters() const { return counters_; }
  void CountUnsent(std::uint64_t replies) { counters_.unsent += replies; }

 private:
  std::variant<std::size_t, Drop> Answer(std::span<std::uint8_t> datagram, const base::Endpoint& source,
                                         const Moment& moment);
  std::variant<std::size_t, Drop> AnswerStun(std::span<std::uint8_t> datagram, const base::Endpoint& source,
                                             const Moment& moment);

  const ReflectorOptions options_;
  probes::TrainKeys keys_;
  TrainTable trains_;
  RateLimit echoes_, bindings_;  // apart, because anybody can ask for bindings from any address
  Counters counters_;
};

}  // namespace dialwatch::reflector
