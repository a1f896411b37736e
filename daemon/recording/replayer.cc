#include "daemon/recording/replayer.h"

#include <algorithm>
#include <utility>

#include "alerting/planner.h"
#include "daemon/look.h"

namespace dialwatch::daemon {
namespace {

using base::Duration, base::TimePoint;
using diagnosis::Incident, diagnosis::IncidentState, diagnosis::Snapshot;
using Kind = ReplayEvent::Kind;

constexpr Duration kLongestStretch = std::chrono::minutes(5);

TimePoint UpToSecond(TimePoint at) {
  return std::chrono::ceil<std::chrono::seconds>(at);
}

// What makes three failures running takes longer, so that nothing can come and go within a stretch unseen.
Duration Stretch(const config::Settings& settings) {
  const Duration shortest = std::min(settings.probing.interval, settings.media.interval);
  return std::chrono::floor<std::chrono::seconds>(std::clamp<Duration>(2 * shortest, Replayer::kTick, kLongestStretch));
}

bool SameFindings(const Snapshot& a, const Snapshot& b) {
  return std::ranges::equal(a.findings, b.findings, [](const auto& one, const auto& other) {
    return one.id == other.id && one.severity == other.severity && one.affected == other.affected;
  });
}

// Whether nothing would be told that has not been told, and the life of each incident is as it was: a resolved incident
// may be forgotten, but none may be new.
bool SameIncidents(const Snapshot& before, const Snapshot& after) {
  const auto is_known = [&](const Incident& incident) {
    return std::ranges::any_of(before.incidents, [&](const Incident& known) {
      return known.id == incident.id && known.state == incident.state && known.severity == incident.severity &&
             known.affected.size() == incident.affected.size() && known.course == incident.course &&
             known.flapping == incident.flapping;
    });
  };
  const auto open = [](const Snapshot& snapshot) {
    return std::ranges::count_if(snapshot.incidents,
                                 [](const Incident& one) { return one.state != IncidentState::kResolved; });
  };
  return open(before) == open(after) && std::ranges::all_of(after.incidents, is_known);
}

}  // namespace

TimePoint TimeOf(const probes::Sample& sample) {
  return std::visit(
      [](const auto& seen) {
        if constexpr (requires { seen.call.at; }) {
          return seen.call.at;
        } else {
          return seen.at;
        }
      },
      sample);
}

Replayer::Replayer(std::shared_ptr<const config::Settings> settings, Listener listener, Pace pace)
    : settings_(std::move(settings)), listener_(std::move(listener)), pace_(pace) {}

// After so long nobody can have looked: an interval that is longer than this has samples of each vantage point.
Duration Replayer::Silence() const {
  return std::max(Reasoning::kJump, 3 * settings_->probing.interval + 3 * settings_->probing.timeout);
}

void Replayer::Begin(TimePoint at) {
  from_ = UpToSecond(at) - kTick;
  latest_ = at;
  if (reasoning_) {
    reasoning_->StartAnew(at);
  } else {
    reasoning_.emplace(settings_, at);
  }
}

void Replayer::Add(probes::Sample sample) {
  const TimePoint at = TimeOf(sample);
  if (!reasoning_) {
    Begin(at);
  } else if (at < latest_ - Reasoning::kJump || at > latest_ + Silence()) {
    Flush(UpToSecond(latest_));
    Begin(at);
  }
  while (at > from_ + Stretch(*settings_)) Flush(from_ + Stretch(*settings_));
  if (held_.size() >= kMostHeld) Flush(UpToSecond(latest_));
  latest_ = std::max(latest_, at);
  const News news = novelty_.Of(sample);
  held_.push_back({std::move(sample), latest_, news});
}

void Replayer::Apply(std::shared_ptr<const config::Settings> settings, bool anew) {
  if (reasoning_) Flush(UpToSecond(latest_));
  settings_ = std::move(settings);
  if (!reasoning_) return;
  reasoning_->Apply(settings_);
  if (anew) reasoning_->StartAnew(latest_);
  last_.reset();
}

std::shared_ptr<const Snapshot> Replayer::Finish() {
  if (reasoning_) Flush(UpToSecond(latest_));
  return last_;
}

void Replayer::Flush(TimePoint to) {
  const std::vector<Held> samples = std::exchange(held_, {});
  if (to <= from_ && !samples.empty()) to = from_ + kTick;  // all of them came late
  if (to > from_) Run(samples, from_, to);
  from_ = std::max(from_, to);
}

// A stretch that cannot be taken as one is cut before its first news, behind a second of news, else in the middle.
void Replayer::Run(std::span<const Held> samples, TimePoint from, TimePoint to) {
  if (to - from <= kTick) return RunSecond(samples, to);
  TimePoint cut = UpToSecond(from + (to - from) / 2);
  if (pace_ == Pace::kStretches && last_) {
    const auto news = std::ranges::find_if(samples, [&](const Held& held) { return Matters(held); });
    if (news != samples.end()) {
      cut = std::max(UpToSecond(news->at) - kTick, from + kTick);
    } else if (RunAsOne(samples, to)) {
      return;
    }
  }
  const auto split = std::ranges::upper_bound(samples, cut, {}, &Held::at);
  const auto before = static_cast<std::size_t>(split - samples.begin());
  Run(samples.first(before), from, cut);
  Run(samples.subspan(before), cut, to);
}

// What comes and goes within a stretch is to be seen: where something is found, a lost packet may hide it for a moment.
bool Replayer::Matters(const Held& held) const {
  if (held.news != News::kBlip) return held.news == News::kNew;
  const auto* dns = std::get_if<probes::DnsSample>(&held.sample);
  const bool of_resolver = dns != nullptr && dns->via.kind == probes::Via::Kind::kResolver;
  return std::ranges::any_of(last_->findings, [&](const diagnosis::Finding& finding) {
    return !of_resolver || !finding.subject.resolver.empty();
  });
}

bool Replayer::RunAsOne(std::span<const Held> samples, TimePoint to) {
  Reasoning ahead = *reasoning_;
  for (const Held& held : samples) ahead.Add(held.sample);
  auto snapshot = ahead.Conclude(to);
  if (!SameFindings(*last_, *snapshot) || !SameIncidents(*last_, *snapshot) ||
      !alerting::Plan(snapshot->incidents, ledger_.records(), ledger_.outbox(), *settings_, to).empty()) {
    return false;
  }
  reasoning_ = std::move(ahead);
  Note(snapshot);
  return true;
}

void Replayer::RunSecond(std::span<const Held> samples, TimePoint to) {
  for (const Held& held : samples) reasoning_->Add(held.sample);
  const auto snapshot = reasoning_->Conclude(to);
  TellIncidents(*snapshot);
  TellMessages(*snapshot);
  Note(snapshot);
}

void Replayer::Note(const std::shared_ptr<const Snapshot>& snapshot) {
  evaluated_ = evaluated_ || CouldEvaluate(*snapshot);
  last_ = snapshot;
}

void Replayer::TellIncidents(const Snapshot& snapshot) {
  std::map<std::string, Incident> open;
  for (const Incident& incident : snapshot.incidents) {
    const auto before = known_.find(incident.id);
    const bool known = before != known_.end();
    const auto tell = [&](Kind kind) { listener_({kind, snapshot.at, incident}); };
    if (incident.state == IncidentState::kResolved) {
      if (known) tell(Kind::kResolved);
      continue;
    }
    if (!known) tell(Kind::kOpened);
    if (incident.state == IncidentState::kFiring && (!known || before->second.state != incident.state)) {
      tell(Kind::kFiring);
    }
    if (known && incident.severity > before->second.severity) tell(Kind::kWorse);
    if (known && incident.affected.size() > before->second.affected.size()) tell(Kind::kGrown);
    open.emplace(incident.id, incident);
  }
  for (const auto& [id, incident] : known_) {
    const auto listed = std::ranges::find(snapshot.incidents, id, &Incident::id);
    if (listed != snapshot.incidents.end()) continue;
    Incident ended = incident;
    ended.until = snapshot.at;
    if (ended.state == IncidentState::kPending) {
      listener_({Kind::kGone, snapshot.at, std::move(ended)});
    } else {  // so long ago that it is forgotten already
      ended.state = IncidentState::kResolved;
      listener_({Kind::kResolved, snapshot.at, std::move(ended)});
    }
  }
  known_ = std::move(open);
}

void Replayer::TellMessages(const Snapshot& snapshot) {
  const auto changes = alerting::Plan(snapshot.incidents, ledger_.records(), ledger_.outbox(), *settings_, snapshot.at);
  ledger_.Commit(changes);
  for (const alerting::Change& change : changes) {
    for (std::size_t i = 0; i < change.messages.size(); ++i) {
      ledger_.Remove(change.messages[i], "delivered");
      Incident told = change.record.incident;
      told.id = change.composed[i].incident;  // of a storm it is another
      listener_({Kind::kMessage, snapshot.at, std::move(told), change.messages[i].receiver, change.composed[i]});
    }
  }
}

}  // namespace dialwatch::daemon
