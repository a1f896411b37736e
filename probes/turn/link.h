#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/ip_address.h"
#include "base/time.h"
#include "config/transport.h"
#include "probes/dns/tls_peer.h"
#include "probes/event_loop.h"
#include "probes/turn/sample.h"

namespace dialwatch::probes {

// Why a link ended.
struct TurnFailure {
  TurnOutcome outcome = TurnOutcome::kUnreachable;  // or kTlsFailed, kMalformed
  std::string what;
};

// What a link tells, from the loop and never from within Open or Send. None may destroy the link.
struct TurnListener {
  std::function<void()> on_open;                                  // it can be sent on
  std::function<void(std::span<const std::uint8_t>)> on_message;  // one STUN message or ChannelData; any octets
  std::function<void(const TurnFailure&)> on_failure;             // it has ended
};

// The way to one relay over one transport. Closed when destroyed. Thread safety: none; use it on its loop's thread
// only.
class TurnLink {
 public:
  virtual ~TurnLink() = default;

  // Begins to open it.
  virtual void Open() = 0;
  // Only once it is open.
  virtual void Send(std::span<const std::uint8_t> message) = 0;
  // "the TCP connection", "the TLS handshake": what it waits for until it is open.
  virtual std::string_view Awaited() const { return ""; }
};

struct TurnRoute {
  base::Endpoint server;
  config::Transport transport = config::Transport::kUdp;
  std::optional<base::IpAddress> bind = {};
  std::shared_ptr<TlsPeer> tls = {};  // kTls
  int dscp = 0;                       // of what is sent; kUdp only
};

// Over UDP, or over TCP, with TLS where the route says so.
std::unique_ptr<TurnLink> NewUdpLink(EventLoop& loop, TurnRoute route, TurnListener listener);
std::unique_ptr<TurnLink> NewStreamLink(EventLoop& loop, TurnRoute route, TurnListener listener);

}  // namespace dialwatch::probes
