#include "diagnosis/rules/vantage.h"

#include <fmt/format.h>

#include <algorithm>

#include "diagnosis/answer.h"
#include "diagnosis/evidence.h"

namespace dialwatch::diagnosis {
namespace {

constexpr int kRounds = 2;  // one lost round is not blindness

bool AllDnsIsDead(const Situation& situation) {
  return std::all_of(situation.judgements.begin(), situation.judgements.end(),
                     [](const Judgement& judgement) { return !judgement.newest || IsSilent(*judgement.sample); });
}

bool Replied(probes::StunOutcome outcome) {
  return outcome == probes::StunOutcome::kMapped || outcome == probes::StunOutcome::kErrorResponse ||
         outcome == probes::StunOutcome::kMalformed || outcome == probes::StunOutcome::kTlsFailed;
}

bool AllStunIsDead(const Picture& picture) {
  return std::all_of(picture.stun().begin(), picture.stun().end(), [](const auto& entry) {
    const StunView& view = entry.second;
    return view.IsFailing(kRounds) && std::none_of(view.addresses.begin(), view.addresses.end(), [](const auto& each) {
             return Replied(each.second.newest->outcome);
           });
  });
}

bool AllRelaysAreDead(const Picture& picture) {
  return std::all_of(picture.turn().begin(), picture.turn().end(), [](const auto& entry) {
    const auto outcome = entry.second.newest->outcome;
    const bool silent = outcome == probes::TurnOutcome::kTimeout || outcome == probes::TurnOutcome::kUnreachable ||
                        outcome == probes::TurnOutcome::kUnresolved ||
                        outcome == probes::TurnOutcome::kBadCredentialFile;
    return silent && !entry.second.newest->relayed;
  });
}

bool FailedTwice(const NameView& name) {
  return std::all_of(name.through.begin(), name.through.end(),
                     [](const auto& through) {
                       return through.second.streak.failing && through.second.streak.length >= kRounds;
                     }) &&
         std::all_of(name.authorities.begin(), name.authorities.end(),
                     [](const DnsSeries& series) { return series.failures >= kRounds; });
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
  const bool blind = AllDnsIsDead(situation) && AllStunIsDead(situation.picture) &&
                     AllRelaysAreDead(situation.picture) && HasFullSet(situation) &&
                     std::all_of(names.begin(), names.end(), [](const auto& name) { return FailedTwice(name.second); });
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
    if (!judgement.newest) continue;
    const DnsSeries* series = FindSeries(situation.picture, judgement);
    add(judgement.sample->via.ToString(), AnswerText(*judgement.sample), series->failing_since);
  }
  for (const auto& [server, view] : situation.picture.stun()) {
    for (const auto& [address, series] : view.addresses) {
      add("stun " + server, FormatStunOutcome(series.newest->outcome), series.failing_since);
    }
  }
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
