#include "probes/target.h"

#include <algorithm>

namespace dialwatch::probes {

std::vector<Target> TargetsOf(const config::Settings& settings) {
  std::vector<Target> targets = NameTargetsOf(settings);
  if (!settings.stun_servers.empty()) targets.emplace(targets.begin(), StunTarget{});
  for (const config::Turn& server : settings.turn_servers) targets.emplace_back(TurnTarget{server.name});
  for (const config::IceConfig& config : settings.ice_configs) targets.emplace_back(IceConfigTarget{config});
  if (!settings.policy.allowed_resolvers.empty()) targets.emplace_back(ResolvConfTarget{});
  return targets;
}

bool IsPolicy(const Target& target) {
  return std::holds_alternative<IceConfigTarget>(target) || std::holds_alternative<ResolvConfTarget>(target);
}

config::Duration PolicyTurn(const config::Probing& probing) {
  constexpr config::Duration kTurn = std::chrono::minutes(10);
  constexpr int kIntervals = 20;
  return std::max(probing.interval, std::min(kTurn, kIntervals * probing.interval));
}

config::Duration TurnOf(const Target& target, const config::Probing& probing) {
  return IsPolicy(target) ? PolicyTurn(probing) : probing.interval;
}

std::vector<Target> NameTargetsOf(const config::Settings& settings) {
  std::vector<Target> targets;
  for (const config::Authority& pin : settings.authorities) {
    const bool used = !pin.probe_label.empty() &&
                      std::any_of(settings.dialers.begin(), settings.dialers.end(), [&](const config::Dialer& dialer) {
                        return config::FindAuthority(settings, dialer.host) == &pin;
                      });
    if (used) targets.emplace_back(ControlTarget{pin.zone});
  }
  for (const config::Dialer& dialer : settings.dialers) {
    for (const config::RecordType type : dialer.types) targets.emplace_back(NameTarget{dialer.host, type});
  }
  return targets;
}

std::vector<Target> ShareOf(const std::vector<Target>& targets, int index, int workers) {
  std::vector<Target> share;
  for (std::size_t i = static_cast<std::size_t>(index); i < targets.size(); i += static_cast<std::size_t>(workers)) {
    share.push_back(targets[i]);
  }
  return share;
}

}  // namespace dialwatch::probes
