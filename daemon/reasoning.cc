#include "daemon/reasoning.h"

#include <algorithm>
#include <utility>

namespace dialwatch::daemon {
namespace {

// When every finding that stands could have been made anew.
base::TimePoint SettledAt(base::TimePoint now, const config::Settings& settings) {
  base::Duration longest = 3 * settings.probing.interval;  // three rounds, which silence takes to be told
  for (const config::Call& call : settings.calls) longest = std::max(longest, 2 * call.interval);  // two calls
  return now + longest + 3 * settings.probing.timeout;
}

}  // namespace

Reasoning::Reasoning(std::shared_ptr<const config::Settings> settings, base::TimePoint started,
                     std::vector<diagnosis::Incident> past)
    : settings_(std::move(settings)), analyst_(settings_, SettledAt(started, *settings_)) {
  Recall(std::move(past), started);
}

void Reasoning::Recall(std::vector<diagnosis::Incident> past, base::TimePoint now) {
  StartAnew(now);
  for (diagnosis::Incident& incident : past) analyst_.incidents().Restore(std::move(incident));
}

void Reasoning::Apply(std::shared_ptr<const config::Settings> settings) {
  settings_ = std::move(settings);
  analyst_.Apply(settings_);
}

void Reasoning::StartAnew(base::TimePoint now) {
  analyst_.StartAnew(now, SettledAt(now, *settings_));
}

}  // namespace dialwatch::daemon
