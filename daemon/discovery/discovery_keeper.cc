#include "daemon/discovery/discovery_keeper.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace dialwatch::daemon {

using config::Settings;

DiscoveryKeeper::~DiscoveryKeeper() = default;

std::shared_ptr<const Settings> DiscoveryKeeper::Apply(std::shared_ptr<const Settings> settings) {
  thread_ = {};  // ends the old one, within the time that a look at the stop token takes
  settings_ = std::move(settings);
  discoverer_.Apply(*settings_);
  std::unique_lock lock(mutex_);
  found_ = discoverer_.hosts();
  errors_ = discoverer_.errors().size();
  first_look_ = false;
  if (!settings_->discoveries.empty()) {
    thread_ = std::jthread([this](const std::stop_token& stop) { Work(stop); });
    looked_.wait_for(lock, kPatience, [&] { return first_look_; });
  }
  lock.unlock();
  return Merge();
}

std::shared_ptr<const Settings> DiscoveryKeeper::TakeChange() {
  if (!settings_ || Clock::now() < next_change_) return nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (found_ == given_) return nullptr;
  }
  return Merge();
}

std::optional<std::size_t> DiscoveryKeeper::errors() const {
  if (!settings_ || settings_->discoveries.empty()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  return errors_;
}

std::shared_ptr<const Settings> DiscoveryKeeper::Merge() {
  {
    const std::lock_guard lock(mutex_);
    given_ = found_;
  }
  next_change_ = Clock::now() + settings_->probing.interval;
  return std::make_shared<Settings>(config::WithFound(*settings_, given_));
}

void DiscoveryKeeper::Work(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    discoverer_.Look(Clock::now(), stop);
    if (stop.stop_requested()) return;  // what a transfer says that was told to stop is nobody's error
    const auto errors = discoverer_.errors();
    Tell(errors);
    auto hosts = discoverer_.hosts();
    std::unique_lock lock(mutex_);
    found_ = std::move(hosts);
    errors_ = errors.size();
    first_look_ = true;
    looked_.notify_all();
    looked_.wait_for(lock, stop, kLookEvery, [] { return false; });
  }
}

void DiscoveryKeeper::Tell(const std::vector<std::string>& errors) {
  const auto has = [](const std::vector<std::string>& list, const std::string& error) {
    return std::find(list.begin(), list.end(), error) != list.end();
  };
  for (const std::string& error : errors) {
    if (!has(told_, error)) base::LogError("discovery: {}; what was known of it stays", error);
  }
  if (errors.empty() && !told_.empty()) base::LogInfo("discovery: all sources can be read again");
  told_ = errors;
}

}  // namespace dialwatch::daemon
