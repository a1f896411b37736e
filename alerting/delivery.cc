#include "alerting/delivery.h"

#include <algorithm>

#include "alerting/receivers/receiver.h"
#include "base/backoff.h"
#include "base/log.h"
#include "base/names.h"
#include "base/random.h"

namespace dialwatch::alerting {

void Delivery::SetReceivers(std::vector<config::Receiver> receivers, SecretFolders folders) {
  folders_ = std::move(folders);
  std::map<std::string, Lane> before = std::exchange(lanes_, {});
  for (config::Receiver& receiver : receivers) {
    Lane lane;
    if (const auto known = before.find(receiver.name); known != before.end()) lane = std::move(known->second);
    lane.receiver = std::move(receiver);
    lanes_.emplace(lane.receiver.name, std::move(lane));
  }
  std::vector<OutboxRow> orphans;
  for (const auto& [key, queue] : ledger_.outbox().queues()) {
    if (!lanes_.contains(key.first)) orphans.insert(orphans.end(), queue.rows.begin(), queue.rows.end());
  }
  for (const OutboxRow& row : orphans) {
    base::LogWarning("alert receiver {} is not configured any more: the message about {} is given up", row.receiver,
                     row.incident);
    ledger_.Remove(row, "receiver gone");
  }
}

void Delivery::Work(TimePoint now, Duration longest) {
  const auto before = std::chrono::steady_clock::now();
  for (auto& [name, lane] : lanes_) StartNext(lane, now);
  for (const auto& [name, lane] : lanes_) {
    if (const auto next = NextStart(lane, now)) longest = std::min(longest, std::max(*next - now, Duration(1)));
  }
  const std::vector<HttpResult> results = http_.Wait(longest);
  now += std::chrono::ceil<Duration>(std::chrono::steady_clock::now() - before);
  for (const HttpResult& result : results) {
    const auto asked = asked_.extract(result.token);
    const auto lane = lanes_.find(asked.mapped());
    if (lane == lanes_.end() || !lane->second.in_flight) continue;
    const OutboxRow row = *std::exchange(lane->second.in_flight, std::nullopt);
    ledger_.MarkInFlight(row, false);
    Settle(lane->second, row, result.outcome, now);
  }
}

std::optional<TimePoint> Delivery::NextStart(const Lane& lane, TimePoint now) const {
  if (lane.in_flight) return std::nullopt;
  const auto due = ledger_.outbox().NextDueAt(lane.receiver.name, now);
  if (!due) return std::nullopt;
  return std::max(*due, Plausible(lane.next_start, now));
}

void Delivery::StartNext(Lane& lane, TimePoint now) {
  const auto start = NextStart(lane, now);
  if (!start || *start > now) return;
  const OutboxRow row = *ledger_.outbox().NextDue(lane.receiver.name, now);
  const auto url = ReadSecretUrl(lane.receiver.url_file, folders_);
  if (!url) {
    Retry(lane, row, FailureReason::kSecret, {.why = url.error().what}, now);
    return;
  }
  const Kind* kind = FindKind(lane.receiver.kind);
  lane.next_start = now + (kind == nullptr ? Duration(0) : kind->interval);
  lane.in_flight = row;
  ledger_.MarkInFlight(row, true);
  asked_.emplace(++last_token_, lane.receiver.name);
  http_.Post(last_token_, *url, row.payload);
}

void Delivery::Settle(Lane& lane, const OutboxRow& row, const HttpOutcome& outcome, TimePoint now) {
  const Judged judged = Judge(outcome);
  switch (judged.verdict) {
    case Verdict::kDelivered:
      ledger_.Remove(row, "delivered");
      ++lane.stats.delivered;
      if (std::exchange(lane.failing, std::nullopt)) {
        base::LogInfo("alert receiver {}: takes messages again", lane.receiver.name);
      }
      break;
    case Verdict::kRetry:
      Retry(lane, row, judged.reason, outcome, now);
      break;
    case Verdict::kShorten:
      Shorten(lane, row, outcome, now);
      break;
    case Verdict::kRejected:
      Reject(lane, row, outcome);
      break;
  }
}

void Delivery::Retry(Lane& lane, OutboxRow row, FailureReason reason, const HttpOutcome& outcome, TimePoint now) {
  Note(lane, reason, outcome.why + "; messages are kept and tried again");
  if (now - row.created >= kGiveUpAfter) {
    ++lane.stats.failed[std::string(base::NameOf(FailureReason::kExpired))];
    base::LogError("alert receiver {}: the message about {} could not be delivered in {} attempts and is given up",
                   lane.receiver.name, row.incident, row.attempts + 1);
    ledger_.Remove(row, base::NameOf(FailureReason::kExpired));
    return;
  }
  const Duration asked = std::min(outcome.retry_after.value_or(Duration(0)), kMostPatience);
  const Duration backoff = base::BackoffDelay(static_cast<unsigned>(row.attempts), base::Random32());
  row.due = now + std::max(asked, backoff);
  ++row.attempts;
  lane.next_start = std::max(lane.next_start, now + asked);  // it asks the sender to wait, not just this message
  ledger_.Reschedule(row);
}

void Delivery::Shorten(Lane& lane, OutboxRow row, const HttpOutcome& outcome, TimePoint now) {
  const Kind* kind = FindKind(lane.receiver.kind);
  std::string shorter = kind == nullptr ? row.payload : kind->shorten(row.payload);
  if (shorter == row.payload) {
    Reject(lane, row, outcome);
    return;
  }
  Note(lane, FailureReason::kRejected, outcome.why + ": refuses a message, which is sent once more as plain text");
  row.payload = std::move(shorter);
  row.due = now;
  ++row.attempts;
  ledger_.Reschedule(row);
}

void Delivery::Reject(Lane& lane, const OutboxRow& row, const HttpOutcome& outcome) {
  lane.failing = FailureReason::kRejected;
  ++lane.stats.failed[std::string(base::NameOf(FailureReason::kRejected))];
  base::LogError(
      "alert receiver {}: refuses the message about {} with {}; it is given up, see whether {} has the "
      "right URL",
      lane.receiver.name, row.incident, outcome.why, lane.receiver.url_file);
  ledger_.Remove(row, base::NameOf(FailureReason::kRejected));
}

// Counts an attempt that failed; logged where it fails for another reason than the one before.
void Delivery::Note(Lane& lane, FailureReason reason, const std::string& why) {
  ++lane.stats.failed[std::string(base::NameOf(reason))];
  if (std::exchange(lane.failing, reason) == reason) return;
  base::LogWarning("alert receiver {}: {}", lane.receiver.name, why);
}

bool Delivery::idle(TimePoint now) const {
  return std::none_of(lanes_.begin(), lanes_.end(), [&](const auto& entry) {
    const auto next = NextStart(entry.second, now);
    return entry.second.in_flight || (next && *next <= now);
  });
}

std::map<std::string, ReceiverStats> Delivery::Stats() const {
  std::map<std::string, ReceiverStats> all;
  for (const auto& [name, lane] : lanes_) all[name] = lane.stats;
  for (const auto& [key, queue] : ledger_.outbox().queues()) {
    const auto stats = all.find(key.first);
    if (stats == all.end()) continue;
    stats->second.queued += queue.rows.size();
    auto& oldest = stats->second.oldest_pending;
    oldest = std::min(oldest.value_or(queue.rows.front().created), queue.rows.front().created);
  }
  return all;
}

}  // namespace dialwatch::alerting
