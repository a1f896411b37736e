#include "diagnosis/rules/ttl_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>
#include <utility>

#include "base/duration_text.h"
#include "base/host_name.h"
#include "base/printable.h"
#include "diagnosis/dns/links.h"
#include "diagnosis/evidence.h"
#include "diagnosis/rules/ttl_habits.h"
#include "diagnosis/rules/ttl_zone.h"

namespace dialwatch::diagnosis {
namespace {

using base::DescribeDuration;
using probes::DnsRecord;
using std::chrono::seconds;

constexpr std::size_t kMaxLinks = 3;  // aliases before the answer
constexpr seconds kLowest{30};        // about a round of probes, and less than any outage lasts

// The link that `better` prefers to all others; null where there is none.
template <typename Better>
const DnsRecord* PickLink(const Judgement& judgement, Better better) {
  const DnsRecord* picked = nullptr;
  if (!IsWord(judgement)) return picked;
  for (const DnsRecord& record : judgement.sample->answers) {
    if (IsLink(record) && (picked == nullptr || better(record.ttl, picked->ttl))) picked = &record;
  }
  return picked;
}

const DnsRecord* LinkAbove(Duration limit, const Judgement& judgement) {
  const DnsRecord* link = PickLink(judgement, std::greater<>());
  return link != nullptr && seconds(link->ttl) > limit ? link : nullptr;
}

const DnsRecord* LinkBelow(seconds limit, const Judgement& judgement) {
  const DnsRecord* link = PickLink(judgement, std::less<>());
  return link != nullptr && seconds(link->ttl) < limit ? link : nullptr;
}

// Whose link it is: the zone that was asked, or one on the way to it.
std::string GiverOf(const DnsRecord& link, const std::string& zone) {
  return base::IsWithinZone(link.owner, zone) ? "the authority of " + zone
                                              : "the zone of " + base::Printable(link.owner, 253);
}

// Rows for all vantage points of the name; those with a record that `pick` picks come first and name it.
template <typename Pick>
std::vector<EvidenceRow> EvidenceOf(const DialerCase& dialer, Pick pick) {
  std::vector<EvidenceRow> picked, others;
  for (const Judgement& judgement : dialer.judgements) {
    EvidenceRow row = RowOf(judgement);
    if (const DnsRecord* link = pick(judgement)) {
      row.ttl = seconds(link->ttl);
      row.note = LinkText(*link);
      picked.push_back(std::move(row));
    } else {
      others.push_back(std::move(row));
    }
  }
  picked.insert(picked.end(), others.begin(), others.end());
  return picked;
}

// The judgement whose picked link `better` prefers to all others; null where none has one.
template <typename Pick, typename Better>
const Judgement* WorstOf(const DialerCase& dialer, Pick pick, Better better) {
  const Judgement* worst = nullptr;
  for (const Judgement& judgement : dialer.judgements) {
    const DnsRecord* link = pick(judgement);
    if (link != nullptr && (worst == nullptr || better(link->ttl, pick(*worst)->ttl))) worst = &judgement;
  }
  return worst;
}

std::optional<Finding> TellLongLink(const DialerCase& dialer) {
  const Duration limit = dialer.dialer.ttl_max;
  const auto above = [limit](const Judgement& judgement) { return LinkAbove(limit, judgement); };
  const Judgement* worst = WorstOf(dialer, above, std::greater<>());
  if (worst == nullptr) return std::nullopt;
  const DnsRecord& link = *above(*worst);
  const std::string& zone = worst->sample->via.name;
  Finding finding = FindingOn(dialer.dialer, *worst);
  finding.summary = fmt::format("{} gives {} a TTL of {}, above the limit of {}", GiverOf(link, zone), LinkText(link),
                                DescribeDuration(seconds(link.ttl)), DescribeDuration(limit));
  finding.evidence = EvidenceOf(dialer, above);
  finding.advice = {fmt::format("set the TTL of {} to {} or less{}", LinkText(link), DescribeDuration(limit),
                                base::IsWithinZone(link.owner, zone) ? " in the zone " + zone : ""),
                    "do it before the next outage: a wrong answer would live as long as this TTL says"};
  return finding;
}

std::optional<Finding> TellManyLinks(const DialerCase& dialer) {
  const auto longest =
      std::max_element(dialer.judgements.begin(), dialer.judgements.end(),
                       [](const Judgement& a, const Judgement& b) { return AliasesOf(a) < AliasesOf(b); });
  if (longest == dialer.judgements.end() || AliasesOf(*longest) <= kMaxLinks) return std::nullopt;
  Finding finding = FindingOn(dialer.dialer, *longest);
  finding.summary = fmt::format("{} is reached over {} aliases, more than {}: each has a TTL and an owner of its own",
                                dialer.dialer.host, AliasesOf(*longest), kMaxLinks);
  finding.evidence = EvidenceOf(dialer, [](const Judgement& judgement) {
    return AliasesOf(judgement) > kMaxLinks ? PickLink(judgement, std::greater<>()) : nullptr;
  });
  finding.advice = {fmt::format("let {} point to its address, or to one alias at most", dialer.dialer.host)};
  return finding;
}

}  // namespace

std::vector<Finding> TtlPolicy(const Situation& situation) {
  std::vector<Finding> findings;
  for (const DialerCase& dialer : CasesOf(situation)) {
    auto finding = TellLongLink(dialer);
    if (!finding) finding = TellManyLinks(dialer);
    if (finding) findings.push_back(*std::move(finding));
  }
  auto delegations = DelegationTtls(situation);
  std::move(delegations.begin(), delegations.end(), std::back_inserter(findings));
  return findings;
}

std::vector<Finding> TtlTooLow(const Situation& situation) {
  std::vector<Finding> findings;
  const auto below = [](const Judgement& judgement) { return LinkBelow(kLowest, judgement); };
  for (const DialerCase& dialer : CasesOf(situation)) {
    const Judgement* worst = WorstOf(dialer, below, std::less<>());
    if (worst == nullptr) continue;
    const DnsRecord& link = *below(*worst);
    Finding finding = FindingOn(dialer.dialer, *worst);
    finding.summary = fmt::format("{} gives {} a TTL of {}, below {}: caches do not bridge an outage of the authority",
                                  GiverOf(link, worst->sample->via.name), LinkText(link),
                                  DescribeDuration(seconds(link.ttl)), DescribeDuration(kLowest));
    finding.evidence = EvidenceOf(dialer, below);
    finding.advice = {fmt::format("set the TTL of {} to a minute or more, once no change is planned", LinkText(link))};
    findings.push_back(std::move(finding));
  }
  auto caps = TtlCapped(situation);
  std::move(caps.begin(), caps.end(), std::back_inserter(findings));
  return findings;
}

}  // namespace dialwatch::diagnosis
