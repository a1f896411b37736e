#include "probes/dns/channel_pool.h"

#include <utility>

namespace dialwatch::probes {

base::Result<std::unique_ptr<DnsChannel>> DnsChannelPool::Take(config::Transport transport, Time now) {
  if (transport == config::Transport::kUdp) {
    while (resting_.size() >= kPorts) {
      auto channel = std::move(resting_.front());
      resting_.pop_front();
      if (Fit(*channel, now)) return channel;
    }
  }
  return DnsChannel::Make(loop_, server_, transport, bind_);
}

void DnsChannelPool::GiveBack(std::unique_ptr<DnsChannel> channel) {
  if (channel->transport() != config::Transport::kUdp) return;
  channel->EndQuery();
  resting_.push_back(std::move(channel));
}

void DnsChannelPool::Sweep(Time now) {
  std::erase_if(resting_, [&](const auto& channel) { return !Fit(*channel, now); });
}

}  // namespace dialwatch::probes
