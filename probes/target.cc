#include "probes/target.h"

#include <algorithm>
#include <map>

namespace dialwatch::probes {
namespace {

// Null for what is about no host.
const std::string* HostOf(const Target& target) {
  if (const auto* name = std::get_if<NameTarget>(&target)) return &name->host;
  if (const auto* echo = std::get_if<TrainTarget>(&target)) return &echo->host;
  if (const auto* call = std::get_if<CallTarget>(&target)) return &call->host;
  if (const auto* port = std::get_if<PortTarget>(&target)) return &port->host;
  return nullptr;
}

}  // namespace

std::vector<Target> TargetsOf(const config::Settings& settings) {
  std::vector<Target> targets = NameTargetsOf(settings);
  for (Target& target : MediaTargetsOf(settings)) targets.push_back(std::move(target));
  if (!settings.stun_servers.empty()) targets.emplace(targets.begin(), StunTarget{});
  for (const config::Turn& server : settings.turn_servers) targets.emplace_back(TurnTarget{server.name});
  for (const config::IceConfig& config : settings.ice_configs) targets.emplace_back(IceConfigTarget{config});
  if (!settings.policy.allowed_resolvers.empty()) targets.emplace_back(ResolvConfTarget{});
  return targets;
}

bool IsPolicy(const Target& target) {
  return std::holds_alternative<IceConfigTarget>(target) || std::holds_alternative<ResolvConfTarget>(target);
}

bool IsLookedAtOnce(const Target& target) {
  return IsPolicy(target) || std::holds_alternative<CallTarget>(target);
}

config::Duration PolicyTurn(const config::Probing& probing) {
  constexpr config::Duration kTurn = std::chrono::minutes(10);
  constexpr int kIntervals = 20;
  return std::max(probing.interval, std::min(kTurn, kIntervals * probing.interval));
}

config::Duration TurnOf(const Target& target, const config::Settings& settings) {
  if (std::holds_alternative<TrainTarget>(target) || std::holds_alternative<PortTarget>(target)) {
    return settings.media.interval;
  }
  if (const auto* call = std::get_if<CallTarget>(&target)) return config::FindCall(settings, call->dialer)->interval;
  return IsPolicy(target) ? PolicyTurn(settings.probing) : settings.probing.interval;
}

config::Duration RelayedTurn(const config::Settings& settings) {
  constexpr config::Duration kAround = std::chrono::seconds(3);  // set-up before, patience and release after it
  const config::Media& media = settings.media;
  const auto dialers =
      std::ranges::count_if(settings.dialers, [](const auto& each) { return each.reflector_port != 0; });
  const config::Duration all = dialers * (media.packets * media.spacing + kAround) / kRelayedAtOnce;
  return std::max(media.interval, all);
}

std::vector<Target> MediaTargetsOf(const config::Settings& settings) {
  std::vector<Target> targets;
  for (const config::Dialer& dialer : settings.dialers) {
    if (dialer.reflector_port != 0) targets.emplace_back(TrainTarget{dialer.name, dialer.host});
    if (config::FindCall(settings, dialer.name) != nullptr) targets.emplace_back(CallTarget{dialer.name, dialer.host});
    if (dialer.rtp_port != 0) targets.emplace_back(PortTarget{dialer.name, dialer.host});
  }
  return targets;
}

bool FollowsNames(const Target& target) {
  return std::holds_alternative<TrainTarget>(target) || std::holds_alternative<CallTarget>(target) ||
         std::holds_alternative<PortTarget>(target);
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
  std::map<std::string, std::size_t> hosts;  // by host: in which place it came first
  std::size_t places = 0;
  for (const Target& target : targets) {
    std::size_t place = places;
    if (const std::string* host = HostOf(target)) place = hosts.emplace(*host, places).first->second;
    if (place == places) ++places;
    if (place % static_cast<std::size_t>(workers) == static_cast<std::size_t>(index)) share.push_back(target);
  }
  return share;
}

}  // namespace dialwatch::probes
