#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "alerting/alerting.h"
#include "alerting/http_client.h"
#include "alerting/ledger.h"
#include "alerting/secret_url.h"
#include "alerting/verdict.h"

namespace dialwatch::alerting {

// Works the outbox off. One message at a time to a receiver, with its kind's least interval between two; receivers do
// not wait for each other. What fails for now is tried again, later each time, for kGiveUpAfter; what was refused is
// given up and logged. The URL is read for each attempt, so a new one needs no reload; it appears nowhere.
// Thread safety: one thread; Wake may be called from any.
class Delivery {
 public:
  static constexpr Duration kGiveUpAfter = std::chrono::hours(24);
  static constexpr Duration kMostPatience = std::chrono::hours(1);  // whatever Retry-After says

  explicit Delivery(Ledger& ledger, Duration timeout = HttpClient::kTimeout) : ledger_(ledger), http_(timeout) {}

  // The receivers as they now are; messages to others are given up.
  void SetReceivers(std::vector<config::Receiver> receivers, SecretFolders folders);

  // Starts what is due, waits up to `longest` for something to end or Wake, and settles what has ended.
  void Work(TimePoint now, Duration longest);
  void Wake() { http_.Wake(); }

  bool idle(TimePoint now) const;  // nothing in flight, nothing due
  std::map<std::string, ReceiverStats> Stats() const;

 private:
  // What is known about one receiver.
  struct Lane {
    config::Receiver receiver;
    TimePoint next_start;
    std::optional<OutboxRow> in_flight;
    std::optional<FailureReason> failing;  // why the last attempt failed
    ReceiverStats stats;
  };

  void StartNext(Lane& lane, TimePoint now);
  void Settle(Lane& lane, const OutboxRow& row, const HttpOutcome& outcome, TimePoint now);
  void Retry(Lane& lane, OutboxRow row, FailureReason reason, const HttpOutcome& outcome, TimePoint now);
  void Shorten(Lane& lane, OutboxRow row, const HttpOutcome& outcome, TimePoint now);
  void Reject(Lane& lane, const OutboxRow& row, const HttpOutcome& outcome);
  void Note(Lane& lane, FailureReason reason, const std::string& why);
  std::optional<TimePoint> NextStart(const Lane& lane, TimePoint now) const;

  Ledger& ledger_;
  HttpClient http_;
  SecretFolders folders_;
  std::map<std::string, Lane> lanes_;           // by receiver
  std::map<std::uint64_t, std::string> asked_;  // receiver by token
  std::uint64_t last_token_ = 0;
};

}  // namespace dialwatch::alerting
