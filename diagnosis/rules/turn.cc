#include "diagnosis/rules/turn.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/duration_text.h"
#include "base/printable.h"
#include "diagnosis/dns/standing.h"
#include "diagnosis/dns/tally.h"
#include "diagnosis/evidence.h"
#include "diagnosis/rules/turn_relayed.h"
#include "diagnosis/turn/evidence.h"

namespace dialwatch::diagnosis {
namespace {

using base::IpAddress;
using probes::TurnOutcome;

constexpr int kSure = 2;  // turns running: each of them asks, and sends its packets, more than once
constexpr const char* kUntilThen =
    "until then, have webphones use another relay: through this one they connect, and hear nothing";
constexpr const char* kUseAnother =
    "until it is back, have webphones use another relay, or turns: on port 443 where only that is open";
constexpr std::size_t kMostOthers = 10;  // relays, as evidence
constexpr Duration kSoon = std::chrono::days(14);

// About one relay, with what the others do as evidence.
Finding About(const Situation& situation, const TurnSeries& series, TimePoint since) {
  Finding finding;
  finding.subject.server = series.newest->server;
  finding.since = since;
  finding.affected = AllDialers(situation.settings);
  finding.evidence.push_back(RowOf(*series.newest));
  for (const auto& [server, other] : situation.picture.turn()) {
    if (finding.evidence.size() > kMostOthers) break;
    if (server != series.newest->server) finding.evidence.push_back(RowOf(*other.newest));
  }
  return finding;
}

bool IsDenied(const TurnSample& sample) {
  return sample.outcome == TurnOutcome::kUnauthorized || sample.outcome == TurnOutcome::kBadCredentialFile;
}

// Our own network, and not the relay, would be to blame else.
bool NetworkWorks(const Picture& picture) {
  const auto works = [](const auto& entry) {  // twice running, as for StunWorks
    return entry.second.failures == 0 && entry.second.answering_since < entry.second.newest->at;
  };
  return StunWorks(picture) || DnsWorks(picture) || std::any_of(picture.turn().begin(), picture.turn().end(), works);
}

std::vector<IpAddress> ExpectedOf(const Situation& situation, const std::string& server) {
  for (const config::Turn& each : situation.settings.turn_servers) {
    if (each.name == server) return each.expect_relayed;
  }
  return {};
}

// What is wrong with the address that callers get from it; empty where nothing is.
std::string AddressFault(const Situation& situation, const TurnSample& sample) {
  if (!sample.relayed) return "";
  const IpAddress& address = sample.relayed->address;
  const auto expected = ExpectedOf(situation, sample.server);
  if (expected.empty()) {
    // in a network of one's own a relay may well have an address of that network
    const bool hidden = address.IsSpecialPurpose() && !sample.address.address.IsSpecialPurpose();
    return hidden ? fmt::format("relay {} gives calls the address {}, which nobody outside can reach", sample.server,
                                address.ToString())
                  : "";
  }
  if (std::find(expected.begin(), expected.end(), address) != expected.end()) return "";
  std::vector<std::string> texts;
  texts.reserve(expected.size());
  for (const IpAddress& each : expected) texts.push_back(each.ToString());
  return fmt::format("relay {} gives calls the address {}, where {} is expected", sample.server, address.ToString(),
                     fmt::join(texts, " or "));
}

std::vector<std::string> AdviseOnMedia(const TurnSample& sample) {
  if (sample.error_code != 0) {
    return {"see whether the relay may send to our address: coturn's denied-peer-ip; its log says more", kUntilThen};
  }
  return {"open the relay's port range (coturn: min-port to max-port, UDP) in its firewall, both ways",
          "see whether it may send to our address: coturn's denied-peer-ip, and its own routes", kUntilThen};
}

std::vector<std::string> AdviseOnTls(const TurnSample& sample) {
  const std::string uri = base::Printable(sample.uri);
  if (sample.error.find("certificate") != std::string::npos) {
    return {fmt::format("have the certificate of {} renewed or mended: webphones refuse it as well", uri), kUseAnother};
  }
  return {fmt::format("see whether {} speaks TLS on port {}, and whether a firewall or proxy between breaks it", uri,
                      sample.address.port),
          kUseAnother};
}

std::vector<std::string> AdviseOnAllocation(const TurnSample& sample) {
  const std::string uri = base::Printable(sample.uri);
  switch (sample.outcome) {
    case TurnOutcome::kUnresolved:
      return {fmt::format("look at the DNS of {}: was the name changed or deleted, or do its servers not answer?", uri),
              "meanwhile give webphones another relay; a copy in a resolver may still lead some to this one"};
    case TurnOutcome::kUnauthorized:
      return {"hold username and password or secret in the config against those of the relay: were they changed?",
              "with secret_file: see that the clocks of this machine and of the relay are right",
              "look at what webphones are given: with the same credentials they have no relay either"};
    case TurnOutcome::kTlsFailed:
      return AdviseOnTls(sample);
    case TurnOutcome::kQuota:
      return {
          "raise its quota or its range of relay ports, or see who uses it up: look for allocations that are "
          "never given back",
          kUseAnother};
    case TurnOutcome::kErrorResponse:
      return {fmt::format("look up the error {} in the log of {}: it answers, and refuses", sample.error_code, uri),
              kUseAnother};
    case TurnOutcome::kMalformed:
      return {fmt::format("see who answers at {}: it is no relay that knows our password", sample.address.ToString()),
              kUseAnother};
    default:
      return {fmt::format("see whether {} runs and whether a firewall here lets its port through", uri), kUseAnother};
  }
}

// Where the relay works at the address that others give, it is not to blame, and callers who ask those get through.
void BlameResolvers(const TurnSample& sample, Finding& finding) {
  if (!sample.works_at) return;
  const auto& [address, resolvers] = *sample.works_at;
  finding.severity = Severity::kWarning;
  finding.summary += fmt::format(" at {}, to which {} it; it works at {}, to which {} it", sample.address.ToString(),
                                 Resolve(sample.resolved_via), address.ToString(), Resolve(resolvers));
}

}  // namespace

std::vector<std::string> AdviseOn(const TurnSample& sample) {
  if (sample.outcome == TurnOutcome::kBadCredentialFile) {
    return {"put the secret where the config says, readable for the user that dialwatch runs as"};
  }
  if (sample.works_at) {
    return {fmt::format("see which address is right; have the copy at {} flushed if it is that of {}",
                        Enumerate(sample.resolved_via), sample.address.ToString()),
            "look at what the domain's own servers say: an address that is down must leave its records"};
  }
  return sample.relayed && sample.outcome != TurnOutcome::kUnauthorized ? AdviseOnMedia(sample)
                                                                        : AdviseOnAllocation(sample);
}

std::vector<Finding> TurnDown(const Situation& situation) {
  std::vector<Finding> findings;
  const bool network_works = NetworkWorks(situation.picture);
  for (const auto& [server, series] : situation.picture.turn()) {
    const TurnSample& sample = *series.newest;
    if (series.failures < kRunning || sample.relayed || IsDenied(sample)) continue;
    if (!network_works && !sample.works_at) continue;
    Finding finding = About(situation, series, series.failing_since);
    finding.summary = fmt::format("relay {} ({}) gives no relayed address since {} ({})", server,
                                  base::Printable(sample.uri), base::FormatClock(finding.since), OutcomeText(sample));
    finding.advice = AdviseOn(sample);
    BlameResolvers(sample, finding);
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> TurnAuth(const Situation& situation) {
  std::vector<Finding> findings;
  for (const auto& [server, series] : situation.picture.turn()) {
    const TurnSample& sample = *series.newest;
    const bool file = sample.outcome == TurnOutcome::kBadCredentialFile;
    if (!file && series.denials < kSure) continue;
    Finding finding = About(situation, series, file ? series.failing_since : series.denied_since);
    finding.advice = AdviseOn(sample);
    if (file) {
      finding.summary = fmt::format("relay {} cannot be logged in to: {}", server, base::Printable(sample.error, 300));
    } else {
      finding.summary =
          fmt::format("relay {} refuses our credentials since {} ({} {})", server, base::FormatClock(finding.since),
                      sample.error_code, base::Printable(sample.error, 80));
      BlameResolvers(sample, finding);
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> TurnRelayBroken(const Situation& situation) {
  std::vector<Finding> findings;
  for (const auto& [server, series] : situation.picture.turn()) {
    const TurnSample& sample = *series.newest;
    const std::string fault = AddressFault(situation, sample);
    const bool broken = sample.relayed && series.failures >= kSure;
    if (fault.empty() && !broken) continue;
    Finding finding = About(situation, series, series.failures > 0 ? series.failing_since : sample.at);
    if (!fault.empty()) {
      finding.summary = fault;
      finding.advice = {
          "set the relay's public address (coturn: external-ip, relay-ip); if it is meant, correct `expect_relayed`",
          kUntilThen};
    } else {
      finding.summary = fmt::format("relay {} grants the address {}, but calls through it have no media ({})", server,
                                    sample.relayed->address.ToString(), OutcomeText(sample));
      finding.advice = AdviseOn(sample);
      BlameResolvers(sample, finding);
    }
    findings.push_back(std::move(finding));
  }
  // what a relay does to all calls explains what it does to some
  for (Finding& deaf : DeafRelays(situation)) {
    if (!IsTold(findings, deaf.subject)) findings.push_back(std::move(deaf));
  }
  return findings;
}

std::vector<Finding> TurnCertExpiry(const Situation& situation) {
  std::vector<Finding> findings;
  for (const auto& [server, series] : situation.picture.turn()) {
    const auto& expires = series.newest->certificate_expires;
    // one that has ended takes the relay down: that says so itself
    if (!expires || *expires <= situation.now || *expires - situation.now > kSoon) continue;
    Finding finding = About(situation, series, series.newest->at);
    finding.summary = fmt::format("the certificate of relay {} ends in {}, at {}", server,
                                  base::DescribeDuration(*expires - situation.now), base::FormatRfc3339(*expires));
    finding.advice = {"renew it and have the relay read it anew: coturn does so on SIGUSR2, others after a restart"};
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace dialwatch::diagnosis
