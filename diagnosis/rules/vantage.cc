#include "diagnosis/rules/vantage.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/names.h"
#include "diagnosis/dns/answer.h"
#include "diagnosis/dns/standing.h"
#include "diagnosis/evidence.h"

namespace dialwatch::diagnosis {
namespace {

constexpr int kRounds = 2;  // one lost round is not blindness

// Who has a say. Servers in our own network answer while the line out is dead, be it from a cache or with an error:
// where others are asked as well, only those count.
struct Quorum {
  bool far_only = false;
  std::set<std::string> near;  // resolvers with no address beyond our own network

  bool Counts(const base::Endpoint& server) const {
    return !far_only || server.address.IsUnspecified() || !server.address.IsSpecialPurpose();
  }
  bool Counts(const std::string& resolver) const { return !far_only || !near.contains(resolver); }
};

constexpr std::size_t kFarVoices = 2;  // operators and zones

Quorum QuorumOf(const Situation& situation) {
  Quorum quorum;
  std::set<std::string> far;
  for (const config::Resolver& resolver : situation.settings.resolvers) {
    if (IsNear(resolver)) {
      quorum.near.insert(resolver.name);
    } else {
      far.insert(resolver.operator_name);
    }
  }
  for (const Judgement& judgement : situation.judgements) {
    const probes::Via& via = judgement.sample->via;
    if (IsAuthority(judgement) && !via.server.address.IsSpecialPurpose()) far.insert("zone " + via.name);
  }
  quorum.far_only = far.size() >= kFarVoices;
  return quorum;
}

bool AllDnsIsDead(const Situation& situation, const Quorum& quorum) {
  return std::ranges::all_of(situation.judgements, [&](const Judgement& judgement) {
    return !judgement.newest || !quorum.Counts(judgement.sample->via.server) || IsSilent(*judgement.sample);
  });
}

bool Replied(probes::StunOutcome outcome) {
  return outcome == probes::StunOutcome::kMapped || outcome == probes::StunOutcome::kErrorResponse ||
         outcome == probes::StunOutcome::kMalformed || outcome == probes::StunOutcome::kTlsFailed;
}

bool AllStunIsDead(const Picture& picture, const Quorum& quorum) {
  return std::ranges::all_of(picture.stun(), [&](const auto& entry) {
    const StunView& view = entry.second;
    if (std::ranges::none_of(view.addresses, [&](const auto& each) { return quorum.Counts(each.first); })) return true;
    return view.IsFailing(kRounds) && std::none_of(view.addresses.begin(), view.addresses.end(), [](const auto& each) {
             return Replied(each.second.newest->outcome);
           });
  });
}

bool AllRelaysAreDead(const Picture& picture, const Quorum& quorum) {
  return std::ranges::all_of(picture.turn(), [&](const auto& entry) {
    if (!quorum.Counts(entry.second.newest->address)) return true;
    const auto outcome = entry.second.newest->outcome;
    const bool silent = outcome == probes::TurnOutcome::kTimeout || outcome == probes::TurnOutcome::kUnreachable ||
                        outcome == probes::TurnOutcome::kUnresolved ||
                        outcome == probes::TurnOutcome::kBadCredentialFile;
    return silent && !entry.second.newest->relayed;
  });
}

bool FailedTwice(const NameView& name, const Quorum& quorum) {
  return std::ranges::all_of(name.through,
                             [&](const auto& through) {
                               const Streak& streak = through.second.streak;
                               return !quorum.Counts(through.first) || (streak.failing && streak.length >= kRounds);
                             }) &&
         std::ranges::all_of(name.authorities, [&](const DnsSeries& series) {
           return !quorum.Counts(series.newest->via.server) || series.failures >= kRounds;
         });
}

// Each resolver and each STUN server has been asked, so that nobody who might answer is missing.
bool HasFullSet(const Situation& situation) {
  const Settings& settings = situation.settings;
  const auto& stun = situation.picture.stun();
  if (situation.judgements.empty() && stun.empty()) return false;
  const auto is_heard = [&](const config::Resolver& resolver) {
    return std::any_of(situation.judgements.begin(), situation.judgements.end(), [&](const Judgement& judgement) {
      return !IsAuthority(judgement) && judgement.sample->via.name == resolver.name;
    });
  };
  return std::all_of(settings.stun_servers.begin(), settings.stun_servers.end(),
                     [&](const config::Stun& server) { return stun.contains(server.name); }) &&
         (settings.dialers.empty() || std::all_of(settings.resolvers.begin(), settings.resolvers.end(), is_heard));
}

}  // namespace

std::vector<Finding> VantageBlind(const Situation& situation) {
  const auto& names = situation.picture.names();
  const Quorum quorum = QuorumOf(situation);
  const bool blind = AllDnsIsDead(situation, quorum) && AllStunIsDead(situation.picture, quorum) &&
                     AllRelaysAreDead(situation.picture, quorum) && HasFullSet(situation) &&
                     std::ranges::all_of(names, [&](const auto& name) { return FailedTwice(name.second, quorum); });
  if (!blind) return {};
  Finding finding;
  finding.since = situation.now;
  const auto add = [&](std::string vantage, std::string_view outcome, TimePoint since) {
    finding.since = std::min(finding.since, since);
    EvidenceRow row;
    row.vantage = std::move(vantage);
    row.note = outcome;
    if (std::find(finding.evidence.begin(), finding.evidence.end(), row) == finding.evidence.end()) {
      finding.evidence.push_back(std::move(row));
    }
  };
  for (const Judgement& judgement : situation.judgements) {
    if (!judgement.newest || !quorum.Counts(judgement.sample->via.server)) continue;
    const DnsSeries* series = FindSeries(situation.picture, judgement);
    add(judgement.sample->via.ToString(), AnswerText(*judgement.sample), series->failing_since);
  }
  for (const auto& [server, view] : situation.picture.stun()) {
    for (const auto& [address, series] : view.addresses) {
      if (!quorum.Counts(address)) continue;
      add("stun " + server, base::NameOf(series.newest->outcome), series.failing_since);
    }
  }
  if (situation.picture.references().AnyReplies()) return {};
  if (AnyTrainSince(situation.picture.media(), finding.since)) return {};
  if (AnySipSince(situation.picture.calls(), finding.since)) return {};
  if (AnyPortSince(situation.picture.ports(), finding.since)) return {};
  finding.summary = fmt::format(
      "nothing of what we ask answers since {}: our own network is out, and of the dialers nothing is known",
      base::FormatClock(finding.since));
  finding.advice = {"look at this machine's own network first: link, address, route, firewall",
                    "believe no other monitor on this network either"};
  return {std::move(finding)};
}

}  // namespace dialwatch::diagnosis
