#include "probes/dns/channel_pool.h"

#include <utility>

namespace dialwatch::probes {

base::Result<std::unique_ptr<DnsLine>> DnsChannelPool::Take(Transport transport, Time now) {
  if (transport == Transport::kUdp) {
    while (resting_.size() >= kPorts) {
      auto channel = std::move(resting_.front());
      resting_.pop_front();
      if (Fit(*channel, now)) return std::unique_ptr<DnsLine>(std::move(channel));
    }
  }
  auto made = DnsChannel::Make(loop_, server_, transport, bind_);
  if (!made) return made.error();
  return std::unique_ptr<DnsLine>(*std::move(made));
}

void DnsChannelPool::GiveBack(std::unique_ptr<DnsLine> line) {
  std::unique_ptr<DnsChannel> channel(static_cast<DnsChannel*>(line.release()));
  if (channel->transport() != Transport::kUdp) return;
  channel->EndQuery();
  resting_.push_back(std::move(channel));
}

void DnsChannelPool::Sweep(Time now) {
  std::erase_if(resting_, [&](const auto& channel) { return !Fit(*channel, now); });
}

}  // namespace dialwatch::probes
