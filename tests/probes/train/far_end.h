#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <thread>

#include "reflector/server.h"

namespace dialwatch::probes::test {

// Calls `turn` again and again on a thread of its own until it is destroyed. `turn` waits a few milliseconds at most.
class Looper {
 public:
  explicit Looper(std::function<void()> turn)
      : thread_([this, turn = std::move(turn)] {
          while (!stop_) turn();
        }) {}
  ~Looper() {
    stop_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

// Keys 7 and 8, of 32 octets each.
TrainKeys TestKeys();

// A real reflector on a loopback port, by default one of its own.
class FarEnd {
 public:
  explicit FarEnd(const base::IpAddress& address, std::string dialer = "d1", std::uint16_t port = 0);
  FarEnd();  // 127.0.0.1

  const base::Endpoint& endpoint() const { return endpoint_; }
  reflector::Counters counters();

 private:
  void Turn();

  std::mutex mutex_;
  reflector::Server server_;  // under mutex_
  base::Endpoint endpoint_;
  Looper looper_;
};

}  // namespace dialwatch::probes::test
