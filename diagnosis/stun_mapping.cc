#include "diagnosis/stun_mapping.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

namespace dialwatch::diagnosis {
namespace {

using base::IpAddress;
using Kind = MappingVerdict::Kind;
using Ground = MappingVerdict::Ground;

// What another server said so long ago shows that an address is, or was, our own.
constexpr Duration kToldLasts = std::chrono::hours(24);

// Who says an address.
struct Backing {
  std::set<std::string> servers, resolvers;
  std::set<IpAddress> machines;

  // Two names that lead to one machine are one voice, and so are two machines of one server.
  std::size_t Voices() const { return std::min(servers.size(), machines.size()); }
};
using Backings = std::map<IpAddress, Backing>;

Backings BackingsOf(const StunRound& round) {
  Backings backings;
  for (const StunSample* sample : round) {
    Backing& backing = backings[sample->mapped->address];
    backing.servers.insert(sample->server);
    backing.resolvers.insert(sample->resolved_via.begin(), sample->resolved_via.end());
    backing.machines.insert(sample->address.address);
  }
  return backings;
}

std::size_t AllVoices(const Backings& backings) {
  std::size_t voices = 0;
  for (const auto& [address, backing] : backings) voices += backing.Voices();
  return voices;
}

const Backings::value_type& MostBacked(const Backings& backings) {
  return *std::max_element(backings.begin(), backings.end(),
                           [](const auto& a, const auto& b) { return a.second.Voices() < b.second.Voices(); });
}

bool HasMajority(const Backings& backings) {
  return 2 * MostBacked(backings).second.Voices() > AllVoices(backings);
}

bool AreNear(const Backings& backings) {
  const IpAddress& first = backings.begin()->first;
  const base::IpPrefix network{first, first.is_v6() ? 64 : 24};
  return !first.IsSpecialPurpose() &&
         std::all_of(backings.begin(), backings.end(), [&](const auto& each) { return network.Contains(each.first); });
}

// Another server, at another address, said the same a while ago.
bool ToldByAnother(const Picture& picture, const IpAddress& address, const Backing& backing, TimePoint since) {
  for (const auto& [server, view] : picture.stun()) {
    if (backing.servers.contains(server)) continue;
    for (const auto& [machine, series] : view.addresses) {
      if (!backing.machines.contains(machine.address) && series.ToldSince(address, since)) return true;
    }
  }
  return false;
}

// What shows that all of the addresses are ours; empty: nothing does.
std::string ShowsPool(const Picture& picture, const StunRound& round, const Backings& backings) {
  const auto agreed = [](const auto& each) { return each.second.Voices() > 1; };
  if (std::count_if(backings.begin(), backings.end(), agreed) > 1) return "each of them is seen by several servers";
  if (backings.size() > 2 && !HasMajority(backings)) return "nearly every server sees another one";
  const TimePoint since = round.front()->at - kToldLasts;
  for (const auto& [address, backing] : backings) {
    if (backing.Voices() == 1 && ToldByAnother(picture, address, backing, since)) {
      return fmt::format("{} was seen by another server before", address.ToString());
    }
  }
  if (AreNear(backings)) return "they are of one network";
  for (const NatSample* nat : NatsOf(picture)) {
    if (ShowsTwoAddresses(*nat)) return fmt::format("{} alone sees two (RFC 5780)", nat->server);
  }
  return "";
}

// The address that is ours where only one is, and what tells it.
std::pair<Ground, std::optional<IpAddress>> RightOne(const Backings& backings, const IpAddress& local) {
  if (HasMajority(backings)) return {Ground::kMajority, MostBacked(backings).first};
  if (backings.contains(local) && !local.IsSpecialPurpose()) return {Ground::kOwn, local};
  const auto is_public = [](const auto& each) { return !each.first.IsSpecialPurpose(); };
  if (std::count_if(backings.begin(), backings.end(), is_public) == 1) {
    return {Ground::kReachable, std::find_if(backings.begin(), backings.end(), is_public)->first};
  }
  if (backings.size() != 2) return {Ground::kNone, {}};
  const auto& one = *backings.begin();
  const auto& other = *std::next(backings.begin());
  const bool same_server = one.second.servers == other.second.servers;  // one name that leads to different addresses
  if (!same_server || one.second.resolvers.size() == other.second.resolvers.size()) return {Ground::kNone, {}};
  return {Ground::kResolvers, one.second.resolvers.size() > other.second.resolvers.size() ? one.first : other.first};
}

template <typename IsRight>
void Accuse(MappingVerdict& verdict, Ground ground, const IsRight& is_right) {
  verdict.ground = ground;
  for (const StunSample* each : verdict.round) {
    (is_right(each->mapped->address) ? verdict.right : verdict.wrong).push_back(each);
  }
}

MappingVerdict JudgeRound(const Picture& picture, const Settings& settings, StunRound round) {
  MappingVerdict verdict;
  verdict.round = std::move(round);
  const Backings backings = BackingsOf(verdict.round);
  if (backings.size() < 2) return verdict;
  const auto expected = ExpectedOf(settings, backings.begin()->first.is_v6());
  const auto is_expected = [&](const IpAddress& address) { return expected.contains(address); };
  const auto seen =
      std::count_if(backings.begin(), backings.end(), [&](const auto& each) { return is_expected(each.first); });
  verdict.kind = Kind::kSplit;
  if (seen == std::ssize(backings)) {
    verdict.kind = Kind::kPooled;
    verdict.expected = true;
    verdict.why = "`expect_mapped` lists them all";
  } else if (seen > 0) {
    Accuse(verdict, Ground::kExpected, is_expected);
  } else if (verdict.why = ShowsPool(picture, verdict.round, backings); !verdict.why.empty()) {
    verdict.kind = Kind::kPooled;
  } else if (const auto [ground, right] = RightOne(backings, verdict.round.front()->local.address); right) {
    const IpAddress ours = *right;
    Accuse(verdict, ground, [&](const IpAddress& address) { return address == ours; });
  }
  return verdict;
}

}  // namespace

std::vector<StunRound> ComparableRounds(const Picture& picture) {
  std::map<std::pair<bool, IpAddress>, std::map<std::uint64_t, StunRound>> rounds;  // by family and own address
  for (const auto& [server, view] : picture.stun()) {
    for (const auto& [address, series] : view.addresses) {
      for (const auto& sample : {series.newest, series.before}) {
        if (!sample || !sample->mapped || sample->transport != config::Transport::kUdp) continue;
        rounds[{sample->mapped->address.is_v6(), sample->local.address}][sample->round].push_back(sample.get());
      }
    }
  }
  const auto rank = [](const auto& round) { return std::pair(round.second.size(), round.second.front()->at); };
  std::vector<StunRound> best;
  best.reserve(rounds.size());
  for (auto& [group, candidates] : rounds) {
    best.push_back(std::max_element(candidates.begin(), candidates.end(), [&](const auto& a, const auto& b) {
                     return rank(a) < rank(b);
                   })->second);
  }
  return best;
}

std::vector<MappingVerdict> JudgeMappings(const Picture& picture, const Settings& settings) {
  std::vector<MappingVerdict> verdicts;
  for (StunRound& round : ComparableRounds(picture))
    verdicts.push_back(JudgeRound(picture, settings, std::move(round)));
  return verdicts;
}

std::set<IpAddress> ExpectedOf(const Settings& settings, bool v6) {
  std::set<IpAddress> expected;
  for (const IpAddress& address : settings.vantage.expect_mapped) {
    if (address.is_v6() == v6) expected.insert(address);
  }
  return expected;
}

bool IsUnexpected(const StunSample& sample, const Settings& settings) {
  if (!sample.mapped) return false;
  const auto expected = ExpectedOf(settings, sample.mapped->address.is_v6());
  return !expected.empty() && !expected.contains(sample.mapped->address);
}

std::vector<const NatSample*> NatsOf(const Picture& picture) {
  std::vector<const NatSample*> nats;
  for (const auto& [server, view] : picture.stun()) {
    for (const auto& [address, series] : view.addresses) {
      if (series.nat) nats.push_back(series.nat.get());
    }
  }
  return nats;
}

bool ShowsTwoAddresses(const NatSample& sample) {
  return sample.mapped && sample.elsewhere && sample.mapped->address != sample.elsewhere->address;
}

}  // namespace dialwatch::diagnosis
