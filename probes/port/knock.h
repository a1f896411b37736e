#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "probes/event_loop.h"
#include "probes/port/sample.h"
#include "probes/stun/binding.h"
#include "probes/stun/udp_socket.h"

namespace dialwatch::probes {

// Asks one port a STUN binding, again by retransmit.h until something tells that a host is there or patience is over.
// Thread safety: none; use it on its loop's thread only.
class PortKnock {
 public:
  using Done = std::function<void(const PortSample&)>;

  // `begun` has its subject and round. `done` is called once, from the loop and never from within; it must not destroy
  // the knock. Destroying it before ends it without a sample.
  PortKnock(EventLoop& loop, PortSample begun, const std::optional<base::IpAddress>& bind, base::Duration patience,
            Done done);

 private:
  using Time = std::chrono::steady_clock::time_point;

  bool Open(EventLoop& loop, const std::optional<base::IpAddress>& bind);
  void Step();
  bool Send();
  void TakeAll();
  void Take(const Datagram& datagram);
  void Take(const SendFailure& failure);
  void Finish();

  const base::Duration patience_;
  const Time began_ = std::chrono::steady_clock::now();
  const TransactionId id_ = NewTransactionId();
  PortSample sample_;  // as it would be told if nothing more came
  Done done_;          // empty: it is over
  std::size_t tries_ = 0;
  Time sent_at_;
  std::optional<UdpSocket> socket_;
  std::optional<FdWatcher> watcher_;  // destroyed before its socket
  Timer timer_;
};

}  // namespace dialwatch::probes
