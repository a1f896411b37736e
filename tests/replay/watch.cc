#include "tests/replay/watch.h"

#include <algorithm>
#include <utility>

#include "tests/world/ordinary.h"
#include "tests/world/run.h"

namespace dialwatch::replay {
namespace {

using daemon::ReplayEvent;

bool LeadsElsewhere(const probes::DnsSample& sample) {
  return std::ranges::any_of(sample.answers, [](const auto& record) { return record.data == world::kElsewhere; });
}

Watched::Moment MomentOf(const diagnosis::Snapshot& snapshot) {
  Watched::Moment moment{.at = snapshot.at, .wrong = {}, .etas = {}, .open = {}};
  for (const diagnosis::Finding& finding : snapshot.findings) {
    if (finding.rule != "dns-bogus") continue;
    for (const std::string& dialer : finding.affected) {
      moment.wrong.push_back(dialer);
      if (finding.eta) moment.etas.emplace(dialer, *finding.eta);
    }
  }
  std::ranges::sort(moment.wrong);
  for (const diagnosis::Incident& incident : snapshot.incidents) {
    if (incident.state != diagnosis::IncidentState::kResolved) moment.open.push_back(incident.cause);
  }
  return moment;
}

}  // namespace

const ReplayEvent* Watched::First(ReplayEvent::Kind kind, const std::string& cause) const {
  const auto found = std::ranges::find_if(
      events, [&](const ReplayEvent& event) { return event.kind == kind && event.incident.cause == cause; });
  return found == events.end() ? nullptr : &*found;
}

std::set<std::string> Watched::Causes(ReplayEvent::Kind kind) const {
  std::set<std::string> causes;
  for (const ReplayEvent& event : events) {
    if (event.kind == kind) causes.insert(event.incident.cause);
  }
  return causes;
}

Watched Watch(Story story) {
  Watched watched;
  daemon::Replayer replayer(story.settings, [&](const ReplayEvent& event) { watched.events.push_back(event); });
  TimePoint next = story.begin + Watched::kStep;
  world::Run(story.world, story.settings, story.begin, story.end, [&](probes::Sample sample) {
    const TimePoint at = daemon::TimeOf(sample);
    if (at >= next) {
      watched.moments.push_back(MomentOf(*replayer.Finish()));
      next += Watched::kStep;
    }
    const auto* dns = std::get_if<probes::DnsSample>(&sample);
    if (dns != nullptr && LeadsElsewhere(*dns)) {
      watched.first_wrong.emplace(dns->host.substr(0, dns->host.find('.')), at);
    }
    ++watched.samples;
    replayer.Add(std::move(sample));
  });
  replayer.Finish();
  return watched;
}

}  // namespace dialwatch::replay
