#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "probes/event_loop.h"
#include "probes/stun/binding.h"
#include "probes/stun/udp_socket.h"

namespace dialwatch::probes {

// One UDP socket that asks bindings and takes each answer wherever it comes from, as the tests of RFC 5780 need. A
// request is sent again by retransmit.h until its wait is over. Thread safety: none; use it on its loop's thread only.
class BindingSocket {
 public:
  struct Answer {
    BindingReply reply;   // never kMalformed
    base::Endpoint from;  // which need not be the server that was asked
    base::Endpoint to;    // ours
  };
  // Without an answer: silence. Called from the loop, never from within Ask; must not destroy the socket.
  using Done = std::function<void(const std::optional<Answer>&)>;

  static base::Result<std::unique_ptr<BindingSocket>> Open(EventLoop& loop, bool v6,
                                                           const std::optional<base::IpAddress>& bind);
  BindingSocket(EventLoop& loop, UdpSocket socket);
  BindingSocket(const BindingSocket&) = delete;
  BindingSocket& operator=(const BindingSocket&) = delete;

  // The request's ID.
  TransactionId Ask(const base::Endpoint& server, const BindingWish& wish, base::Duration wait, Done done);
  // Waits for the answer to what another socket asks.
  void Await(const TransactionId& id, base::Duration wait, Done done);

 private:
  struct Request {
    base::Endpoint server;
    std::vector<std::uint8_t> octets;
    base::Duration wait;
    std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
    std::size_t sends = 0;
    Done done;
    Timer timer;

    Request(EventLoop& loop, base::Duration until) : wait(until), timer(loop) {}
  };
  using Requests = std::map<TransactionId, Request>;

  Request& Add(const TransactionId& id, base::Duration wait, Done done);
  void Step(const TransactionId& id);
  void Receive();
  void Finish(Requests::iterator request, const std::optional<Answer>& answer);

  EventLoop& loop_;
  UdpSocket socket_;
  const std::uint16_t port_;
  FdWatcher watcher_;
  Requests requests_;
};

}  // namespace dialwatch::probes
