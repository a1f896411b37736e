#pragma once

#include <optional>
#include <string>
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

// One incident on its way to those who are to hear of it, receiver by receiver: alone, or with others in a storm's
// message. Valid as long as what it was made of. Thread safety: none.
class Telling {
 public:
  // An incident that was told of one dialer is told again from four at once on, then each time that they have doubled;
  // and with each further resolver of the operator that it is about.
  static constexpr std::size_t kLeastGrowth = 3;

  Telling(Record record, const Outbox& outbox, const config::Settings& settings, TimePoint now);

  const Incident& incident() const { return change_.record.incident; }
  bool resolved() const { return incident().state == diagnosis::IncidentState::kResolved; }
  const Told* told(const config::Receiver& receiver) const;  // null: nothing that it has to think is still so

  bool Worse(const config::Receiver& receiver) const;  // than it was told, or of another cause
  bool Grown(const config::Receiver& receiver) const;

  // What is due to the receiver by a message of its own. Nothing where the incident is told with a storm.
  void Alone(const config::Receiver& receiver);

  // A message of its own that is being delivered keeps an incident out of a storm; others that wait are taken back.
  bool MayJoin(const config::Receiver& receiver) const;
  // The receiver is told now, with the storm of that start: that the incident is there, or, where it is resolved, over.
  void WithStorm(const config::Receiver& receiver, TimePoint storm);
  void Carry(OutboxRow row, Message message);  // the storm's message, for the one incident that saves it

  std::optional<Change> Take();  // nothing where all is as it was

 private:
  void Tell(const config::Receiver& receiver, Occasion occasion);
  bool Withdraw(const OutboxQueue* waiting, std::int64_t first);
  void ForgetOthers();
  void Note(const config::Receiver& receiver, std::int64_t first, TimePoint since, std::optional<TimePoint> storm);

  const Outbox& outbox_;
  const config::Settings& settings_;
  TimePoint now_;
  Change change_;
  bool changed_ = false;
};

}  // namespace dialwatch::alerting
