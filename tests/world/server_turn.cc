#include "tests/world/server_turn.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace dialwatch::world {
namespace {

using probes::ServerPlace, probes::StunSample, probes::TurnOutcome, probes::TurnSample;

// One that some resolver gave who did not give `place`; null: none.
const ServerPlace* ByOthers(const std::vector<ServerPlace>& places, const ServerPlace& place) {
  const auto other = std::ranges::find_if(
      places, [&](const ServerPlace& each) { return !std::ranges::includes(place.resolved_via, each.resolved_via); });
  return other == places.end() ? nullptr : &*other;
}

}  // namespace

void ServerTurns::Stun(const Turn& turn) {
  const std::uint64_t round = ++round_;
  const auto port = static_cast<std::uint16_t>(20000 + asking_.chance.Below(20000));
  for (const config::Stun& server : asking_.settings->stun_servers) {
    places_.Find(server.uri, turn, [this, &server, round, port, turn](const std::vector<ServerPlace>& places) {
      Bind(server, places, round, port, turn);
    });
  }
}

void ServerTurns::Bind(const config::Stun& server, const std::vector<ServerPlace>& places, std::uint64_t round,
                       std::uint16_t port, const Turn& turn) {
  StunSample begun;
  begun.server = server.name;
  begun.host = server.uri.host;
  begun.transport = server.uri.transport;
  begun.round = round;
  begun.local = {*IpAddress::Parse("10.0.0.7"), port};
  const TimePoint now = asking_.agenda.now();
  if (places.empty()) {
    begun.at = now;
    begun.outcome = probes::StunOutcome::kUnresolved;
    begun.error = "no resolver has an address for " + begun.host;
    return asking_.Tell(begun);
  }
  for (const ServerPlace& place : places) {
    StunSample sample = begun;
    sample.address = place.address;
    sample.resolved_via = place.resolved_via;
    if (const StunServer* there = asking_.world.StunAt(place.address)) {
      there->Answer(sample, asking_.world.uplink, port, now, asking_.chance);
    } else {
      Silence(sample, now);
    }
    asking_.agenda.At(sample.at, [this, sample, turn] { asking_.Tell(sample); });
  }
}

TurnSample ServerTurns::Try(const config::Turn& server, const ServerPlace& place, TimePoint at) {
  TurnSample sample;
  sample.server = server.name;
  sample.uri = config::FormatIceUri(server.uri);
  sample.resolved_via = place.resolved_via;
  sample.address = place.address;
  RunTurn(sample, asking_.world.RelayAt(place.address), asking_.world.uplink, at, asking_.chance);
  relays_[server.name] = place.address;
  return sample;
}

// Each turn another one; one that fails is kept to, and tried elsewhere where others lead elsewhere.
void ServerTurns::Relay(const std::string& name, const Turn& turn) {
  const auto& servers = asking_.settings->turn_servers;
  const config::Turn& server = *std::ranges::find(servers, name, &config::Turn::name);
  places_.Find(server.uri, turn, [this, &server, turn](const std::vector<ServerPlace>& places) {
    const TimePoint now = asking_.agenda.now();
    TurnSample sample;
    if (places.empty()) {
      sample.server = server.name;
      sample.uri = config::FormatIceUri(server.uri);
      sample.at = now;
      sample.outcome = TurnOutcome::kUnresolved;
      sample.step = probes::TurnStep::kResolve;
      sample.error = "no resolver has an address for " + server.uri.host;
      return asking_.Tell(sample);
    }
    std::size_t& good = good_turns_[server.name];
    const ServerPlace& place = places[good % places.size()];
    sample = Try(server, place, now);
    if (sample.outcome == TurnOutcome::kRelayed) {
      ++good;
    } else if (const ServerPlace* other = ByOthers(places, place)) {
      const TurnSample second = Try(server, *other, sample.at);
      sample.at = second.at;
      if (second.outcome == TurnOutcome::kRelayed) {
        sample.works_at = probes::TurnElsewhere{second.address, second.resolved_via};
      }
    }
    asking_.agenda.At(sample.at, [this, sample, turn] { asking_.Tell(sample); });
  });
}

const world::Relay* ServerTurns::RelayOf(const config::Turn& server) const {
  const auto tried = relays_.find(server.name);
  return tried == relays_.end() ? nullptr : asking_.world.RelayAt(tried->second);
}

}  // namespace dialwatch::world
