#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "probes/dns/zone_sample.h"

// What one look at a zone says, before anything is made of it. Pure functions.
namespace dialwatch::diagnosis {

using probes::ZoneSample;
using probes::ZoneServerView;

// The zone's SOA record, where the server answers for the zone: NOERROR and AA=1; else null.
const probes::DnsRecord* SoaOf(const ZoneServerView& server, const std::string& zone);
bool Serves(const ZoneServerView& server, const std::string& zone);

// Why it does not: "REFUSED, EDE 20 Not Authoritative", "it refers to other servers", "timeout". Only where Serves is
// false.
std::string LamenessOf(const ZoneServerView& server);

std::optional<std::uint32_t> SerialOf(const ZoneServerView& server, const std::string& zone);

// "192.0.2.53", with its port where that is not 53.
std::string AddressOf(const ZoneServerView& server);

// The zone above: "com", "the root".
std::string ParentText(const ZoneSample& zone);

// The names of the NS records of the zone.
std::set<std::string> NamesIn(const std::vector<probes::DnsRecord>& records, const std::string& zone);

// The names of the zone's servers, by its delegation and its own NS records.
std::set<std::string> NameServersOf(const ZoneSample& zone);
// The addresses of these.
std::set<base::IpAddress> DelegatedAddresses(const ZoneSample& zone);

// The zone's servers do not all give one serial.
bool SerialsDiffer(const ZoneSample& zone);

// What the parent and the zone say about the delegation and do not agree on, a sentence each: the NS sets of parent and
// child, of the child's servers among themselves, and glue that is not the address that the child gives. Empty where
// the parent's view is not known.
std::vector<std::string> DelegationFaults(const ZoneSample& zone);

}  // namespace dialwatch::diagnosis
