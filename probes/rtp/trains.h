#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>

#include "base/unique_fd.h"
#include "probes/event_loop.h"
#include "probes/rtp/train.h"

namespace dialwatch::probes {

// Runs many trains on one loop. All packets of all trains wait for one alarm, which the kernel keeps to the
// microsecond; the loop's own timers are of milliseconds. Thread safety: none; use it on its loop's thread only.
class EchoTrains {
 public:
  // Called from the loop, never from within Start; may start others, must not destroy the EchoTrains.
  using Done = std::function<void(const EchoSample&)>;

  explicit EchoTrains(EventLoop& loop);
  EchoTrains(const EchoTrains&) = delete;
  EchoTrains& operator=(const EchoTrains&) = delete;

  // The first packet goes out now, and the sample comes a second after the last.
  void Start(TrainPlan plan, Done done);
  std::size_t running() const { return due_.size(); }

 private:
  struct Running {
    EchoTrain train;
    Done done;
    std::unique_ptr<FdWatcher> watcher;  // destroyed before the train closes its socket
  };
  using Time = EchoTrain::Time;

  void SetAlarm();
  void StepDue();

  EventLoop& loop_;
  base::UniqueFd alarm_;
  FdWatcher alarm_watcher_;
  std::multimap<Time, std::unique_ptr<Running>> due_;
};

}  // namespace dialwatch::probes
