#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "config/settings.h"
#include "diagnosis/incidents/incident.h"

namespace dialwatch::alerting {

// How the messages to one receiver fare.
struct ReceiverStats {
  std::uint64_t delivered = 0;
  std::map<std::string, std::uint64_t> failed;  // attempts, by reason: see FailureReason in alerting/verdict.h
  std::uint64_t queued = 0;
  std::optional<base::TimePoint> oldest_pending;
};

// Turns incidents into messages and sees to it that they arrive: what is told is compared with what each incident is
// now, the difference goes to the outbox (SQLite, in one transaction with the state), and one delivery thread works the
// outbox off with retries. A message that was due is sent after a restart too. Where the store fails, all goes on from
// memory and degraded() says so.
class Alerting {
 public:
  // `store_path`: SQLite file, empty for memory only. A disk that hangs is waited for half a second.
  Alerting(std::shared_ptr<const config::Settings> settings, std::string store_path);
  ~Alerting();  // gives messages in flight a moment, then stops; the rest stays in the outbox
  Alerting(const Alerting&) = delete;
  Alerting& operator=(const Alerting&) = delete;

  // Incidents that were firing when the process ended, for IncidentBook::Restore; none where the store cannot be read
  // at once. Then they stand for a while once it can, though they are not observed.
  std::vector<diagnosis::Incident> OpenIncidents() const;

  // The incidents as they are now. Returns at once; only the newest list counts. Thread safe.
  void Observe(std::vector<diagnosis::Incident> incidents);
  void Apply(std::shared_ptr<const config::Settings> settings);  // after a reload. Thread safe.

  std::map<std::string, ReceiverStats> Stats() const;  // by receiver name. Thread safe.
  bool degraded() const;                               // the store cannot be written. Thread safe.
  std::uint64_t heartbeat() const;                     // grows while the delivery thread makes progress. Thread safe.

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dialwatch::alerting
