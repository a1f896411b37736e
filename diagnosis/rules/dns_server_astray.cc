#include "diagnosis/rules/dns_server_astray.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "diagnosis/dns/answer.h"
#include "diagnosis/rules/left_behind.h"
#include "diagnosis/rules/media_words.h"
#include "diagnosis/zone/evidence.h"
#include "diagnosis/zone/faults.h"

namespace dialwatch::diagnosis {
namespace {

using Those = std::vector<const TrainSeries*>;

// What one server does, and what tells that.
struct Deed {
  std::vector<std::string> dialers;
  Those dead;
  std::set<std::string> right_servers;
  std::vector<EvidenceRow> evidence;  // of the first dialers
};
using Deeds = std::map<probes::Via, Deed>;

constexpr std::size_t kShown = 3;

Those GivenBy(const Judgement& server, const Those& trains) {
  const auto answers = AnswersOf(*server.sample);
  Those given;
  std::ranges::copy_if(trains, std::back_inserter(given), [&](const TrainSeries* each) {
    return std::ranges::find(answers, each->newest->subject.address.address.ToString()) != answers.end();
  });
  return given;
}

void Note(const MediaCase& media, const Judgement& wrong, const Judgement& right, Deeds& deeds) {
  Deed& deed = deeds[wrong.sample->via];
  deed.right_servers.insert(right.sample->via.server.ToString(config::kDnsPort));
  if (!deed.dialers.empty() && deed.dialers.back() == media.name()) return;
  deed.dialers.push_back(media.name());
  const Those dead = GivenBy(wrong, media.echo.dead);
  deed.dead.insert(deed.dead.end(), dead.begin(), dead.end());
  if (deed.dialers.size() > kShown) return;
  deed.evidence.push_back(RowOf(wrong));
  deed.evidence.back().stance = Stance::kBad;
  deed.evidence.push_back(RowOf(right));
  for (const Those& trains : {dead, GivenBy(right, media.echo.right)}) {
    for (const TrainSeries* each : trains) deed.evidence.push_back(RowOf(*each->newest));
  }
}

void HoldServersAgainstEachOther(const MediaCase& media, Deeds& deeds) {
  if (media.echo.dead.empty()) return;
  for (const Judgement& wrong : media.dialer->judgements) {
    if (!IsAuthority(wrong) || GivenBy(wrong, media.echo.dead).empty()) continue;
    for (const Judgement& right : media.dialer->judgements) {
      const bool is_other = IsAuthority(right) && right.sample->via.name == wrong.sample->via.name;
      const bool is_right = GivenBy(right, media.echo.dead).empty() && !GivenBy(right, media.echo.right).empty();
      if (is_other && is_right) Note(media, wrong, right, deeds);
    }
  }
}

Finding Tell(const Situation& situation, const probes::Via& via, Deed deed) {
  const ZoneView* view = situation.picture.FindZone(via.name);
  Finding finding;
  finding.subject.authority = via.name;
  finding.subject.server = via.server.ToString(config::kDnsPort);
  finding.since = AstraySince(*deed.dead.front());
  std::set<std::string> addresses;
  for (const TrainSeries* each : deed.dead) {
    finding.since = std::min(finding.since, AstraySince(*each));
    addresses.insert(each->newest->subject.address.address.ToString());
  }
  finding.summary = fmt::format("{}, a server of {}, leads callers of {} to {}, {}, while {} leads them right",
                                finding.subject.server, via.name, Whom(deed.dialers, situation.settings.dialers.size()),
                                EnumerateSome({addresses.begin(), addresses.end()}), WhatIsThere(deed.dead),
                                Enumerate({deed.right_servers.begin(), deed.right_servers.end()}));
  if (view != nullptr && view->serials_differ_since) finding.summary += "; " + SerialText(*view->newest);
  finding.evidence = std::move(deed.evidence);
  finding.affected = std::move(deed.dialers);
  finding.advice = {
      fmt::format("stop {} from serving {}, so that resolvers ask the others, or bring it to their version",
                  finding.subject.server, via.name),
      "if the old machines can be brought back, do so until the last copies have run out"};
  return finding;
}

Finding TellCopies(const LeftBehind& left) {
  Finding finding = AboutLeftBehind(left);
  finding.summary = fmt::format(
      "a server of {} gave {} for {} until {}, and copies of that ({}) lead callers there until {}, where it does not "
      "echo",
      left.zone, Enumerate({left.old.begin(), left.old.end()}), left.dialer.dialer.host,
      base::FormatClock(left.given_until), Enumerate({left.resolvers.begin(), left.resolvers.end()}),
      base::FormatClock(left.until));
  finding.advice = {"wait: the servers agree again, and the last copies run out by themselves",
                    "if the old machines can be brought back, do so until then"};
  return finding;
}

}  // namespace

std::vector<Finding> ServersAstray(const Situation& situation) {
  Deeds deeds;
  const auto cases = CasesOf(situation);
  for (const MediaCase& media : MediaCasesOf(situation, cases)) HoldServersAgainstEachOther(media, deeds);
  std::vector<Finding> findings;
  for (auto& [via, deed] : deeds) findings.push_back(Tell(situation, via, std::move(deed)));
  for (const LeftBehind& left : FindLeftBehind(situation)) {
    if (left.was_split) findings.push_back(TellCopies(left));
  }
  return findings;
}

}  // namespace dialwatch::diagnosis
