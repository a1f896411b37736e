#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "probes/event_loop.h"
#include "probes/stun/binding.h"
#include "probes/stun/udp_socket.h"

namespace dialwatch::probes {

// Our second socket, to which the relay sends and from which it is sent to: the other end of the call. Thread safety:
// none; use it on its loop's thread only.
class TurnFarEnd {
 public:
  using Receive = std::function<void(std::span<const std::uint8_t>)>;

  static base::Result<std::unique_ptr<TurnFarEnd>> Open(EventLoop& loop, bool v6,
                                                        const std::optional<base::IpAddress>& bind, Receive receive);

  // Asks the server for our address; nobody waits for its answer, and it may be no STUN server.
  void AskMapping(const base::Endpoint& server);
  const std::optional<base::Endpoint>& mapped() const { return mapped_; }

  void Send(const base::Endpoint& to, std::span<const std::uint8_t> packet);
  std::uint16_t port() const { return socket_.LocalEndpoint().port; }
  // The last error of sending, or that came back for what was sent; empty where there was none.
  const std::string& failure() const { return failure_; }

 private:
  TurnFarEnd(EventLoop& loop, UdpSocket socket, Receive receive);
  void OnReady();

  UdpSocket socket_;
  const Receive receive_;
  TransactionId asked_{};
  base::Endpoint asked_of_;
  std::optional<base::Endpoint> mapped_;
  std::string failure_;
  FdWatcher watcher_;
};

}  // namespace dialwatch::probes
