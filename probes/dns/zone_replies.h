#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "probes/dns/sample.h"

// What a reply says of a zone. The readings are for a Panel: nothing where the reply cannot tell. Pure functions.
namespace dialwatch::probes {

constexpr std::size_t kMaxNameServers = 16;  // more is nobody's zone, but might be somebody's prank

// NOERROR or NXDOMAIN.
bool Tells(const DnsSample& sample);

// The NS records of the zone, and among them only proper names.
std::vector<DnsRecord> NsRecords(const std::string& zone, const std::vector<DnsRecord>& section);

// Its NS records, by AA=1: the server holds the zone.
bool IsProof(const std::string& zone, const DnsSample& sample);

// The zone that holds `host`, as a SOA record whose data does not matter. Never the root.
std::optional<std::vector<DnsRecord>> ReadZone(const std::string& host, const DnsSample& sample);

std::optional<std::vector<DnsRecord>> ReadNs(const std::string& zone, const DnsSample& sample);
std::optional<std::vector<DnsRecord>> ReadAddresses(const DnsSample& sample);

// The DS records of a zone, and the zone above it as a SOA record whose data does not matter: the owner of the SOA
// where there is no DS record, else the signer of the DS records. A resolver that asks the zone itself gives the wrong
// owner.
std::optional<std::vector<DnsRecord>> ReadDs(const std::string& zone, const DnsSample& sample);

}  // namespace dialwatch::probes
