#include "daemon/memory/memory.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "base/json.h"
#include "daemon/memory/readings.h"

namespace dialwatch::daemon {
namespace {

using diagnosis::Incident, diagnosis::IncidentState;
using std::chrono::steady_clock;

state::PastIncident ToPast(const Incident& incident) {
  return {.id = incident.id,
          .cause = incident.cause,
          .severity = std::string(config::FormatSeverity(incident.severity)),
          .state = std::string(FormatIncidentState(incident.state)),
          .since = incident.since,
          .until = incident.until,
          .body = base::Dump(ToJson(incident))};
}

}  // namespace

Memory::Memory(const config::State& settings)
    : book_(settings), past_(book_.LoadHistory(base::WallClockNow(), steady_clock::now())) {}

void Memory::Start(probes::SampleSink report) {
  report_ = std::move(report);
  thread_ = std::thread([this] { Work(); });
}

Memory::~Memory() {
  stop_ = true;
  queue_.Close();
  if (thread_.joinable()) thread_.join();
}

void Memory::Add(const probes::Sample& sample) {
  if (auto row = ReadingOf(sample)) queue_.Push(*std::move(row));
}

void Memory::Add(std::vector<state::HistoryRow> rows) {
  if (!rows.empty()) queue_.Push(std::move(rows));
}

// One that passes before it fires was none.
void Memory::Note(const std::vector<Incident>& incidents) {
  std::map<std::string, Incident> noted;
  for (const Incident& incident : incidents) {
    const auto before = noted_.find(incident.id);
    const bool fired = incident.state == IncidentState::kFiring || (before != noted_.end() && before->second.until) ||
                       (before != noted_.end() && before->second.state != IncidentState::kPending);
    if (fired && (before == noted_.end() || before->second != incident)) queue_.Push(incident);
    noted.emplace(incident.id, incident);
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

void Memory::Work() {
  auto next_flush = steady_clock::now();
  while (!stop_) {
    for (Item& item : queue_.TakeAll(next_flush)) Take(std::move(item));
    if (steady_clock::now() < next_flush) continue;
    book_.Tend(base::WallClockNow(), steady_clock::now());
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
