#include "alerting/storm.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "alerting/receivers/receiver.h"
#include "alerting/storm_message.h"

namespace dialwatch::alerting {
namespace {

using config::Receiver;

// One storm as it is for one receiver.
struct Storm {
  TimePoint start;
  std::vector<Telling*> members;  // told with it
  std::vector<Telling*> joining;  // to be told with it
  TimePoint told_at{};            // its last message
  TimePoint grew_at{};            // the last that was added to it
};

bool IsFresh(const Telling& each, const Receiver& receiver) {
  return !each.resolved() && each.told(receiver) == nullptr && each.incident().severity >= receiver.min_severity;
}

std::map<TimePoint, Storm> StormsOf(std::vector<Telling>& all, const Receiver& receiver) {
  std::map<TimePoint, Storm> storms;
  for (Telling& each : all) {
    const Told* told = each.told(receiver);
    if (told == nullptr || !told->storm) continue;
    Storm& storm = storms[*told->storm];
    storm.start = *told->storm;
    storm.members.push_back(&each);
    storm.told_at = std::max(storm.told_at, told->at);
    storm.grew_at = std::max(storm.grew_at, told->since);
  }
  return storms;
}

// A storm of what would be told now and what has been within kStormWindow, where that is too much to tell one by one.
std::optional<Storm> Beginning(std::vector<Telling>& all, const Receiver& receiver, TimePoint now) {
  Storm storm{.start = now, .members = {}, .joining = {}};
  std::size_t fresh = 0;
  for (Telling& each : all) {
    const Told* told = each.told(receiver);
    const bool lately = told != nullptr && !told->storm && !each.resolved() && Ago(told->since, now) < kStormWindow;
    const bool is_fresh = IsFresh(each, receiver);
    if ((!is_fresh && !lately) || !each.MayJoin(receiver)) continue;
    fresh += is_fresh ? 1 : 0;
    storm.joining.push_back(&each);
  }
  if (fresh == 0 || storm.joining.size() <= kStormFew) return std::nullopt;
  return storm;
}

bool Knows(const Storm& storm, const std::string& critical_cause) {
  return std::ranges::any_of(storm.members, [&](const Telling* each) {
    return each->incident().severity == Severity::kCritical && each->incident().cause == critical_cause;
  });
}

bool IsDue(const Storm& storm, const Receiver& receiver, const config::Settings& settings, TimePoint now) {
  if (storm.members.empty()) return true;  // it begins
  const auto any = [](const auto& tellings, const auto& is) { return std::ranges::any_of(tellings, is); };
  const auto over = [](const Telling* each) { return each->resolved(); };
  const bool urgent =
      any(storm.joining,
          [&](const Telling* each) {
            return each->incident().severity == Severity::kCritical && !Knows(storm, each->incident().cause);
          }) ||
      any(storm.members, [&](const Telling* each) { return !each->resolved() && each->Worse(receiver); }) ||
      std::ranges::all_of(storm.members, over);
  const bool news = !storm.joining.empty() ||
                    any(storm.members, [&](const Telling* each) { return each->resolved() || each->Grown(receiver); });
  const Duration since = Ago(storm.told_at, now);
  return urgent || (news && since >= kStormPace) || since >= settings.alerting.repeat;
}

void Tell(const Storm& storm, const Receiver& receiver, const config::Settings& settings, TimePoint now) {
  const Kind* kind = FindKind(receiver.kind);
  if (kind == nullptr) return;
  StormNews news{.start = storm.start, .begins = storm.members.empty(), .fresh = {}, .known = {}, .over = {}};
  for (const Telling* each : storm.joining) news.fresh.push_back(&each->incident());
  for (const Telling* each : storm.members) {
    (each->resolved() ? news.over : news.known).push_back(&each->incident());
  }
  Message message = ComposeStorm(news, settings, now);
  OutboxRow row{.receiver = receiver.name,
                .incident = message.incident,
                .sequence = 1 + std::chrono::floor<std::chrono::seconds>(now - storm.start).count(),
                .payload = kind->render(message),
                .created = now,
                .due = now};
  for (const auto* tellings : {&storm.joining, &storm.members}) {
    for (Telling* each : *tellings) each->WithStorm(receiver, storm.start);
  }
  Telling& carrier = storm.joining.empty() ? *storm.members.front() : *storm.joining.front();
  carrier.Carry(std::move(row), std::move(message));
}

}  // namespace

bool TellStorms(std::vector<Telling>& all, const Receiver& receiver, const Outbox& outbox,
                const config::Settings& settings, TimePoint now) {
  auto storms = StormsOf(all, receiver);
  const auto waits = [&](TimePoint start) { return outbox.Find(receiver.name, StormId(start)) != nullptr; };
  const auto newest = storms.rbegin();
  const bool rages =
      newest != storms.rend() && (Ago(newest->second.grew_at, now) < kStormQuiet || waits(newest->first));
  if (rages) {
    for (Telling& each : all) {
      if (IsFresh(each, receiver)) newest->second.joining.push_back(&each);
    }
  } else if (auto beginning = Beginning(all, receiver, now)) {
    storms.insert_or_assign(now, *std::move(beginning));
  }
  for (const auto& [start, storm] : storms) {
    // a message that waits is not replaced, since the ends it tells are told nowhere else
    if (!waits(start) && IsDue(storm, receiver, settings, now)) Tell(storm, receiver, settings, now);
  }
  return rages;
}

}  // namespace dialwatch::alerting
