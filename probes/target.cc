#include "probes/target.h"

#include <algorithm>

namespace dialwatch::probes {

std::vector<Target> TargetsOf(const config::Settings& settings) {
  std::vector<Target> targets = NameTargetsOf(settings);
  if (!settings.stun_servers.empty()) targets.emplace(targets.begin(), StunTarget{});
  for (const config::Turn& server : settings.turn_servers) targets.emplace_back(TurnTarget{server.name});
  return targets;
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
