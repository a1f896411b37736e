#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <thread>

#include "probes/event_loop.h"
#include "probes/sample.h"

namespace dialwatch::probes {

// Carries out what blocks on threads of its own, one a job, so that the loop goes on: for the few targets that read
// files and pages. Thread safety: none; use it on its loop's thread only.
class Background {
 public:
  using Work = std::function<Sample(const std::stop_token& stop)>;

  explicit Background(EventLoop& loop) : loop_(loop), jobs_(std::make_shared<Jobs>()) {}
  ~Background();  // asks the jobs to stop and waits for that; their samples are lost
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  // Gives what `work` returns to `then`, on the loop's thread. Without a thread for it `then` is forgotten.
  void Run(Work work, SampleSink then);

 private:
  struct Job {
    SampleSink then;
    std::jthread thread;
  };
  using Jobs = std::map<std::uint64_t, Job>;

  EventLoop& loop_;
  const std::shared_ptr<Jobs> jobs_;
  std::uint64_t next_ = 0;
};

}  // namespace dialwatch::probes
