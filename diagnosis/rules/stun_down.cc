#include "diagnosis/rules/stun_down.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "diagnosis/dns/answer.h"
#include "diagnosis/dns/standing.h"
#include "diagnosis/dns/tally.h"
#include "diagnosis/rules/stun_words.h"
#include "diagnosis/stun/misled.h"

namespace dialwatch::diagnosis {
namespace {

void AddOthers(const Situation& situation, const std::string& server, Finding& finding) {
  auto others = RowsOfOthers(situation.picture, server);
  for (EvidenceRow& row : others) row.stance = row.answer ? Stance::kGood : Stance::kNone;
  finding.evidence.insert(finding.evidence.end(), others.begin(), others.end());
}

// What resolvers say of its name. They are to blame where each of them fails, and none where one says that there is no
// such name.
void AddLookups(const Situation& situation, const std::string& host, Finding& finding) {
  const auto lookups = situation.picture.lookups().find(host);
  if (lookups == situation.picture.lookups().end()) return;
  const bool all_fail =
      std::ranges::all_of(lookups->second, [](const auto& each) { return Fails(*each.second.newest); });
  for (const auto& [resolver, lookup] : lookups->second) {
    EvidenceRow& row = finding.evidence.emplace_back(RowOf(lookup));
    if (all_fail) row.stance = Stance::kBad;
  }
}

std::string WhereToLook(const StunSample& sample) {
  switch (sample.outcome) {
    case probes::StunOutcome::kUnresolved:
      return fmt::format("look at the DNS of {}: no resolver gives an address for it", sample.host);
    case probes::StunOutcome::kTlsFailed:
      return sample.error.starts_with("certificate")
                 ? fmt::format("have the certificate of {} renewed or mended: webphones refuse it as well", sample.host)
                 : fmt::format(
                       "see whether {} speaks TLS on port {}, and what on the path there may not let it through",
                       sample.host, sample.address.port);
    default:
      return fmt::format("see whether its operator reports an outage, and whether {} to it is open here",
                         sample.transport == config::Transport::kUdp ? "UDP" : "TCP");
  }
}

Finding TellDown(const Situation& situation, const std::string& server, const StunView& view) {
  const StunSample& newest = *view.Newest();
  Finding finding;
  finding.subject.server = server;
  finding.since = view.rounds.failing_since;
  finding.summary =
      fmt::format("STUN server {} ({}) gives no address{} since {} ({})", server, newest.host,
                  view.addresses.size() > 1 ? fmt::format(" at any of its {}", view.addresses.size()) : "",
                  base::FormatClock(finding.since), OutcomeText(newest));
  finding.evidence = RowsOf(view);
  if (newest.outcome == probes::StunOutcome::kUnresolved) AddLookups(situation, newest.host, finding);
  AddOthers(situation, server, finding);
  finding.affected = AllDialers(situation.settings);
  finding.advice = {
      fmt::format("use another of the carrier's STUN servers in webphones and Asterisk until {} is back", server),
      WhereToLook(newest)};
  return finding;
}

// Whether IPv6, whether IPv4: a family that no server is reached over is not the server's fault.
std::set<bool> FamiliesThatWork(const Picture& picture) {
  std::set<bool> working;
  for (const auto& [server, view] : picture.stun()) {
    for (const auto& [address, series] : view.addresses) {
      if (series.newest->mapped) working.insert(address.address.is_v6());
    }
  }
  return working;
}

void TellDeadAddresses(const Situation& situation, const std::string& server, const StunView& view,
                       const std::set<base::Endpoint>& told, const std::set<bool>& families,
                       std::vector<Finding>& findings) {
  std::vector<std::string> dead, alive;
  Finding finding;
  finding.since = situation.now;
  for (const auto& [address, series] : view.addresses) {
    if (series.failures == 0) alive.push_back(address.ToString());
    if (series.failures < kRunning || told.contains(address)) continue;
    if (!families.contains(address.address.is_v6())) continue;
    dead.push_back(address.ToString());
    finding.since = std::min(finding.since, series.failing_since);
  }
  if (dead.empty() || alive.empty()) return;
  finding.severity = Severity::kInfo;
  finding.subject.server = server;
  finding.summary =
      fmt::format("STUN server {} does not answer at {}, but does at {}", server, Enumerate(dead), Enumerate(alive));
  finding.evidence = RowsOf(view);
  finding.affected = AllDialers(situation.settings);
  finding.advice = {fmt::format("tell the operator of {}: a client that is given that address first waits for nothing",
                                view.Newest()->host)};
  findings.push_back(std::move(finding));
}

}  // namespace

std::vector<Finding> StunDown(const Situation& situation) {
  std::vector<Finding> findings;
  const bool network_works = StunWorks(situation.picture) || DnsWorks(situation.picture);
  if (!network_works) return findings;
  const auto families = FamiliesThatWork(situation.picture);
  const auto misled = FindMisled(situation.picture, situation.settings, situation.mappings);
  for (const auto& [server, view] : situation.picture.stun()) {
    if (view.IsFailing(kRunning)) {
      findings.push_back(TellDown(situation, server, view));
    } else {
      std::set<base::Endpoint> told;
      for (const Misled& each : misled) {
        if (each.server != server) continue;
        for (const StunSample* sample : each.bad) told.insert(sample->address);
      }
      TellDeadAddresses(situation, server, view, told, families, findings);
    }
  }
  return findings;
}

}  // namespace dialwatch::diagnosis
