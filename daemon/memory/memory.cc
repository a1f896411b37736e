#include "daemon/memory/memory.h"

#include <algorithm>
#include <tuple>
#include <type_traits>
#include <utility>

#include "daemon/memory/past_incidents.h"
#include "daemon/memory/readings.h"

namespace dialwatch::daemon {
namespace {

using diagnosis::Incident, diagnosis::IncidentState;
using std::chrono::steady_clock;

// What people ask for first; the rest of it, such as times of travel in its evidence, changes all the time.
bool DiffersMuch(const Incident& a, const Incident& b) {
  const auto most = [](const Incident& incident) {
    return std::tie(incident.state, incident.cause, incident.severity, incident.affected, incident.flapping);
  };
  return most(a) != most(b);
}

}  // namespace

Memory::Memory(const config::State& settings)
    : tended_(steady_clock::now()), book_(settings), thread_([this] { Work(); }) {
  tried_.get_future().wait_for(kPatience);
}

void Memory::Start(probes::SampleSink report, Recall recall) {
  report_ = std::move(report);
  recall_ = std::move(recall);
  started_.set_value();
}

void Memory::Stop() {
  if (!thread_.joinable()) return;
  stop_ = true;
  queue_.Close();
  if (!report_) started_.set_value();
  thread_.join();
}

void Memory::Add(const probes::Sample& sample) {
  if (auto row = ReadingOf(sample)) queue_.Push(*std::move(row));
}

void Memory::Add(std::vector<state::HistoryRow> rows) {
  if (!rows.empty()) queue_.Push(std::move(rows));
}

void Memory::Note(const std::vector<Incident>& incidents, base::TimePoint now) {
  std::map<std::string, Noted> noted;
  for (const Incident& incident : incidents) {
    if (incident.state == IncidentState::kPending) continue;  // one that passes before it fires was none
    auto before = noted_.extract(incident.id);
    const bool due = before.empty() || DiffersMuch(before.mapped().incident, incident) ||
                     (now - before.mapped().at >= kRenew && before.mapped().incident != incident);
    if (due) {
      queue_.Push(incident);
      noted.emplace(incident.id, Noted{incident, now});
    } else {
      noted.insert(std::move(before));
    }
  }
  for (auto& [id, gone] : noted_) {  // known by another id now, since that was read late
    if (gone.incident.until) continue;
    gone.incident.state = IncidentState::kResolved;
    gone.incident.until = now;
    queue_.Push(std::move(gone.incident));
  }
  noted_ = std::move(noted);
}

void Memory::Take(Item item) {
  std::visit(
      [&](auto& taken) {
        using T = std::decay_t<decltype(taken)>;
        if constexpr (std::is_same_v<T, Incident>) {
          book_.Add(ToPast(taken));
        } else if constexpr (std::is_same_v<T, state::SampleRow>) {
          book_.Add(std::move(taken));
        } else {
          for (state::HistoryRow& row : taken) book_.Add(std::move(row));
        }
      },
      item);
}

void Memory::Load() {
  if (has_loaded_) return;
  auto past = book_.Load(base::WallClockNow(), steady_clock::now());
  has_loaded_ = past.has_value();
  loaded_.Set(std::move(past));
}

std::optional<MemoryBook::Past> Memory::TakeLoaded() {
  return loaded_.With([](auto& held) { return std::exchange(held, std::nullopt); });
}

void Memory::Work() {
  Load();
  tried_.set_value();
  started_.get_future().wait();
  auto next_flush = steady_clock::now();
  while (!stop_) {
    for (Item& item : queue_.TakeAll(next_flush)) Take(std::move(item));
    if (steady_clock::now() < next_flush) continue;
    Load();
    if (auto past = TakeLoaded()) recall_(*std::move(past));
    if (has_loaded_) book_.Tend(base::WallClockNow(), steady_clock::now());
    tended_ = steady_clock::now();
    Tell();
    next_flush = steady_clock::now() + kFlush;
  }
  for (Item& item : queue_.TakeAll(steady_clock::now())) Take(std::move(item));
  book_.Close(base::WallClockNow());
}

void Memory::Tell() {
  const probes::StateSample now = book_.Report(base::WallClockNow());
  degraded_ = book_.degraded();
  lost_ = now.lost;
  const bool same = now.outcome == told_.outcome && now.error == told_.error && now.set_aside == told_.set_aside;
  if (now.path.empty() || (same && now.at - told_.at < kReport && now.at >= told_.at)) return;
  told_ = now;
  report_(now);
}

}  // namespace dialwatch::daemon
