#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "probes/stream_link.h"
#include "probes/stun/binding.h"
#include "probes/stun/sample.h"
#include "probes/stun/stream_frames.h"

namespace dialwatch::probes {

// One binding over TCP or TLS, on a connection of its own, so that what is measured is what a client meets: connecting,
// the certificate, the answer. The request is sent once, since TCP repeats it (RFC 8489 §6.2.2).
// Thread safety: none; use it on its loop's thread only.
class StreamBinding {
 public:
  // `begun`: whom to ask, at which address; `tls`: for kTls.
  StreamBinding(EventLoop& loop, StunSample begun, const std::optional<base::IpAddress>& bind,
                std::shared_ptr<TlsPeer> tls);
  StreamBinding(const StreamBinding&) = delete;
  StreamBinding& operator=(const StreamBinding&) = delete;

  // `done` once, by the deadline at the latest; from the loop, never from within Start. It must not destroy the
  // binding.
  void Start(base::Duration deadline, std::function<void(StunSample)> done);

 private:
  void Ask();
  void Take(std::span<const std::uint8_t> octets);
  void Read(std::span<const std::uint8_t> message);
  void Fail(StunOutcome outcome, std::string why);
  void Finish();

  const TransactionId id_ = NewTransactionId();
  StunSample sample_;
  StreamLink link_;
  StunFrames frames_;
  Timer deadline_;
  std::chrono::steady_clock::time_point sent_at_;
  std::function<void(StunSample)> done_;
};

}  // namespace dialwatch::probes
