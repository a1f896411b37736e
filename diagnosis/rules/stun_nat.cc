#include "diagnosis/rules/stun_nat.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/duration_text.h"
#include "base/names.h"
#include "diagnosis/rules/stun_words.h"
#include "diagnosis/stun/mapping.h"

namespace dialwatch::diagnosis {
namespace {

using base::IpAddress;
using probes::NatBehaviour;
using Kind = MappingVerdict::Kind;

constexpr std::size_t kNatsShown = 3;
constexpr int kManyChanges = 3;  // a line that fails over and back makes two
constexpr Duration kChangesWithin = std::chrono::minutes(10);
constexpr std::chrono::seconds kShortLife{30};
constexpr std::chrono::seconds kKeepalive{15};  // RFC 8445 §11: Tr SHOULD be 15 s

bool IsAccused(const NatSample& nat, const std::vector<MappingVerdict>& verdicts) {
  return std::any_of(verdicts.begin(), verdicts.end(), [&](const MappingVerdict& verdict) {
    return std::any_of(verdict.wrong.begin(), verdict.wrong.end(),
                       [&](const StunSample* sample) { return sample->server == nat.server; });
  });
}

// With what was measured of the NAT, whatever the finding.
Finding NewFinding(const Situation& situation, const StunRound& round) {
  Finding finding;
  finding.since = round.empty() ? situation.now : round.front()->at;
  finding.affected = AllDialers(situation.settings);
  for (const StunSample* sample : round) finding.evidence.push_back(RowOf(*sample, ""));
  for (const NatSample* nat : NatsOf(situation.picture)) {
    if (finding.evidence.size() < round.size() + kNatsShown) finding.evidence.push_back(RowOf(*nat));
  }
  return finding;
}

// A measurement of a port that depends on the destination; null: there is none.
const NatSample* MeasuredDependent(const Picture& picture) {
  for (const NatSample* nat : NatsOf(picture)) {
    const bool dependent =
        nat->mapping == NatBehaviour::kAddressDependent || nat->mapping == NatBehaviour::kAddressAndPortDependent;
    if (dependent && !ShowsTwoAddresses(*nat)) return nat;
  }
  return nullptr;
}

// Of the servers that see one IP address of ours, those that see it with a port of their own; fewer than two where two
// of them see the same port, since then the port does not depend on whom we talk to.
StunRound PortsApart(const StunRound& round) {
  std::set<IpAddress> machines;
  std::set<base::Endpoint> ports;
  StunRound apart;
  for (const StunSample* sample : round) {
    if (sample->mapped->address != round.front()->mapped->address) continue;
    if (!machines.insert(sample->address.address).second) continue;  // the same mapping may serve two ports of it
    if (!ports.insert(*sample->mapped).second) return {};
    apart.push_back(sample);
  }
  return apart;
}

std::string PortsText(const StunRound& apart) {
  std::vector<std::string> texts;
  for (const StunSample* sample : apart) {
    texts.push_back(fmt::format("{} sees {}", sample->server, sample->mapped->ToString()));
  }
  constexpr std::size_t kMost = 3;
  if (texts.size() > kMost) texts.resize(kMost);
  return Enumerate(texts);
}

// Every address of every server, of one family, has told another address of ours so often. A server that does so alone
// is odd, the NAT is not.
StunRound ChangingRound(const Picture& picture, bool v6) {
  StunRound changing;
  for (const auto& [server, view] : picture.stun()) {
    for (const auto& [address, series] : view.addresses) {
      const StunSample& newest = *series.newest;
      if (!newest.mapped || newest.mapped->address.is_v6() != v6) continue;
      if (series.ChangesSince(newest.at - kChangesWithin) < kManyChanges) return {};
      changing.push_back(&newest);
    }
  }
  return changing;
}

Finding TellSymmetric(Finding finding, const std::string& shown) {
  finding.summary = fmt::format(
      "our NAT gives each destination another port (symmetric): {}; callers behind it need a relay wherever the other "
      "side does not learn the port by itself",
      shown);
  finding.advice = {
      "see that webphones here have a TURN server, and that dialers learn the port (Asterisk: rtp_symmetric, "
      "force_rport, rewrite_contact)",
      "on a router of your own turn off random or per-destination source ports (nftables: no `fully-random`; pf: "
      "`static-port`)"};
  return finding;
}

void AdvisePool(Finding& finding) {
  finding.advice = {
      "have the router keep one public address for each inside address (RFC 4787 REQ-2; often called sticky, paired or "
      "persistent)",
      "until then let webphones use a TURN server: media through a relay leaves from one address"};
}

Finding TellPooled(Finding finding, const std::string& shown, bool expected) {
  finding.summary = fmt::format(
      "our NAT takes another address by destination: {}, and a dialer may see another address than STUN told the "
      "caller",
      shown);
  AdvisePool(finding);
  if (expected) {
    finding.severity = Severity::kInfo;
  } else {
    finding.advice.emplace_back(
        "list all addresses of the pool in `expect_mapped`, so that one that is not yours stands out");
  }
  return finding;
}

// What one server saw by itself.
Finding TellPooled(const Situation& situation, const NatSample& nat) {
  Finding finding = NewFinding(situation, {});
  finding.since = nat.at;
  const auto expected = ExpectedOf(situation.settings, nat.mapped->address.is_v6());
  return TellPooled(std::move(finding),
                    fmt::format("{} sees {}, and from its other address {} (RFC 5780)", nat.server,
                                nat.mapped->address.ToString(), nat.elsewhere->address.ToString()),
                    expected.contains(nat.mapped->address) && expected.contains(nat.elsewhere->address));
}

Finding TellChanging(const Situation& situation, const StunRound& round) {
  Finding finding = NewFinding(situation, round);
  finding.summary = fmt::format(
      "our public address changes from round to round, whichever server tells it: {} now, {} changes or more in {}",
      round.front()->mapped->address.ToString(), kManyChanges, base::DescribeDuration(kChangesWithin));
  AdvisePool(finding);
  finding.advice.emplace_back("if the office has two lines, see whether one of them comes and goes");
  return finding;
}

}  // namespace

// What servers see outweighs what one of them measures: it need not be true.
std::vector<Finding> StunNatSymmetric(const Situation& situation) {
  for (const auto& rounds : ComparableRounds(situation.picture)) {
    for (const StunRound& round : rounds) {
      const StunRound apart = PortsApart(round);
      if (apart.size() > 1) return {TellSymmetric(NewFinding(situation, round), PortsText(apart))};
    }
  }
  const NatSample* dependent = MeasuredDependent(situation.picture);
  if (dependent == nullptr) return {};
  Finding finding = NewFinding(situation, {});
  finding.since = dependent->at;
  return {TellSymmetric(std::move(finding), fmt::format("RFC 5780 at {} shows a mapping that is {}", dependent->server,
                                                        base::NameOf(dependent->mapping)))};
}

std::vector<Finding> StunNatPooled(const Situation& situation) {
  for (const MappingVerdict& verdict : situation.mappings) {
    if (verdict.kind != Kind::kPooled) continue;
    return {TellPooled(NewFinding(situation, verdict.round),
                       fmt::format("{}; {}, so no server is wrong", Said(verdict.round), verdict.why),
                       verdict.expected)};
  }
  for (const NatSample* nat : NatsOf(situation.picture)) {
    if (ShowsTwoAddresses(*nat) && !IsAccused(*nat, situation.mappings)) return {TellPooled(situation, *nat)};
  }
  for (const bool v6 : {false, true}) {
    const StunRound round = ChangingRound(situation.picture, v6);
    if (!round.empty()) return {TellChanging(situation, round)};
  }
  return {};
}

std::vector<Finding> StunNatLifetime(const Situation& situation) {
  const NatSample* shortest = nullptr;
  for (const NatSample* nat : NatsOf(situation.picture)) {
    if (!nat->lifetime.at_most || *nat->lifetime.at_most >= kShortLife) continue;
    if (shortest == nullptr || nat->lifetime.at_most < shortest->lifetime.at_most) shortest = nat;
  }
  if (shortest == nullptr) return {};
  const auto at_most = *shortest->lifetime.at_most;
  Finding finding = NewFinding(situation, {});
  finding.since = shortest->at;
  finding.summary = fmt::format(
      "our NAT forgets a mapping within {} s of silence{}", at_most.count(),
      at_most <= kKeepalive ? ", sooner than ICE sends its keepalives (15 s): media that pauses is cut off"
                            : ": whoever sends keepalives more seldom, as SIP phones do, cannot be called any more");
  finding.advice = {
      "raise the router's timeout for UDP to 120 s or more (RFC 4787 REQ-5; Linux: "
      "nf_conntrack_udp_timeout)",
      fmt::format("until then have phones send keepalives every {} s", std::max<long>(1, at_most.count() / 2))};
  return {std::move(finding)};
}

}  // namespace dialwatch::diagnosis
