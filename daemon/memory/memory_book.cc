#include "daemon/memory/memory_book.h"

#include <algorithm>
#include <utility>

#include "base/backoff.h"
#include "base/count.h"
#include "base/duration_text.h"
#include "base/log.h"
#include "base/random.h"
#include "diagnosis/dns/history.h"
#include "state/mark.h"
#include "state/set_aside.h"

namespace dialwatch::daemon {
namespace {

std::string MarkOf(const std::string& path) {
  return path + ".open";
}

template <typename Map>
void Bound(Map& map, std::uint64_t& lost) {
  if (map.size() <= MemoryBook::kMostOthers) return;
  map.erase(map.begin());
  ++lost;
}

template <typename Map>
auto ValuesOf(const Map& map) {
  std::vector<typename Map::mapped_type> values;
  values.reserve(map.size());
  for (const auto& each : map) values.push_back(each.second);
  return values;
}

}  // namespace

MemoryBook::MemoryBook(const config::State& settings) : settings_(settings) {}
MemoryBook::~MemoryBook() = default;

void MemoryBook::Add(state::SampleRow row) {
  samples_.push_back(std::move(row));
  if (samples_.size() <= kMostSamples) return;
  samples_.pop_front();
  ++lost_;
}

void MemoryBook::Add(state::HistoryRow row) {
  HistoryKey key{row.host, row.type, row.answers, row.ttl};
  history_.insert_or_assign(std::move(key), std::move(row));
  Bound(history_, lost_);
}

void MemoryBook::Add(state::PastIncident incident) {
  std::string id = incident.id;
  incidents_.insert_or_assign(std::move(id), std::move(incident));
  Bound(incidents_, lost_);
}

void MemoryBook::Tend(base::TimePoint now, Steady clock) {
  WatchClock(now, clock);
  if (archive_ && archive_->moved()) Fail({settings_.path + ": is gone or another by now"}, now, clock);
  if (!TryToOpen(now, clock)) return;
  auto done = LookAtCheck(now);
  if (done) done = Write(now);
  if (done) done = Forget(now, clock);
  if (!done) {
    if (Fail(done.error(), now, clock)) Tend(now, clock);
    return;
  }
  if (!std::exchange(last_error_, "").empty()) base::LogInfo("state: {} can be written again", settings_.path);
  attempts_ = 0;
}

bool MemoryBook::TryToOpen(base::TimePoint now, Steady clock) {
  if (archive_) return true;
  if (settings_.path.empty() || clock < next_try_) return false;
  const auto opened = Open();
  if (!opened) Fail(opened.error(), now, clock);
  return static_cast<bool>(opened);
}

base::Status MemoryBook::Open() {
  if (!marked_) {
    const auto left = state::SetMark(MarkOf(settings_.path));
    if (!left) return left.error();
    marked_ = true;
    unclean_ = *left;
  }
  auto store = state::Store::Open(settings_.path);
  if (!store) return store.error();
  auto archive = state::Archive::Open(settings_.path, std::int64_t{settings_.max_mb} * 1'000'000);
  if (!archive) return archive.error();
  store_ = *std::move(store);
  archive_ = *std::move(archive);
  if (unclean_) {
    base::LogInfo("state: {} was not closed by its last user; it is looked through meanwhile", settings_.path);
    check_ = std::make_unique<IntegrityCheck>(settings_.path);
  }
  return {};
}

// Each reason is said once, not at every try. Gives whether a new one can be begun at once.
bool MemoryBook::Fail(const base::Error& error, base::TimePoint now, Steady clock) {
  if (std::exchange(last_error_, error.what) != error.what)
    base::LogError("state: {}; going on from memory", error.what);
  bool set_aside = false;
  if (archive_ && (archive_->damaged() || (store_ && store_->damaged()))) {
    const auto moved = archive_->SetAside(now);
    set_aside = static_cast<bool>(moved);
    if (!moved) base::LogError("state: {}", moved.error().what);
  }
  check_.reset();
  archive_.reset();
  store_.reset();
  next_try_ = clock;
  if (!set_aside) next_try_ += base::BackoffDelay(attempts_++, base::Random32(), kFirstRetry, kLongestRetry);
  return set_aside;
}

base::Status MemoryBook::LookAtCheck(base::TimePoint now) {
  if (!check_) return {};
  const auto outcome = check_->Take();
  if (!outcome) return {};
  check_.reset();
  const std::string took = base::DescribeDuration(outcome->took);
  if (!outcome->damage) {
    base::LogWarning("state: {}", outcome->damage.error().what);  // the mark stays: the next one looks through it
  } else if (outcome->damage->empty()) {
    unclean_ = false;
    base::LogInfo("state: {} is whole; to see that took {}", settings_.path, took);
  } else {
    if (auto moved = archive_->SetAside(now); !moved) return moved;
    unclean_ = false;
    return base::Error{settings_.path + ": is damaged: " + *outcome->damage};
  }
  return {};
}

base::Status MemoryBook::Write(base::TimePoint now) {
  if (auto done = WriteOthers(); !done) return done;
  if (auto done = WriteSamples(); !done) return done;
  return archive_->RollUp(now);
}

base::Status MemoryBook::WriteSamples() {
  while (!samples_.empty()) {
    const auto end = samples_.begin() + static_cast<std::ptrdiff_t>(std::min(kBatch, samples_.size()));
    if (auto done = archive_->Add({samples_.begin(), end}); !done) return done;
    samples_.erase(samples_.begin(), end);
  }
  return {};
}

base::Status MemoryBook::WriteOthers() {
  if (!incidents_.empty()) {
    if (auto done = archive_->SaveIncidents(ValuesOf(incidents_)); !done) return done;
    incidents_.clear();
  }
  if (!history_.empty()) {
    if (auto done = store_->SaveHistory(ValuesOf(history_)); !done) return done;
    history_.clear();
  }
  return {};
}

void MemoryBook::WatchClock(base::TimePoint now, Steady clock) {
  const bool steady = seen_clock_ && std::chrono::abs((now - seen_now_) - (clock - *seen_clock_)) < kJump;
  seen_now_ = now;
  seen_clock_ = clock;
  if (!steady) forgets_from_ = clock + kSteadyFor;
}

base::Status MemoryBook::Forget(base::TimePoint now, Steady clock) {
  if (clock < forgets_from_) return {};
  if (auto done = archive_->Prune(now); !done || clock < next_forgetting_) return done;
  next_forgetting_ = clock + std::chrono::minutes(1);
  if (auto done = archive_->ForgetIncidents(now); !done) return done;
  return store_->ForgetHistory(now - settings_.retention, diagnosis::NameHistory::kMaxEntries);
}

void MemoryBook::Close(base::TimePoint now) {
  check_.reset();
  const std::size_t waiting = samples_.size() + history_.size() + incidents_.size();
  next_try_ = {};
  const bool written = TryToOpen(now, {}) && Write(now);
  if (!written && waiting > 0 && !settings_.path.empty()) {
    base::LogError("state: {}: {} that waited are lost", settings_.path, base::Count(waiting, "row"));
  }
  check_.reset();
  archive_.reset();
  store_.reset();
  if (!written || !marked_ || unclean_) return;
  if (const auto cleared = state::ClearMark(MarkOf(settings_.path)); !cleared) {
    base::LogWarning("state: {}", cleared.error().what);
  }
}

// What has been told since is newer. Of a damaged one whatever can be read.
std::optional<MemoryBook::Past> MemoryBook::Load(base::TimePoint now, Steady clock) {
  if (settings_.path.empty()) return Past();
  if (!TryToOpen(now, clock)) return std::nullopt;
  auto history = store_->LoadHistory();
  auto incidents = archive_->ReadUnfinished(now - kLately);
  if (!history || !incidents) {
    if (!Fail(history ? incidents.error() : history.error(), now, clock)) return std::nullopt;
  }
  Past past;
  if (history) past.history = *std::move(history);
  if (incidents) past.incidents = *std::move(incidents);
  std::erase_if(past.incidents, [&](const state::PastIncident& each) { return incidents_.contains(each.id); });
  return past;
}

probes::StateSample MemoryBook::Report(base::TimePoint now) const {
  probes::StateSample sample;
  sample.at = now;
  sample.path = settings_.path;
  sample.outcome = degraded() ? probes::StateOutcome::kDegraded : probes::StateOutcome::kKept;
  if (degraded()) sample.error = last_error_.empty() ? "not opened yet" : last_error_;
  sample.waiting = samples_.size() + history_.size() + incidents_.size();
  sample.lost = lost_;
  if (const auto last = state::LastSetAside(settings_.path); last && now - last->at < kTellsOfAside) {
    sample.set_aside = last->path;
  }
  return sample;
}

}  // namespace dialwatch::daemon
