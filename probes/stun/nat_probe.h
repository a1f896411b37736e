#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "probes/stun/binding_socket.h"
#include "probes/stun/nat_sample.h"

namespace dialwatch::probes {

// Behaviour discovery with one server, from one fresh socket (RFC 5780 §4.3 and §4.4). Filtering is tested first, while
// the NAT has not seen us send to the server's other address; the mapping tests then send there, which also tells
// whether silence before was the NAT's doing or the other address is dead.
// Thread safety: none; use it on its loop's thread only.
class NatProbe {
 public:
  // For an answer that may rightly never come; three sends.
  static constexpr base::Duration kPatience = std::chrono::milliseconds(2500);

  NatProbe(EventLoop& loop, NatSample about);  // server and address are given
  NatProbe(const NatProbe&) = delete;
  NatProbe& operator=(const NatProbe&) = delete;

  // `done` once, within 11 s, with the server's other address where it has one; from the loop, never from within Start.
  // It may destroy the probe.
  using Done = std::function<void(const NatSample&, const std::optional<base::Endpoint>& other)>;
  void Start(const std::optional<base::IpAddress>& bind, Done done);

 private:
  using Answer = std::optional<BindingSocket::Answer>;

  // The answers of a step's two tests, which are made side by side.
  struct Pair {
    Answer first, second;
    int missing = 2;
  };
  using Next = void (NatProbe::*)(const Pair&);
  struct Test {
    base::Endpoint server;
    BindingWish wish;
  };
  void Ask(const Test& first, const Test& second, Next next);

  void TakeFirst(const Answer& answer);
  void TakeFiltering(const Pair& pair);
  void TakeMapping(const Pair& pair);
  void End(std::string why);

  EventLoop& loop_;
  NatSample sample_;
  std::unique_ptr<BindingSocket> socket_;
  std::optional<base::Endpoint> other_;
  Pair pair_;
  std::string filtering_doubt_;  // why filtering could not be measured
  Timer end_;
  Done done_;
};

// Whether to believe that a server has this other address: one of the same kind that differs in address and port. No
// server is to send us to an address that only our own network has.
bool IsOtherAddress(const base::Endpoint& other, const base::Endpoint& server);

}  // namespace dialwatch::probes
