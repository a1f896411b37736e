#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "probes/dns/client.h"
#include "probes/dns/line.h"
#include "probes/dns/sample.h"

namespace dialwatch::probes {

// One question on its way to its sample: what is sent when, which message is the reply, how it ends. It sends at once,
// over UDP once more from another channel at half the timeout, again without EDNS after a FORMERR (RFC 6891 §7), over
// TCP after a truncated reply (RFC 7766 §5), and once more where a kept-open connection turned out to be dead (RFC 7766
// §6.2.1). The first reply to any of these sends counts. Thread safety: none.
class DnsExchange {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // The sample is complete. Called from the loop, at most once; may destroy the exchange.
  using Over = std::function<void()>;

  // `lines` are those to the question's server, and outlive the exchange.
  DnsExchange(DnsQuestion question, DnsLines& lines);

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
  std::optional<DnsFailure> Send(Time now);
  void SendAnew(Time now);
  bool OnArrival(DnsLine& line, const DnsArrival& arrival);
  void OnFailure(const DnsFailure& failure);
  void OnReply(DnsLine& line, const DnsArrival& arrival);
  void Complete(DnsOutcome outcome, std::string error = {});
  void CompleteAndTell(DnsOutcome outcome, std::string error = {});
  void DropAttempts(const DnsLine* answered = nullptr);

  DnsLines& lines_;
  const DnsQuestion question_;
  Time deadline_{};
  DnsSample sample_;
  bool edns_ = true;
  bool renewed_ = false;  // has asked again after a dead connection
  Time due_{};
  Over over_;
  std::array<std::unique_ptr<DnsLine>, 2> attempts_;  // queries that may still be answered
};

}  // namespace dialwatch::probes
