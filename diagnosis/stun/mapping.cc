#include "diagnosis/stun/mapping.h"

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

constexpr std::size_t kMany = 3;  // voices

using Right = std::pair<Ground, std::optional<IpAddress>>;

bool IsPublic(const IpAddress& address) {
  return !address.IsSpecialPurpose();
}

// The address that is ours where only one is, and what tells it.
Right RightOne(const Backings& backings, const IpAddress& local) {
  if (HasMajority(backings)) return {Ground::kMajority, MostBacked(backings).first};
  if (backings.contains(local) && IsPublic(local)) return {Ground::kOwn, local};
  const auto is_public = [](const auto& each) { return IsPublic(each.first); };
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

// Two of the addresses at least are seen, or were seen today, by several servers each; empty: they are not.
std::string SeenBySeveral(const Picture& picture, const StunRound& round, const Backings& backings) {
  std::size_t agreed = 0;
  std::string earlier;
  for (const auto& [address, backing] : BackingsSince(picture, backings, round.front()->at - kToldLasts)) {
    if (backing.Voices() < 2) continue;
    ++agreed;
    if (backings.at(address).Voices() < 2) earlier = address.ToString();
  }
  if (agreed < 2) return "";
  return earlier.empty() ? "each of them is seen by several servers" : earlier + " was seen by another server before";
}

// All lie in one network (/24, /64), as those of a pool do; who is alone against many, or against our socket's own
// address, may as well have chosen a lie that is near.
bool AreNear(const StunRound& round, const Backings& backings) {
  const IpAddress& local = round.front()->local.address;
  const auto& [most, backing] = MostBacked(backings);
  const bool alone = backing.Voices() >= kMany && Others(backings, most).Voices() == 1;
  if (alone || (IsPublic(local) && backings.contains(local)) || !IsPublic(most)) return false;
  const base::IpPrefix network{most, most.is_v6() ? 64 : 24};
  return std::all_of(backings.begin(), backings.end(), [&](const auto& each) { return network.Contains(each.first); });
}

bool IsFrom(const NatSample& nat, const StunSample& sample) {
  return nat.server == sample.server || nat.address.address == sample.address.address;
}

// A server that saw two addresses by itself, and does not say an odd one where it is known which is odd; null: none.
const NatSample* SeesTwo(const Picture& picture, const StunRound& round, const Right& right) {
  const bool sure = right.second && IsSure(right.first);
  for (const NatSample* nat : NatsOf(picture)) {
    const bool odd = sure && std::any_of(round.begin(), round.end(), [&](const StunSample* sample) {
                       return sample->mapped->address != *right.second && IsFrom(*nat, *sample);
                     });
    if (ShowsTwoAddresses(*nat) && !odd) return nat;
  }
  return nullptr;
}

// What shows that all of the addresses are ours; empty: nothing does.
std::string ShowsPool(const Picture& picture, const StunRound& round, const Backings& backings, const Right& right) {
  if (auto why = SeenBySeveral(picture, round, backings); !why.empty()) return why;
  if (Everyone(backings).Voices() >= kMany && !HasMajority(backings)) return "nearly every server sees another one";
  if (AreNear(round, backings)) return "they are of one network";
  const NatSample* nat = SeesTwo(picture, round, right);
  return nat == nullptr ? "" : fmt::format("{} alone sees two (RFC 5780)", nat->server);
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
    return verdict;
  }
  if (seen > 0) {
    Accuse(verdict, Ground::kExpected, is_expected);
    return verdict;
  }
  const Right right = RightOne(backings, verdict.round.front()->local.address);
  if (verdict.why = ShowsPool(picture, verdict.round, backings, right); !verdict.why.empty()) {
    verdict.kind = Kind::kPooled;
  } else if (right.second) {
    Accuse(verdict, right.first, [&](const IpAddress& address) { return address == *right.second; });
  }
  return verdict;
}

int Weight(const MappingVerdict& verdict) {
  if (verdict.kind == Kind::kAgree) return 0;
  if (verdict.kind == Kind::kPooled) return verdict.expected ? 1 : 2;
  return IsSure(verdict.ground) ? 4 : 3;
}

// Some of those asked have yet to answer, and who lies may come last.
bool IsUnderWay(const Picture& picture, const StunRound& round, const StunRound& before) {
  return round.size() < before.size() && std::any_of(before.begin(), before.end(), [&](const StunSample* sample) {
           return picture.stun().at(sample->server).addresses.at(sample->address).newest.get() == sample;
         });
}

}  // namespace

std::vector<std::vector<StunRound>> ComparableRounds(const Picture& picture) {
  std::map<std::pair<bool, IpAddress>, std::map<std::uint64_t, StunRound>> groups;  // by family and own address
  for (const auto& [server, view] : picture.stun()) {
    for (const auto& [address, series] : view.addresses) {
      for (const auto& sample : {series.newest, series.before}) {
        if (!sample || !sample->mapped || sample->transport != config::Transport::kUdp) continue;
        groups[{sample->mapped->address.is_v6(), sample->local.address}][sample->round].push_back(sample.get());
      }
    }
  }
  std::vector<std::vector<StunRound>> comparable;
  comparable.reserve(groups.size());
  for (auto& [group, rounds] : groups) {
    auto& last_two = comparable.emplace_back();
    for (auto round = rounds.rbegin(); round != rounds.rend() && last_two.size() < 2; ++round) {
      last_two.push_back(std::move(round->second));
    }
    if (last_two.size() == 2 && IsUnderWay(picture, last_two[0], last_two[1])) last_two.erase(last_two.begin());
  }
  return comparable;
}

std::vector<MappingVerdict> JudgeMappings(const Picture& picture, const Settings& settings) {
  std::vector<MappingVerdict> verdicts;
  for (auto& rounds : ComparableRounds(picture)) {
    MappingVerdict worst;
    for (StunRound& round : rounds) {
      MappingVerdict verdict = JudgeRound(picture, settings, std::move(round));
      if (worst.round.empty() || Weight(verdict) > Weight(worst)) worst = std::move(verdict);
    }
    verdicts.push_back(std::move(worst));
  }
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
