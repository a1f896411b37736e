#include "alerting/alerting.h"

#include <signal.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <optional>
#include <thread>

#include "alerting/delivery.h"
#include "alerting/ledger.h"
#include "alerting/planner.h"
#include "base/guarded.h"
#include "config/secret_file.h"

namespace dialwatch::alerting {
namespace {

using namespace std::chrono_literals;
using SettingsPtr = std::shared_ptr<const config::Settings>;

constexpr Duration kLongestSleep = 500ms;  // repeats, retries of the store and the heartbeat need no more
constexpr Duration kPatience = 500ms;      // of the start, with a disk that hangs
constexpr Duration kHold = 10min;          // the memory is read again and all is probed anew within that
constexpr Duration kFarewell = 1500ms;     // for messages in flight when we are told to stop

}  // namespace

// The delivery thread owns the ledger and the delivery; all else goes through guarded values.
class Alerting::Impl {
 public:
  Impl(const SettingsPtr& settings, std::string store_path)
      : ledger_(std::move(store_path)), delivery_(ledger_), settings_(settings) {
    thread_ = std::thread([this] { Run(); });
    auto opened = opened_.get_future();
    if (opened.wait_for(kPatience) == std::future_status::ready) open_ = opened.get();
    late_ = !open_;
  }

  ~Impl() {
    stopping_ = true;
    delivery_.Wake();
    thread_.join();
  }

  std::vector<Incident> open() const { return open_.value_or(std::vector<Incident>()); }

  void Observe(std::vector<Incident> incidents) {
    observed_.Set(std::make_shared<const std::vector<Incident>>(std::move(incidents)));
    delivery_.Wake();
  }

  void Apply(SettingsPtr settings) {
    settings_.Set(std::move(settings));
    delivery_.Wake();
  }

  std::map<std::string, ReceiverStats> Stats() const { return stats_.Copy(); }
  bool degraded() const { return degraded_; }
  std::uint64_t heartbeat() const { return heartbeat_; }

 private:
  void Run() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);  // they are for the main thread; a SIGPIPE of a TLS write is for nobody
    Open();
    while (!stopping_) Step(kLongestSleep);
    for (const auto end = std::chrono::steady_clock::now() + kFarewell;;) {
      const auto left = std::chrono::floor<Duration>(end - std::chrono::steady_clock::now());
      if (left <= Duration(0)) return;
      Step(std::min(left, 50ms));
      if (delivery_.idle(base::WallClockNow())) return;
    }
  }

  void Open() {
    ledger_.Tend(base::WallClockNow());
    Adopt(settings_.Copy());
    Publish();
    std::vector<Incident> open;
    for (const auto& [id, record] : ledger_.records()) open.push_back(record.incident);
    opened_.set_value(ledger_.loaded() ? std::optional(std::move(open)) : std::nullopt);
  }

  void Step(Duration longest) {
    const TimePoint now = base::WallClockNow();
    ledger_.Tend(now);
    if (late_ && ledger_.loaded()) {
      late_ = false;
      held_until_ = now + kHold;
    }
    if (const SettingsPtr newest = settings_.Copy(); newest != used_) Adopt(newest);
    if (const auto incidents = observed_.Copy()) {
      ledger_.Commit(Plan(WithHeld(*incidents, now), ledger_.records(), ledger_.outbox(), *used_, now));
    }
    delivery_.Work(base::WallClockNow(), longest);
    Publish();
  }

  // What was told before the start, but could not be read then, may be listed later.
  std::vector<Incident> WithHeld(std::vector<Incident> incidents, TimePoint now) const {
    if (now >= Plausible(held_until_, now)) return incidents;
    const std::size_t listed = incidents.size();
    for (const auto& [id, record] : ledger_.records()) {
      const Incident& told = record.incident;
      const auto same = [&](const Incident& each) { return each.id == told.id || each.key == told.key; };
      if (std::none_of(incidents.begin(), incidents.begin() + static_cast<std::ptrdiff_t>(listed), same))
        incidents.push_back(told);
    }
    return incidents;
  }

  void Adopt(SettingsPtr settings) {
    used_ = std::move(settings);
    delivery_.SetReceivers(used_->receivers, config::SecretFoldersOf(*used_));
  }

  void Publish() {
    stats_.Set(delivery_.Stats());
    degraded_ = ledger_.degraded();
    ++heartbeat_;
  }

  std::promise<std::optional<std::vector<Incident>>> opened_;
  std::optional<std::vector<Incident>> open_;  // at the start; none: they come late
  std::atomic<bool> late_{false};
  TimePoint held_until_;

  Ledger ledger_;
  Delivery delivery_;
  SettingsPtr used_;

  base::Guarded<SettingsPtr> settings_;
  base::Guarded<std::shared_ptr<const std::vector<Incident>>> observed_;
  base::Guarded<std::map<std::string, ReceiverStats>> stats_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> degraded_{false};
  std::atomic<std::uint64_t> heartbeat_{0};
  std::thread thread_;
};

Alerting::Alerting(SettingsPtr settings, std::string store_path)
    : impl_(std::make_unique<Impl>(std::move(settings), std::move(store_path))) {}
Alerting::~Alerting() = default;

std::vector<diagnosis::Incident> Alerting::OpenIncidents() const {
  return impl_->open();
}
void Alerting::Observe(std::vector<diagnosis::Incident> incidents) {
  impl_->Observe(std::move(incidents));
}
void Alerting::Apply(SettingsPtr settings) {
  impl_->Apply(std::move(settings));
}
std::map<std::string, ReceiverStats> Alerting::Stats() const {
  return impl_->Stats();
}
bool Alerting::degraded() const {
  return impl_->degraded();
}
std::uint64_t Alerting::heartbeat() const {
  return impl_->heartbeat();
}

}  // namespace dialwatch::alerting
