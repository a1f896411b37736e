#include "alerting/telling.h"

#include <algorithm>
#include <set>
#include <utility>

#include "alerting/receivers/receiver.h"

namespace dialwatch::alerting {

using config::Receiver;

namespace {

std::set<std::string> ResolversOf(const Incident& incident) {
  std::set<std::string> resolvers;
  for (const diagnosis::Finding& finding : incident.findings) {
    if (!finding.subject.resolver.empty()) resolvers.insert(finding.subject.resolver);
  }
  return resolvers;
}

}  // namespace

Telling::Telling(Record record, const Outbox& outbox, const config::Settings& settings, TimePoint now)
    : outbox_(outbox), settings_(settings), now_(now) {
  change_.record = std::move(record);
  ForgetOthers();
}

const Told* Telling::told(const Receiver& receiver) const {
  const auto told = change_.record.told.find(receiver.name);
  return told == change_.record.told.end() ? nullptr : &told->second;
}

bool Telling::Worse(const Receiver& receiver) const {
  const Told* before = told(receiver);
  if (before == nullptr) return false;
  return incident().severity > before->severity || (!before->cause.empty() && incident().cause != before->cause);
}

bool Telling::Grown(const Receiver& receiver) const {
  const Told* before = told(receiver);
  if (before == nullptr) return false;
  const bool another = !before->resolvers.empty() && !std::ranges::includes(before->resolvers, ResolversOf(incident()));
  return another || incident().peak.dialers >= std::max(2 * before->dialers, before->dialers + kLeastGrowth);
}

void Telling::Alone(const Receiver& receiver) {
  const Told* before = told(receiver);
  if (before != nullptr && before->storm) return;
  if (resolved()) {
    if (before != nullptr) Tell(receiver, Occasion::kResolved);
    return;
  }
  if (incident().severity < receiver.min_severity) return;
  if (before == nullptr || Worse(receiver)) {
    Tell(receiver, Occasion::kFiring);
  } else if (Grown(receiver)) {
    Tell(receiver, Occasion::kGrown);
  } else if (Ago(before->at, now_) >= settings_.alerting.repeat) {
    Tell(receiver, Occasion::kStillFiring);
  }
}

bool Telling::MayJoin(const Receiver& receiver) const {
  const OutboxQueue* waiting = outbox_.Find(receiver.name, incident().id);
  return waiting == nullptr || !waiting->in_flight;
}

void Telling::WithStorm(const Receiver& receiver, TimePoint storm) {
  const Told* before = told(receiver);
  const TimePoint since = before == nullptr ? now_ : before->since;
  Withdraw(outbox_.Find(receiver.name, incident().id), 0);
  Note(receiver, change_.record.sequence, since, storm);
}

void Telling::Carry(OutboxRow row, Message message) {
  changed_ = true;
  if (const auto told = change_.record.told.find(row.receiver); told != change_.record.told.end()) {
    told->second.at = now_;
  }
  change_.messages.push_back(std::move(row));
  change_.composed.push_back(std::move(message));
}

std::optional<Change> Telling::Take() {
  if (!changed_ && !change_.record.over()) return std::nullopt;
  if (changed_) change_.record.told_at = now_;
  return std::move(change_);
}

void Telling::Tell(const Receiver& receiver, Occasion occasion) {
  const Kind* kind = FindKind(receiver.kind);
  const OutboxQueue* waiting = outbox_.Find(receiver.name, incident().id);
  if (kind == nullptr || (waiting != nullptr && waiting->in_flight)) return;

  Record& record = change_.record;
  const auto before = record.told.find(receiver.name);
  const bool knows = before != record.told.end() && !Withdraw(waiting, before->second.first);
  if (!knows && occasion == Occasion::kResolved) {
    occasion = Occasion::kMissed;
  } else if (!knows) {
    occasion = Occasion::kFiring;
  }

  if (change_.messages.empty()) ++record.sequence;
  Note(receiver, knows ? before->second.first : record.sequence, knows ? before->second.since : now_, {});
  Message message = Compose(record.incident, occasion, settings_, now_);
  Carry({.receiver = receiver.name,
         .incident = record.incident.id,
         .sequence = record.sequence,
         .payload = kind->render(message),
         .created = now_,
         .due = now_},
        message);
}

void Telling::Note(const Receiver& receiver, std::int64_t first, TimePoint since, std::optional<TimePoint> storm) {
  auto& told = change_.record.told;
  if (resolved()) {
    changed_ |= told.erase(receiver.name) > 0;
    return;
  }
  Told& last = told[receiver.name];
  std::set<std::string> resolvers = ResolversOf(incident());
  resolvers.merge(last.resolvers);
  Told now{last.at,          incident().severity, first, since, incident().peak.dialers, storm,
           incident().cause, std::move(resolvers)};
  changed_ |= now != last;
  last = std::move(now);
}

// Takes back all that waits; true where message number `first` was among it.
bool Telling::Withdraw(const OutboxQueue* waiting, std::int64_t first) {
  if (waiting == nullptr) return false;
  change_.withdrawn.insert(change_.withdrawn.end(), waiting->rows.begin(), waiting->rows.end());
  return std::any_of(waiting->rows.begin(), waiting->rows.end(),
                     [&](const OutboxRow& row) { return row.sequence == first; });
}

// Those who are no longer configured are told nothing, and all of it should they come back: what waited for them was
// given up.
void Telling::ForgetOthers() {
  const std::size_t gone = std::erase_if(change_.record.told, [&](const auto& told) {
    return std::ranges::find(settings_.receivers, told.first, &Receiver::name) == settings_.receivers.end();
  });
  changed_ = gone > 0;
}

}  // namespace dialwatch::alerting
