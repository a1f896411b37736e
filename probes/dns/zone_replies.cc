#include "probes/dns/zone_replies.h"

#include <algorithm>
#include <utility>

#include "base/host_name.h"
#include "probes/dns/record_fields.h"

namespace dialwatch::probes {
namespace {

using Records = std::vector<DnsRecord>;

constexpr std::size_t kMaxAddressesPerName = 16;

// What a reply says by having just these records: a denial counts where a SOA record comes with it (RFC 2308 §2), else
// the reply tells nothing.
std::optional<Records> Said(const DnsSample& sample, Records records) {
  const bool denies = std::any_of(sample.authority.begin(), sample.authority.end(),
                                  [](const DnsRecord& record) { return record.type == RecordType::kSoa; });
  return Tells(sample) && (denies || !records.empty()) ? std::optional(std::move(records)) : std::nullopt;
}

}  // namespace

bool Tells(const DnsSample& sample) {
  return sample.outcome == DnsOutcome::kAnswered && (sample.rcode == kRcodeNoError || sample.rcode == kRcodeNxDomain);
}

Records NsRecords(const std::string& zone, const Records& section) {
  Records records;
  for (const DnsRecord& record : section) {
    if (record.type != RecordType::kNs || record.owner != zone || records.size() == kMaxNameServers) continue;
    if (base::NormalizeHostName(record.data)) records.push_back(record);
  }
  return records;
}

bool IsProof(const std::string& zone, const DnsSample& sample) {
  return sample.outcome == DnsOutcome::kAnswered && sample.rcode == kRcodeNoError && sample.aa &&
         !NsRecords(zone, sample.answers).empty();
}

std::optional<Records> ReadZone(const std::string& host, const DnsSample& sample) {
  if (!Tells(sample)) return std::nullopt;
  for (const auto* section : {&sample.answers, &sample.authority}) {
    for (const DnsRecord& record : *section) {
      if (record.type != RecordType::kSoa || record.owner.empty()) continue;
      if (base::IsWithinZone(host, record.owner)) return Records{{record.owner, RecordType::kSoa, 0, ""}};
    }
  }
  return std::nullopt;
}

std::optional<Records> ReadNs(const std::string& zone, const DnsSample& sample) {
  return Said(sample, NsRecords(zone, sample.answers));
}

std::optional<Records> ReadAddresses(const DnsSample& sample) {
  Records records;
  for (const DnsRecord& record : sample.answers) {
    if (record.type != sample.type || !base::IpAddress::Parse(record.data)) continue;
    if (records.size() < kMaxAddressesPerName) records.push_back({sample.host, record.type, record.ttl, record.data});
  }
  return Said(sample, std::move(records));
}

std::optional<Records> ReadDs(const std::string& zone, const DnsSample& sample) {
  Records records;
  std::optional<std::string> parent;
  for (const DnsRecord& record : sample.answers) {
    if (record.type == RecordType::kDs && record.owner == zone) records.push_back(record);
    const auto rrsig = ReadRrsig(record);
    if (rrsig && rrsig->covered == "DS" && !parent) parent = rrsig->signer == "." ? "" : rrsig->signer;
  }
  for (const DnsRecord& record : sample.authority) {
    if (record.type == RecordType::kSoa && !parent) parent = record.owner;
  }
  if (parent && *parent != zone && base::IsWithinZone(zone, *parent)) {
    records.push_back({*parent, RecordType::kSoa, 0, ""});
  }
  return Said(sample, std::move(records));
}

}  // namespace dialwatch::probes
