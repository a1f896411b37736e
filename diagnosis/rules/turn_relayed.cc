#include "diagnosis/rules/turn_relayed.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/names.h"
#include "base/natural_order.h"
#include "base/printable.h"
#include "diagnosis/dns/tally.h"
#include "diagnosis/rules/media_words.h"

namespace dialwatch::diagnosis {
namespace {

constexpr std::size_t kMostShown = 5;  // as evidence, with two rows each
constexpr const char* kUntilThen = "until then, have webphones use another relay for these dialers";

// One dialer, through the relay and without it.
struct Pair {
  const std::string* dialer;
  const RelayedSeries* relayed;
  const TrainSample* direct;

  const TrainSample& sample() const { return *relayed->newest; }
  bool deaf() const { return GradeOf(sample().outcome) >= RtpGrade::kDeaf; }
  // A train that a relay swallows while another flows is no chance; congestion may be, for a while.
  bool bad() const { return relayed->worse.trains >= (deaf() ? kTrainsOfAFact : kRunning); }
};

// Dialers of which the relay can tell something: what it carried, while audio flows directly.
std::vector<Pair> PairsOf(const Situation& situation, const std::string& relay) {
  std::vector<Pair> pairs;
  for (const auto& [dialer, view] : situation.picture.media()) {
    const auto series = view.relayed.find(relay);
    if (series == view.relayed.end() || series->second.newest->outcome == RtpOutcome::kNoRelay) continue;
    const TrainSample* direct = view.DirectTo(series->second.newest->subject.address);
    if (direct == nullptr || GradeOf(direct->outcome) > RtpGrade::kPoor) continue;
    pairs.push_back({&dialer, &series->second, direct});
  }
  return pairs;
}

std::string HowItWent(const TrainSample& sample) {
  std::string text(base::NameOf(sample.outcome));
  if (sample.outcome == RtpOutcome::kDegraded) text += ": " + MeasuresText(sample);
  if (!sample.error.empty()) text += ": " + base::Printable(sample.error, 120);
  return text;
}

std::string AddressesOf(const std::vector<Pair>& pairs, const base::Endpoint& (*which)(const TrainSample&)) {
  std::set<std::string> addresses;
  for (const Pair& each : pairs) addresses.insert(which(each.sample()).address.ToString());
  return EnumerateSome({addresses.begin(), addresses.end()});
}

std::vector<std::string> AdviseOn(const std::vector<Pair>& bad, const std::string& relay) {
  const Pair& first = bad.front();
  if (first.sample().outcome == RtpOutcome::kDenied) {
    const auto dialers = AddressesOf(
        bad, [](const TrainSample& sample) -> const auto& { return sample.subject.address; });
    return {
        fmt::format("have relay {} let calls through to {} (coturn: denied-peer-ip, allowed-peer-ip)", relay, dialers),
        kUntilThen};
  }
  if (!first.deaf()) {
    return {fmt::format("look at the line between relay {} and these dialers, and at what else the relay carries: "
                        "directly their audio is well",
                        relay),
            kUntilThen};
  }
  const auto relayed = AddressesOf(
      bad, [](const TrainSample& sample) -> const auto& { return sample.local; });
  return {fmt::format("let the relay's address {} in at the firewall before these dialers, UDP, both ways", relayed),
          "look at the way from the relay to these dialers: its own firewall, its port range, its routes", kUntilThen};
}

Finding Tell(const std::string& relay, const std::vector<Pair>& bad, std::size_t tested) {
  const Pair& first = bad.front();
  Finding finding;
  finding.subject.server = relay;
  finding.since = first.relayed->worse.since;
  for (const Pair& each : bad) {
    finding.since = std::min(finding.since, each.relayed->worse.since);
    finding.affected.push_back(*each.dialer);
    if (finding.evidence.size() == 2 * kMostShown) continue;
    for (const TrainSample* sample : {&each.sample(), each.direct}) {
      EvidenceRow& row = finding.evidence.emplace_back(RowOf(*sample));
      row.vantage = *each.dialer + ": " + row.vantage;
    }
  }
  base::SortNames(finding.affected);
  const std::string whom = Whom(finding.affected, tested);
  const std::string how = HowItWent(first.sample());
  if (first.deaf()) {
    finding.summary = fmt::format("{} cannot be heard through relay {}, directly {} can ({})", whom, relay,
                                  bad.size() == 1 ? "it" : "they", how);
  } else {
    finding.severity = Severity::kWarning;
    finding.summary = fmt::format("audio of {} is bad through relay {}, directly it is not ({})", whom, relay, how);
  }
  finding.advice = AdviseOn(bad, relay);
  return finding;
}

}  // namespace

std::vector<Finding> DeafRelays(const Situation& situation) {
  std::vector<Finding> findings;
  for (const config::Turn& relay : situation.settings.turn_servers) {
    const std::vector<Pair> pairs = PairsOf(situation, relay.name);
    std::vector<Pair> bad;
    std::ranges::copy_if(pairs, std::back_inserter(bad), [](const Pair& each) { return each.bad(); });
    // who is not heard counts more than who is heard badly
    if (std::ranges::any_of(bad, &Pair::deaf)) std::erase_if(bad, [](const Pair& each) { return !each.deaf(); });
    if (!bad.empty()) findings.push_back(Tell(relay.name, bad, pairs.size()));
  }
  return findings;
}

}  // namespace dialwatch::diagnosis
