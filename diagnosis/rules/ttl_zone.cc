#include "diagnosis/rules/ttl_zone.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/duration_text.h"
#include "base/host_name.h"
#include "base/printable.h"
#include "diagnosis/dns/links.h"
#include "diagnosis/zone/evidence.h"
#include "diagnosis/zone/facts.h"
#include "probes/dns/record_fields.h"

namespace dialwatch::diagnosis {
namespace {

using base::DescribeDuration;
using base::RecordType;
using probes::DnsRecord;
using std::chrono::seconds;

constexpr seconds kDay{86'400};

Finding FindingOn(const Situation& situation, const ZoneSample& zone) {
  Finding finding;
  finding.subject.authority = zone.zone;
  finding.since = zone.at;
  finding.affected = DialersIn(situation, zone.zone);
  return finding;
}

// A record with a TTL above a day, and the zone that gives it. What the zone gives itself can be lowered.
struct LongRecord {
  std::string giver;
  DnsRecord record;
  Severity severity = Severity::kInfo;
};

std::vector<LongRecord> LongRecordsOf(const ZoneSample& zone) {
  std::vector<LongRecord> found;
  const auto look = [&](const std::string& giver, const std::vector<DnsRecord>& records, auto wanted) {
    const Severity severity = giver == zone.zone ? Severity::kWarning : Severity::kInfo;
    for (const DnsRecord& record : records) {
      if (seconds(record.ttl) > kDay && wanted(record)) found.push_back({giver, record, severity});
    }
  };
  const auto is_ns = [&](const DnsRecord& record) {
    return record.type == RecordType::kNs && record.owner == zone.zone;
  };
  const auto is_own = [&](const DnsRecord& record) { return base::IsWithinZone(record.owner, zone.zone); };
  const auto any = [](const DnsRecord&) { return true; };
  for (const ZoneServerView& server : zone.servers) {
    if (server.ns.aa) look(zone.zone, server.ns.answers, is_ns);
  }
  look(zone.zone, zone.addresses, is_own);
  for (const DnsRecord& record : zone.addresses) {
    if (!is_own(record)) look(record.owner.substr(record.owner.find('.') + 1), {record}, any);
  }
  look(ParentText(zone), zone.delegation, is_ns);
  look(ParentText(zone), zone.ds, any);
  std::stable_sort(found.begin(), found.end(), [](const LongRecord& a, const LongRecord& b) {
    return std::tuple(a.severity, a.record.ttl) > std::tuple(b.severity, b.record.ttl);
  });
  return found;
}

}  // namespace

std::vector<Finding> TtlNegative(const Situation& situation) {
  std::vector<Finding> findings;
  const Duration limit = situation.settings.policy.ttl_max;
  for (const auto& [name, view] : situation.picture.zones()) {
    seconds longest{0};
    std::vector<EvidenceRow> rows;
    for (const ZoneServerView& server : view.newest->servers) {
      const DnsRecord* soa = SoaOf(server, name);
      if (soa == nullptr) continue;
      const seconds ttl = probes::NegativeTtl(*soa);
      longest = std::max(longest, ttl);
      EvidenceRow row;
      row.vantage = fmt::format("authority ({})", AddressOf(server));
      row.ttl = ttl;
      row.note = fmt::format("SOA with a TTL of {}, {}", DescribeDuration(seconds(soa->ttl)), soa->data);
      *row.note = base::Printable(*row.note, 200);
      rows.push_back(std::move(row));
    }
    if (longest <= limit) continue;
    Finding finding = FindingOn(situation, *view.newest);
    finding.summary = fmt::format("a denial of a name in {} is cached for {}, above the limit of {}", name,
                                  DescribeDuration(longest), DescribeDuration(limit));
    finding.evidence = std::move(rows);
    finding.advice = {fmt::format("set the minimum of the SOA record of {} (its last number) to {} or less", name,
                                  DescribeDuration(limit)),
                      "a name that is missing for a moment, as in a failed change of the zone, is missing for this "
                      "long at resolvers"};
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> DelegationTtls(const Situation& situation) {
  std::vector<Finding> findings;
  for (const auto& [name, view] : situation.picture.zones()) {
    const auto records = LongRecordsOf(*view.newest);
    if (records.empty()) continue;
    const LongRecord& longest = records.front();
    Finding finding = FindingOn(situation, *view.newest);
    finding.severity = longest.severity;
    finding.summary =
        fmt::format("{} gives {} a TTL of {}: a change of the hoster of {} takes that long to arrive", longest.giver,
                    LinkText(longest.record), DescribeDuration(seconds(longest.record.ttl)), name);
    std::set<std::string> told;
    for (const auto& [giver, record, severity] : records) {
      EvidenceRow row;
      row.vantage = "zone " + giver;
      row.ttl = seconds(record.ttl);
      row.note =
          base::Printable(fmt::format("{} {} {}", record.owner, base::FormatRecordType(record.type), record.data), 120);
      if (told.insert(giver + *row.note).second) finding.evidence.push_back(std::move(row));
    }
    if (longest.severity == Severity::kWarning) {
      finding.advice.push_back(
          fmt::format("set the TTL of {} to {} or less in {}", LinkText(longest.record), DescribeDuration(kDay), name));
    }
    finding.advice.push_back(
        fmt::format("plan for it when the name servers of {} are to change; what the registry or the hoster gives "
                    "cannot be lowered",
                    name));
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace dialwatch::diagnosis
