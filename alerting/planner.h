#pragma once

#include <vector>

#include "alerting/message.h"
#include "alerting/outbox.h"
#include "alerting/record.h"
#include "config/settings.h"

namespace dialwatch::alerting {

// What is to be told about one incident: the record as it is then, new messages, and undelivered ones that these make
// out of date.
struct Change {
  Record record;
  std::vector<OutboxRow> messages;
  std::vector<Message> composed;  // what these say, in the same order, before it is laid out for the receiver's kind
  std::vector<OutboxRow> withdrawn;
};

// Compares the incidents as they are with what each receiver was told, and gives the difference. It goes by levels, not
// by events: planning again at any time, after a restart too, neither repeats nor forgets anything.
//   firing     told once to each receiver whose min_severity it reaches, again when it gets worse or after
//              alerting.repeat
//   resolved   told to those who were told that it fires; an incident that is no longer listed counts as resolved
// Of several messages about an incident that wait for one receiver only the newest is kept; one in flight is waited
// for. Pure.
std::vector<Change> Plan(const std::vector<Incident>& incidents, const Records& records, const Outbox& outbox,
                         const config::Settings& settings, TimePoint now);

}  // namespace dialwatch::alerting
