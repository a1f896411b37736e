#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "probes/dns/channel_pool.h"
#include "probes/dns/client.h"
#include "probes/dns/query.h"
#include "probes/dns/sample.h"

namespace dialwatch::probes {

// One question on its way to its sample: what is sent when, which datagram is the reply, how it ends. It sends at once,
// over UDP once more from another channel at half the timeout, again without EDNS after a FORMERR (RFC 6891 §7), and
// over TCP after a truncated reply (RFC 7766 §5). The first reply to any of these sends counts. Thread safety: none.
class DnsExchange {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // The sample is complete. Called from the loop, at most once; may destroy the exchange.
  using Over = std::function<void()>;

  // `pool` is that of the question's server and outlives the exchange.
  DnsExchange(DnsQuestion question, DnsChannelPool& pool);

  // Sends for the first time. False: it could not, and the sample is complete; `over` is not called then.
  bool Start(Time now, Over over);

  // When OnDue has to be called next.
  Time due() const { return due_; }
  // False: the deadline has passed, and the sample is complete; `over` is not called.
  bool OnDue(Time now);

  // Ends the exchange as not asked, and says why.
  void Refuse(std::string why);

  DnsSample& sample() { return sample_; }

 private:
  struct Failure {
    DnsOutcome outcome;
    std::string error;
  };
  std::optional<Failure> Send(Time now);
  void SendAnew(Time now);
  bool OnArrival(DnsChannel& channel, const base::Result<std::span<const std::uint8_t>>& arrival);
  void OnReply(DnsChannel& channel, std::span<const std::uint8_t> reply);
  void Complete(DnsOutcome outcome, std::string error = {});
  void CompleteAndTell(DnsOutcome outcome, std::string error = {});
  void DropAttempts(const DnsChannel* answered = nullptr);

  DnsChannelPool& pool_;
  const DnsQuestion question_;
  Time deadline_{};
  DnsSample sample_;
  bool edns_ = true;
  Time due_{};
  Over over_;
  std::array<std::unique_ptr<DnsChannel>, 2> attempts_;  // queries that may still be answered
};

}  // namespace dialwatch::probes
