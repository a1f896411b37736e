#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "base/bounded_queue.h"
#include "base/guarded.h"
#include "config/settings.h"
#include "daemon/recording/recording_file.h"
#include "probes/record/line.h"

namespace dialwatch::daemon {

// A thread that appends samples to a recording, at most kFlush behind. Who adds never waits: what does not fit, since
// the disk is slow or full, is dropped, counted and logged. Thread safety: Add, Apply, Reopen and dropped from any
// thread.
class Recorder {
 public:
  static constexpr std::size_t kQueue = 20'000;  // samples; some seconds of a thousand dialers
  static constexpr std::chrono::milliseconds kFlush{500};

  // Errors: the file cannot be had.
  static base::Result<std::unique_ptr<Recorder>> Open(const std::string& path, const config::Settings& settings);
  ~Recorder();  // writes what waits
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  void Add(const probes::Sample& sample);
  void Apply(const config::Settings& settings);  // these are in force from here on
  void Reopen() { reopen_ = true; }              // the file has been moved away; soon after, a new one is there

  std::uint64_t dropped() const { return queue_.dropped() + lost_; }

 private:
  Recorder(std::string path, RecordingFile file, const config::Settings& settings);
  void Work();
  void Write(std::string lines, std::uint64_t samples);
  void OpenAnew();
  void TellDropped();

  const std::string path_;
  base::BoundedQueue<probes::RecordingLine> queue_{kQueue};
  base::Guarded<probes::RecordingStart> start_;  // by the settings in force
  std::atomic<bool> reopen_{false};
  std::atomic<bool> stop_{false};
  std::atomic<std::uint64_t> lost_{0};  // of those taken from the queue

  // the thread's
  RecordingFile file_;
  bool needs_start_ = true;
  std::uint64_t missed_ = 0;  // of those that did not fit into the queue, when it was last written
  std::string last_error_;    // so that each is logged once
  std::uint64_t told_dropped_ = 0;
  std::chrono::steady_clock::time_point next_telling_{};
  std::thread thread_;
};

}  // namespace dialwatch::daemon
