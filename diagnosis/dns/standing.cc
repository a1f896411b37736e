#include "diagnosis/dns/standing.h"

#include <algorithm>

#include "diagnosis/dns/answer.h"
#include "diagnosis/dns/tally.h"

namespace dialwatch::diagnosis {
namespace {

NameStanding& StandingOf(ResolverStanding& resolver, const DialerCase& dialer, RecordType type) {
  auto& names = resolver.names;
  // the names of a dialer come one after the other, so only the newest few are of interest
  for (auto name = names.rbegin(); name != names.rend() && name->dialer == &dialer; ++name) {
    if (name->type == type) return *name;
  }
  return names.emplace_back(NameStanding{.dialer = &dialer, .type = type});
}

bool OtherOperatorWorks(const std::vector<ResolverStanding>& standings, const ResolverStanding& resolver) {
  return std::any_of(standings.begin(), standings.end(), [&](const ResolverStanding& other) {
    return other.resolver->operator_name != resolver.resolver->operator_name && (other.works() || other.excused);
  });
}

bool AnyAuthorityWorks(const Situation& situation) {
  return std::any_of(situation.judgements.begin(), situation.judgements.end(), [](const Judgement& judgement) {
    return IsAuthority(judgement) && judgement.verdict != Verdict::kFailing;
  });
}

}  // namespace

bool IsEncrypted(const config::Resolver& resolver) {
  return resolver.transport == config::Transport::kTls || resolver.transport == config::Transport::kHttps;
}

bool IsNear(const config::Resolver& resolver) {
  return std::ranges::all_of(resolver.addresses, [](const auto& each) { return each.address.IsSpecialPurpose(); });
}

bool ResolverStanding::failing() const {
  return !names.empty() && !works();
}

bool ResolverStanding::works() const {
  return std::any_of(names.begin(), names.end(), [](const auto& name) { return !name.failing; });
}

bool ResolverStanding::silent() const {
  return !names.empty() && std::all_of(names.begin(), names.end(), [](const auto& name) { return name.silent; });
}

std::vector<ResolverStanding> StandingsOf(const Situation& situation, const std::vector<DialerCase>& cases) {
  std::vector<ResolverStanding> standings;
  for (const config::Resolver& resolver : situation.settings.resolvers) standings.push_back({&resolver, {}});
  for (const DialerCase& dialer : cases) {
    for (const Judgement& judgement : dialer.judgements) {
      if (IsAuthority(judgement) || !judgement.newest) continue;
      for (ResolverStanding& resolver : standings) {
        if (resolver.resolver->name != judgement.sample->via.name) continue;
        NameStanding& name = StandingOf(resolver, dialer, judgement.sample->type);
        name.failing = name.failing && judgement.verdict == Verdict::kFailing;
        name.silent = name.silent && IsSilent(*judgement.sample);
      }
    }
  }
  return standings;
}

Streak StreakOf(const Picture& picture, const ResolverStanding& resolver, const NameStanding& name) {
  const NameView* view = picture.Find({name.dialer->dialer.host, name.type});
  if (view == nullptr) return {};
  const ThroughResolver* through = view->Through(resolver.resolver->name);
  return through == nullptr ? Streak{} : through->streak;
}

int FailuresOf(const Picture& picture, const ResolverStanding& resolver, const NameStanding& name) {
  const Streak streak = StreakOf(picture, resolver, name);
  return streak.failing ? streak.length : 0;
}

int LongestFailure(const Picture& picture, const ResolverStanding& resolver) {
  int longest = 0;
  for (const NameStanding& name : resolver.names) {
    if (name.failing) longest = std::max(longest, FailuresOf(picture, resolver, name));
  }
  return longest;
}

bool IsDown(const Situation& situation, const std::vector<ResolverStanding>& standings,
            const ResolverStanding& resolver) {
  if (resolver.excused || !resolver.failing() || LongestFailure(situation.picture, resolver) < kRunning) return false;
  if (resolver.silent() && situation.picture.references().Replies(resolver.resolver->name)) return false;
  if (OtherOperatorWorks(standings, resolver)) return resolver.silent() || resolver.names.size() > 1;
  return resolver.silent() && (AnyAuthorityWorks(situation) || StunWorks(situation.picture));
}

bool StunWorks(const Picture& picture) {
  return std::any_of(picture.stun().begin(), picture.stun().end(),
                     [](const auto& entry) { return entry.second.Works(); });
}

bool DnsWorks(const Picture& picture) {
  return std::any_of(picture.names().begin(), picture.names().end(), [](const auto& name) {
    return std::any_of(name.second.through.begin(), name.second.through.end(), [](const auto& through) {
      return !through.second.streak.failing && through.second.streak.length > 1;
    });
  });
}

}  // namespace dialwatch::diagnosis
