#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "base/unique_fd.h"
#include "probes/dns/tls_peer.h"
#include "probes/dns/tls_stream.h"
#include "probes/event_loop.h"

namespace dialwatch::probes {

// One TCP connection, with TLS inside where there is a peer for it: octets go out, octets come in. Has no deadline of
// its own. Thread safety: none; use it on its loop's thread only.
class StreamLink {
 public:
  struct Failure {
    bool tls = false;  // the TCP connection stands, but the handshake or the certificate does not
    std::string what;
    bool flood = false;  // more came than kMostReceived
  };
  static constexpr std::size_t kMostReceived = std::size_t{256} << 10;  // octets; far more than any server has to say
  // Called from the loop, never from within Open or Send. None may destroy the link; all may Close it.
  struct Listener {
    std::function<void()> on_open;                                 // it can be sent on
    std::function<void(std::span<const std::uint8_t>)> on_octets;  // any, however they were dealt out
    std::function<void(const Failure&)> on_failure;                // it has ended; not after Close
  };

  StreamLink(EventLoop& loop, const base::Endpoint& server, const std::optional<base::IpAddress>& bind,
             std::shared_ptr<TlsPeer> tls, Listener listener);
  ~StreamLink();
  StreamLink(const StreamLink&) = delete;
  StreamLink& operator=(const StreamLink&) = delete;

  // Begins to connect.
  void Open();
  // Only once it is open.
  void Send(std::span<const std::uint8_t> octets);
  void Close();

  // Ours, once it is open.
  base::Endpoint local() const;
  // "the TCP connection", "the TLS handshake": what it waits for until it is open.
  std::string_view Awaited() const;

 private:
  int Connect();
  void OnConnected();
  void Read();
  void Take(std::span<const std::uint8_t> octets);
  void Flush();
  void Fail(std::string what);
  void FailTls(std::string what);
  void FailFlooded();

  EventLoop& loop_;
  const base::Endpoint server_;
  const std::optional<base::IpAddress> bind_;
  const std::shared_ptr<TlsPeer> peer_;
  const Listener listener_;
  base::UniqueFd fd_;
  std::unique_ptr<FdWatcher> watcher_;
  bool connected_ = false;
  std::size_t received_ = 0;
  std::optional<TlsStream> tls_;
  std::vector<std::uint8_t> unsent_;  // without TLS
  Timer later_;                       // tells of what failed within Open
};

}  // namespace dialwatch::probes
