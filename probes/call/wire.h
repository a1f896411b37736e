#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "config/transport.h"
#include "probes/event_loop.h"
#include "probes/sip/call_result.h"
#include "probes/sip/frames.h"
#include "probes/stream_link.h"

namespace dialwatch::probes {

// Carries the SIP messages of one call to one server and back, over UDP, TCP or TLS. Over UDP the socket is connected:
// it hears nobody but the server, and of ICMP errors at once. A connection that was lost is opened anew when there is
// something to send. Has no deadline of its own. Thread safety: none; use it on its loop's thread only.
class SipWire {
 public:
  // Called from the loop, never from within Open or Send. None may destroy the wire; all may Close it.
  struct Listener {
    std::function<void()> on_open;  // once: local() is known, and it can be sent on
    std::function<void(std::string_view message)> on_message;
    std::function<void(SipOutcome outcome, std::string why)> on_lost;  // kUnreachable or kTlsFailed
  };

  // `tls`: for kTls.
  SipWire(EventLoop& loop, const base::Endpoint& server, config::Transport transport,
          const std::optional<base::IpAddress>& bind, std::shared_ptr<TlsPeer> tls, Listener listener);
  ~SipWire();
  SipWire(const SipWire&) = delete;
  SipWire& operator=(const SipWire&) = delete;

  void Open();
  void Send(std::string_view message);
  void Close();

  const base::Endpoint& local() const { return local_; }
  // "the TCP connection", "the TLS handshake": what it waits for until it is open.
  std::string_view Awaited() const { return link_ ? link_->Awaited() : ""; }

 private:
  int OpenDatagram();
  void ReadDatagrams();
  void OpenStream();
  void OnStreamOpen();
  void TakeStream(std::span<const std::uint8_t> octets);
  void Lose(SipOutcome outcome, std::string why);

  EventLoop& loop_;
  const base::Endpoint server_;
  const config::Transport transport_;
  const std::optional<base::IpAddress> bind_;
  const std::shared_ptr<TlsPeer> tls_;
  const Listener listener_;
  base::Endpoint local_;
  bool opened_ = false;  // once, which on_open told
  bool ready_ = false;   // now
  bool opening_ = false;
  bool closed_ = false;
  base::UniqueFd fd_;  // UDP
  std::unique_ptr<FdWatcher> watcher_;
  std::unique_ptr<StreamLink> link_;  // TCP, TLS
  SipFrames frames_;
  std::vector<std::string> unsent_;  // until the connection stands again
  std::unique_ptr<char[]> buffer_;
  Timer later_;
};

}  // namespace dialwatch::probes
