#include "diagnosis/stun/voices.h"

#include <algorithm>
#include <utility>

namespace dialwatch::diagnosis {

using base::IpAddress;

void Backing::Add(const std::string& server, const IpAddress& machine, const std::string& source) {
  servers.insert(server);
  machines.insert(machine);
  sources.insert(source);
}

void Backing::Add(const Backing& other) {
  servers.insert(other.servers.begin(), other.servers.end());
  resolvers.insert(other.resolvers.begin(), other.resolvers.end());
  machines.insert(other.machines.begin(), other.machines.end());
  sources.insert(other.sources.begin(), other.sources.end());
}

std::size_t Backing::Voices() const {
  return std::min({servers.size(), machines.size(), sources.size()});
}

Backings BackingsOf(const StunRound& round) {
  std::map<std::pair<IpAddress, std::string>, std::set<std::string>> leaders;  // by what a server says
  std::set<std::string> resolvers;
  for (const StunSample* sample : round) {
    leaders[{sample->mapped->address, sample->server}].insert(sample->resolved_via.begin(), sample->resolved_via.end());
    resolvers.insert(sample->resolved_via.begin(), sample->resolved_via.end());
  }
  Backings backings;
  for (const StunSample* sample : round) {
    const IpAddress& address = sample->mapped->address;
    const auto& led_by = leaders.at({address, sample->server});
    Backing& backing = backings[address];
    const bool alone = resolvers.size() > 1 && led_by.size() == 1;
    backing.Add(sample->server, sample->address.address, alone ? "via " + *led_by.begin() : sample->server);
    backing.resolvers.insert(led_by.begin(), led_by.end());
  }
  return backings;
}

Backings BackingsSince(const Picture& picture, Backings backings, TimePoint since) {
  for (const auto& [server, view] : picture.stun()) {
    for (const auto& [machine, series] : view.addresses) {
      const auto& led_by = series.newest->resolved_via;
      for (const ToldAddress& told : series.told) {
        const auto backing = backings.find(told.address);
        if (backing == backings.end() || told.last < since) continue;
        backing->second.Add(server, machine.address, led_by.size() == 1 ? "via " + led_by.front() : server);
      }
    }
  }
  return backings;
}

Backing Everyone(const Backings& backings) {
  Backing everyone;
  for (const auto& [said, backing] : backings) everyone.Add(backing);
  return everyone;
}

Backing Others(const Backings& backings, const IpAddress& address) {
  Backing others;
  for (const auto& [said, backing] : backings) {
    if (said != address) others.Add(backing);
  }
  return others;
}

const Backings::value_type& MostBacked(const Backings& backings) {
  return *std::max_element(backings.begin(), backings.end(),
                           [](const auto& a, const auto& b) { return a.second.Voices() < b.second.Voices(); });
}

bool HasMajority(const Backings& backings) {
  const auto& [address, backing] = MostBacked(backings);
  return backing.Voices() > Others(backings, address).Voices();
}

}  // namespace dialwatch::diagnosis
