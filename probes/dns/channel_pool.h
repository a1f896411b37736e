#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>

#include "probes/dns/channel.h"

namespace dialwatch::probes {

// The channels to one server. Those for UDP are used again, in turn: the next question leaves from the port that has
// rested longest, so that successive probes of a name leave from different ports and see more than one of the caches
// behind an anycast address. Ports are renewed slowly. Thread safety: none.
class DnsChannelPool : public DnsLines {
 public:
  static constexpr std::size_t kPorts = 8;  // a resting channel is used again only while this many rest
  static constexpr int kMaxSends = 1024;    // then the port is renewed; making a channel costs as much as 20 probes
  static constexpr std::chrono::minutes kMaxAge{5};

  DnsChannelPool(EventLoop& loop, const base::Endpoint& server, const std::optional<base::IpAddress>& bind)
      : loop_(loop), server_(server), bind_(bind) {}

  base::Result<std::unique_ptr<DnsLine>> Take(Transport transport, Time now) override;
  // Once its query is answered, no late reply can meet the next query of a channel.
  void GiveBack(std::unique_ptr<DnsLine> line) override;
  void Sweep(Time now) override;
  bool empty() const override { return resting_.empty(); }

 private:
  static bool Fit(const DnsChannel& channel, Time now) {
    return !channel.broken() && channel.sends() < kMaxSends && now - channel.made_at() < kMaxAge;
  }

  EventLoop& loop_;
  const base::Endpoint server_;
  const std::optional<base::IpAddress> bind_;
  std::deque<std::unique_ptr<DnsChannel>> resting_;  // the longest at rest first; UDP only
};

}  // namespace dialwatch::probes
