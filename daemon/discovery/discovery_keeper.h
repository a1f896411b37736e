#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "config/settings.h"
#include "daemon/discovery/discoverer.h"

namespace dialwatch::daemon {

// A thread that looks at the [[discovery]] sources and adds what it finds to the settings. A source that fails keeps
// the dialers that it had; the log says so once, and once that it is well again; errors() says so as long as it lasts.
// Thread safety: none; the main thread owns it.
class DiscoveryKeeper {
 public:
  static constexpr std::chrono::seconds kLookEvery{1};
  static constexpr std::chrono::seconds kPatience{3};  // for sources that were never looked at

  DiscoveryKeeper() = default;
  ~DiscoveryKeeper();
  DiscoveryKeeper(const DiscoveryKeeper&) = delete;
  DiscoveryKeeper& operator=(const DiscoveryKeeper&) = delete;

  // From now on these settings are what is added to: gives them with what has been found. Sources that stay keep what
  // they have; new ones are waited for, at most kPatience, what they hold later is a change.
  std::shared_ptr<const config::Settings> Apply(std::shared_ptr<const config::Settings> settings);

  // The settings with what has been found where that has changed, else null. At most one change an interval of
  // probing, for each of them starts all turns anew.
  std::shared_ptr<const config::Settings> TakeChange();

  // How many files and zones could not be read at the last look; nothing without a source.
  std::optional<std::size_t> errors() const;

 private:
  using Clock = std::chrono::steady_clock;

  void Work(const std::stop_token& stop);
  void Tell(const std::vector<std::string>& errors);
  std::shared_ptr<const config::Settings> Merge();

  std::shared_ptr<const config::Settings> settings_;
  std::vector<config::FoundHost> given_;  // what the settings that we gave last were made of
  Clock::time_point next_change_{};

  mutable std::mutex mutex_;            // guards what follows, which the thread fills
  std::condition_variable_any looked_;  // also: stop waiting
  std::vector<config::FoundHost> found_;
  std::size_t errors_ = 0;
  bool first_look_ = false;

  Discoverer discoverer_;          // the thread's while it runs
  std::vector<std::string> told_;  // likewise
  std::jthread thread_;
};

}  // namespace dialwatch::daemon
