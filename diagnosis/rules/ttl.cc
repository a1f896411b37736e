#include "diagnosis/rules/ttl.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/duration_text.h"
#include "base/printable.h"
#include "diagnosis/answer.h"
#include "diagnosis/evidence.h"

namespace dialwatch::diagnosis {
namespace {

using base::DescribeDuration;
using std::chrono::seconds;

const probes::DnsRecord* LongestLink(const DnsSample& sample) {
  const auto longest = std::max_element(sample.answers.begin(), sample.answers.end(),
                                        [](const auto& a, const auto& b) { return a.ttl < b.ttl; });
  return longest == sample.answers.end() ? nullptr : &*longest;
}

const probes::DnsRecord* LinkAbove(Duration limit, const Judgement& judgement) {
  if (!IsAuthority(judgement) || Fails(*judgement.sample) || !judgement.sample->aa) return nullptr;
  const auto* link = LongestLink(*judgement.sample);
  return link != nullptr && seconds(link->ttl) > limit ? link : nullptr;
}

std::string LinkText(const probes::DnsRecord& link) {
  return fmt::format("{} {}", base::Printable(link.owner, 253), base::FormatRecordType(link.type));
}

// Rows for all vantage points of the name; those of the authority that break the limit come first and name the record.
std::vector<EvidenceRow> PolicyEvidence(const DialerCase& dialer) {
  std::vector<EvidenceRow> above, others;
  for (const Judgement& judgement : dialer.judgements) {
    EvidenceRow row = RowOf(judgement);
    if (const auto* link = LinkAbove(dialer.dialer.ttl_max, judgement)) {
      row.ttl = seconds(link->ttl);
      row.note = LinkText(*link);
      above.push_back(std::move(row));
    } else {
      others.push_back(std::move(row));
    }
  }
  above.insert(above.end(), others.begin(), others.end());
  return above;
}

}  // namespace

std::vector<Finding> TtlPolicy(const Situation& situation) {
  std::vector<Finding> findings;
  for (const DialerCase& dialer : CasesOf(situation)) {
    const Duration limit = dialer.dialer.ttl_max;
    const Judgement* worst = nullptr;
    for (const Judgement& judgement : dialer.judgements) {
      const auto* link = LinkAbove(limit, judgement);
      if (link != nullptr && (worst == nullptr || link->ttl > LinkAbove(limit, *worst)->ttl)) worst = &judgement;
    }
    if (worst == nullptr) continue;
    const auto& link = *LinkAbove(limit, *worst);
    const std::string& zone = worst->sample->via.name;
    Finding finding;
    finding.subject.dialer = dialer.dialer.name;
    finding.subject.authority = zone;
    finding.since = worst->sample->at;
    finding.summary = fmt::format("the authority of {} gives {} a TTL of {}, above the limit of {}", zone,
                                  LinkText(link), DescribeDuration(seconds(link.ttl)), DescribeDuration(limit));
    finding.evidence = PolicyEvidence(dialer);
    finding.affected = {dialer.dialer.name};
    finding.advice = {
        fmt::format("set the TTL of {} to {} or less in the zone {}", LinkText(link), DescribeDuration(limit), zone),
        "do it before the next outage: a wrong answer would live as long as this TTL says"};
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace dialwatch::diagnosis
