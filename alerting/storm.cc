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

bool IsFresh(const Telling& each, const Receiver& receiver) {
  return !each.resolved() && each.told(receiver) == nullptr && each.incident().severity >= receiver.min_severity;
}

std::map<TimePoint, Storm> StormsOf(std::vector<Telling>& all, const Receiver& receiver) {
  std::map<TimePoint, Storm> storms;
  for (Telling& each : all) {
    const Told* told = each.told(receiver);
    if (told == nullptr || !told->storm) continue;
    Storm& storm = storms.try_emplace(*told->storm, Storm{.start = *told->storm}).first->second;
    (each.resolved() ? storm.over : storm.known).push_back(&each);
    storm.told_at = std::max(storm.told_at, told->at);
    storm.grew_at = std::max(storm.grew_at, told->since);
  }
  return storms;
}

// A storm of what would be told now and what has been within kStormWindow, where that is too much to tell one by one.
std::optional<Storm> Beginning(std::vector<Telling>& all, const Receiver& receiver, TimePoint now) {
  Storm storm{.start = now};
  bool any_fresh = false;
  for (Telling& each : all) {
    const Told* told = each.told(receiver);
    const bool lately = told != nullptr && !told->storm && !each.resolved() && Ago(told->since, now) < kStormWindow;
    const bool is_fresh = IsFresh(each, receiver);
    if ((!is_fresh && !lately) || !each.MayJoin(receiver)) continue;
    any_fresh |= is_fresh;
    storm.fresh.push_back(&each);
  }
  if (!any_fresh || storm.fresh.size() <= kStormFew) return std::nullopt;
  return storm;
}

// A critical cause that it has not named.
bool IsNew(const Telling* critical, const Storm& storm) {
  const auto alike = [&](const Telling* each) {
    return each->incident().severity == Severity::kCritical && each->incident().cause == critical->incident().cause;
  };
  return critical->incident().severity == Severity::kCritical && std::ranges::none_of(storm.known, alike) &&
         std::ranges::none_of(storm.over, alike);
}

bool IsDue(const Storm& storm, const Receiver& receiver, const config::Settings& settings, TimePoint now) {
  const bool urgent = storm.known.empty() ||  // it begins, or all of it is over
                      std::ranges::any_of(storm.fresh, [&](const Telling* each) { return IsNew(each, storm); }) ||
                      std::ranges::any_of(storm.known, [&](const Telling* each) { return each->Worse(receiver); });
  const bool news = !storm.fresh.empty() || !storm.over.empty() ||
                    std::ranges::any_of(storm.known, [&](const Telling* each) { return each->Grown(receiver); });
  const Duration since = Ago(storm.told_at, now);
  return urgent || (news && since >= kStormPace) || since >= settings.alerting.repeat;
}

void Tell(const Storm& storm, const Receiver& receiver, const config::Settings& settings, TimePoint now) {
  const Kind* kind = FindKind(receiver.kind);
  if (kind == nullptr) return;
  Message message = ComposeStorm(storm, settings, now);
  OutboxRow row{.receiver = receiver.name,
                .incident = message.incident,
                .sequence = 1 + std::chrono::floor<std::chrono::seconds>(now - storm.start).count(),
                .payload = kind->render(message),
                .created = now,
                .due = now};
  Telling* carrier = nullptr;  // not one that is over, unless all are: what is told then is remembered with it
  for (const auto* tellings : {&storm.fresh, &storm.known, &storm.over}) {
    for (Telling* each : *tellings) {
      each->WithStorm(receiver, storm.start);
      if (carrier == nullptr) carrier = each;
    }
  }
  carrier->Carry(std::move(row), std::move(message));
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
      if (IsFresh(each, receiver)) newest->second.fresh.push_back(&each);
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
