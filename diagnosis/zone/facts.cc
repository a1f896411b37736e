#include "diagnosis/zone/facts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/host_name.h"
#include "base/names.h"
#include "base/printable.h"
#include "probes/dns/extended_error.h"
#include "probes/dns/record_fields.h"

namespace dialwatch::diagnosis {
namespace {

using base::RecordType;
using probes::DnsOutcome;
using probes::DnsRecord;
using probes::DnsSample;
using Names = std::set<std::string>;

bool IsGood(const DnsSample& sample) {
  return sample.outcome == DnsOutcome::kAnswered && sample.rcode == probes::kRcodeNoError && sample.aa;
}

std::string Listed(const Names& names) {
  return base::Printable(fmt::format("{}", fmt::join(names, ", ")), 200);
}

// The addresses that records give a name, of one type.
Names AddressesOf(const std::string& name, RecordType type, const std::vector<DnsRecord>& records) {
  Names addresses;
  for (const DnsRecord& record : records) {
    if (record.type == type && record.owner == name) addresses.insert(record.data);
  }
  return addresses;
}

void CompareNames(const ZoneSample& zone, std::vector<std::string>& faults) {
  const Names above = NamesIn(zone.delegation, zone.zone);
  for (const ZoneServerView& server : zone.servers) {
    if (!IsGood(server.ns)) continue;
    const Names below = NamesIn(server.ns.answers, zone.zone);
    if (below.empty()) continue;
    Names only_above, only_below;
    std::set_difference(above.begin(), above.end(), below.begin(), below.end(),
                        std::inserter(only_above, only_above.end()));
    std::set_difference(below.begin(), below.end(), above.begin(), above.end(),
                        std::inserter(only_below, only_below.end()));
    if (!only_above.empty()) {
      faults.push_back(fmt::format("{} delegates {} to {}, which {} does not name", ParentText(zone), zone.zone,
                                   Listed(only_above), AddressOf(server)));
    }
    if (!only_below.empty()) {
      faults.push_back(fmt::format("{} names {} for {}, to which {} does not delegate it", AddressOf(server),
                                   Listed(only_below), zone.zone, ParentText(zone)));
    }
  }
}

// Only names in the zone itself: elsewhere another zone's data says what is right.
void CompareGlue(const ZoneSample& zone, std::vector<std::string>& faults) {
  for (const std::string& name : NamesIn(zone.delegation, zone.zone)) {
    if (!base::IsWithinZone(name, zone.zone)) continue;
    for (const RecordType type : {RecordType::kA, RecordType::kAaaa}) {
      const Names glue = AddressesOf(name, type, zone.glue), own = AddressesOf(name, type, zone.addresses);
      if (glue.empty() || own.empty() || glue == own) continue;  // glue may be left out where the reply has no room
      faults.push_back(fmt::format("{} gives {} the address {}, {} itself gives {}", ParentText(zone),
                                   base::Printable(name, 253), Listed(glue), zone.zone, Listed(own)));
    }
  }
}

}  // namespace

const DnsRecord* SoaOf(const ZoneServerView& server, const std::string& zone) {
  return IsGood(server.soa) ? probes::FindRecord(server.soa.answers, zone, RecordType::kSoa) : nullptr;
}

bool Serves(const ZoneServerView& server, const std::string& zone) {
  return SoaOf(server, zone) != nullptr;
}

std::string LamenessOf(const ZoneServerView& server) {
  const DnsSample& soa = server.soa;
  if (soa.outcome != DnsOutcome::kAnswered) return std::string(base::NameOf(soa.outcome));
  std::string why;
  if (soa.rcode != probes::kRcodeNoError) {
    why = probes::FormatRcode(soa.rcode);
  } else if (soa.aa) {
    why = "it knows of no such zone";
  } else if (soa.answers.empty() && !soa.authority.empty()) {
    why = "it refers to other servers";
  } else {
    why = "it is not authoritative";
  }
  for (const probes::ExtendedError& error : soa.extended_errors) why += ", " + ExtendedErrorText(error);
  return why;
}

std::optional<std::uint32_t> SerialOf(const ZoneServerView& server, const std::string& zone) {
  const DnsRecord* record = SoaOf(server, zone);
  const auto soa = record == nullptr ? std::nullopt : probes::ReadSoa(*record);
  return soa ? std::optional(soa->serial) : std::nullopt;
}

std::string AddressOf(const ZoneServerView& server) {
  return server.server.ToString(config::kDnsPort);
}

std::string ParentText(const ZoneSample& zone) {
  return zone.parent == "." ? "the root" : zone.parent;
}

Names NamesIn(const std::vector<DnsRecord>& records, const std::string& zone) {
  Names names;
  for (const DnsRecord& record : records) {
    if (record.type == RecordType::kNs && record.owner == zone) names.insert(record.data);
  }
  return names;
}

bool SerialsDiffer(const ZoneSample& zone) {
  std::set<std::uint32_t> serials;
  for (const ZoneServerView& server : zone.servers) {
    if (const auto serial = SerialOf(server, zone.zone)) serials.insert(*serial);
  }
  return serials.size() > 1;
}

std::vector<std::string> DelegationFaults(const ZoneSample& zone) {
  std::vector<std::string> faults;
  if (zone.delegation.empty()) return faults;
  CompareNames(zone, faults);
  CompareGlue(zone, faults);
  return faults;
}

Names NameServersOf(const ZoneSample& zone) {
  Names names = NamesIn(zone.delegation, zone.zone);
  for (const ZoneServerView& server : zone.servers) {
    if (IsGood(server.ns)) names.merge(NamesIn(server.ns.answers, zone.zone));
  }
  return names;
}

std::set<base::IpAddress> DelegatedAddresses(const ZoneSample& zone) {
  const Names names = NameServersOf(zone);
  std::set<base::IpAddress> addresses;
  for (const auto* records : {&zone.addresses, &zone.glue}) {
    for (const DnsRecord& record : *records) {
      const auto address = base::IpAddress::Parse(record.data);
      if (names.contains(record.owner) && address) addresses.insert(*address);
    }
  }
  return addresses;
}

}  // namespace dialwatch::diagnosis
