#include "probes/stun/nat_watch.h"

#include <algorithm>
#include <utility>

namespace dialwatch::probes {
namespace {

bool IsTranslated(const NatSample& sample) {
  return sample.mapped && sample.mapped != sample.local;
}

}  // namespace

NatWatch::NatWatch(Asker& asker) : asker_(asker) {}

void NatWatch::See(const StunSample& sample, const Turn& turn) {
  if (sample.transport != config::Transport::kUdp || !sample.mapped) return;
  if (running_.size() >= kAtOnce || running_.contains(sample.server)) return;
  const auto now = std::chrono::steady_clock::now();
  Known& known = known_[{sample.server, sample.address}];
  if (known.running || (known.probed_at && now - *known.probed_at < kPeriod)) return;
  known.newest.server = sample.server;
  known.newest.address = sample.address;
  known.probed_at = now;
  Probe(known, turns_ == 0 ? turn : nullptr);
}

void NatWatch::EndTurn() {
  ++turns_;
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(known_, [&](const auto& each) {  // addresses come and go with answers of DNS
    return !each.second.running && now - *each.second.probed_at > 2 * kPeriod;
  });
  if (!running_.empty() || (lifetime_ && !lifetime_->stuck())) return;
  Known* longest_ago = nullptr;
  for (auto& [key, known] : known_) {
    if (!IsTranslated(known.newest)) continue;
    if (longest_ago == nullptr || known.lifetime_asked < longest_ago->lifetime_asked) longest_ago = &known;
  }
  if (longest_ago == nullptr) return;
  const auto& asked = longest_ago->lifetime_asked;
  if (!asked || now - *asked > kPeriod) WatchLifetime(*longest_ago);
}

void NatWatch::Probe(Known& known, const Turn& turn) {
  NatSample about;
  about.server = known.newest.server;
  about.address = known.newest.address;
  about.lifetime = known.newest.lifetime;
  running_.insert(about.server);
  known.running = std::make_unique<NatProbe>(asker_.loop, about);
  known.running->Start(asker_.settings->vantage.bind,
                       [this, &known, turn](const NatSample& sample, const std::optional<base::Endpoint>& other) {
                         running_.erase(sample.server);
                         const auto ended = std::exchange(known.running, nullptr);  // it is calling us
                         known.newest = sample;
                         asker_.sink(sample);
                         if (other && IsTranslated(sample) && !lifetime_) WatchLifetime(known);
                       });
}

void NatWatch::WatchLifetime(Known& known) {
  known.lifetime_asked = std::chrono::steady_clock::now();
  const auto told = [this](const MappingLifetime& lifetime) {
    for (auto& [key, each] : known_) {
      if (key.second != lifetime_->server()) continue;
      each.newest.lifetime = lifetime;
      each.newest.at = base::WallClockNow();
      asker_.sink(each.newest);
    }
  };
  const LifetimeSearch search = lifetime_ ? lifetime_->search() : LifetimeSearch();
  lifetime_.emplace(asker_.loop, known.newest.address, asker_.settings->vantage.bind, told);
  lifetime_->second = second;
  lifetime_->GoOnFrom(search);
  lifetime_->Start();
}

}  // namespace dialwatch::probes
