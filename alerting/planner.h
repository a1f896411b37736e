#pragma once

#include <vector>

#include "alerting/outbox.h"
#include "alerting/record.h"
#include "alerting/telling.h"
#include "config/settings.h"

namespace dialwatch::alerting {

// Compares the incidents as they are with what each receiver was told, and gives the difference. It goes by levels, not
// by events: planning again at any time, after a restart too, neither repeats nor forgets anything.
//   firing     told once to each receiver whose min_severity it reaches, again when it gets worse, when it has grown
//              to twice as many dialers at once or to another resolver of its operator, or after alerting.repeat
//   resolved   told to those who were told that it fires; an incident that is no longer listed counts as resolved
//   a storm    of many at once is one message, and one for what is new and what is over (alerting/storm.h)
// Of several messages about an incident that wait for one receiver only the newest is kept; one in flight is waited
// for. Pure.
std::vector<Change> Plan(const std::vector<Incident>& incidents, const Records& records, const Outbox& outbox,
                         const config::Settings& settings, TimePoint now);

}  // namespace dialwatch::alerting
