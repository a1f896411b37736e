#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "probes/event_loop.h"
#include "probes/turn/credentials.h"
#include "probes/turn/message.h"
#include "probes/turn/sample.h"

namespace dialwatch::probes {

// How a request ended.
struct TurnReply {
  bool granted = false;
  TurnOutcome outcome = TurnOutcome::kTimeout;  // where it was not: why
  int error_code = 0;
  std::string error = {};
  const TurnMessage* message = nullptr;  // where there is an answer; for the length of the call
};

// Asks a relay one thing at a time: signs requests with long-term credentials once the server has asked for them, takes
// up a new nonce when the old one is stale (RFC 8489 §9.2), and over UDP sends again what may have been lost
// (retransmit.h). Thread safety: none; use it on its loop's thread only.
class TurnDialogue {
 public:
  using Send = std::function<void(std::span<const std::uint8_t>)>;
  using Fill = std::function<void(TurnWriter&)>;  // adds the request's own attributes
  using Done = std::function<void(const TurnReply&)>;

  // `reliable`: the transport is a stream, nothing is sent twice.
  TurnDialogue(EventLoop& loop, TurnCredentials credentials, bool reliable, Send send);

  // Forgets what was asked before. `done` is called once, never from within Ask; it may Ask again.
  void Ask(TurnMethod method, Fill fill, Done done);

  // Says it once, and waits for nothing.
  void Tell(TurnMethod method, const Fill& fill);

  // An answer of the server; what is not one to the open request is ignored.
  void Take(const TurnMessage& message);

  void Stop();

  // What would be told of the open request if nothing more came.
  TurnReply SoFar() const;

  // Of the first request that was sent but once (Karn's rule, RFC 8489 §6.2.1).
  std::optional<std::chrono::microseconds> rtt() const { return rtt_; }

 private:
  struct Request {
    TurnMethod method{};
    Fill fill;
    Done done;
    TransactionId id{};
    std::vector<std::uint8_t> octets;
    bool is_signed = false;
    std::size_t sends = 0;
    std::chrono::steady_clock::time_point sent_at{}, began_at{};
    TurnReply so_far;  // what is told if nothing better comes
  };

  std::vector<std::uint8_t> Write(TurnMethod method, const Fill& fill, const TransactionId& id) const;
  void SendAnew();
  void Step();
  void TakeError(const TurnMessage& message);
  bool Challenge(const TurnMessage& message);
  void End(const TurnReply& reply);

  const TurnCredentials credentials_;
  const bool reliable_;
  const Send send_;
  std::string realm_, nonce_;
  TurnKey key_;  // empty: the server has not asked for credentials
  int challenges_ = 0;
  std::optional<Request> open_;
  std::optional<std::chrono::microseconds> rtt_;
  Timer timer_;
};

}  // namespace dialwatch::probes
