#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "base/ip_address.h"
#include "base/unique_fd.h"
#include "probes/rtp/passage.h"
#include "tests/probes/train/far_end.h"

namespace dialwatch::probes::test {

// When each copy of a packet is sent on, after it came; no copy: it is lost.
using Fate = std::vector<std::chrono::milliseconds>;
// The fate of a packet by its number in the train, warm-up and questions included.
using Impair = std::function<Fate(std::uint32_t number)>;

Fate Pass(std::uint32_t number);
Fate Lose(std::uint32_t number);

// What was done to one direction.
struct Account {
  std::uint32_t seen = 0, lost = 0, copies = 0;  // copies: beyond the first
  std::vector<std::uint32_t> order;              // of what was sent on
  std::vector<Passage> passages;                 // the same, from when the kernel had it until it was sent on
};

// Stands between a train and its reflector on loopback, and does with each packet what the test says. It counts what it
// did, sees the number of a packet by itself, and takes all times from the wall clock.
class Impairment {
 public:
  Impairment(const base::Endpoint& reflector, Impair up, Impair down);

  const base::Endpoint& endpoint() const { return endpoint_; }
  Account up();
  Account down();

 private:
  struct Direction {
    Impair impair;
    Account account;
  };
  struct Delayed {
    bool upwards;
    std::uint32_t number;
    std::chrono::nanoseconds came;
    std::vector<std::uint8_t> octets;
  };

  void Turn();
  void Take(int fd, bool upwards);
  void SendOn(const Delayed& packet);

  base::UniqueFd front_, back_;  // towards the train, and connected to the reflector
  base::Endpoint endpoint_, client_;
  std::multimap<std::chrono::nanoseconds, Delayed> delayed_;  // by when to send it on
  std::mutex mutex_;
  Direction up_, down_;  // under mutex_
  Looper looper_;
};

}  // namespace dialwatch::probes::test
