#pragma once

#include <cstdint>
#include <string>

#include "base/record_type.h"
#include "probes/dns/reader.h"

namespace dialwatch::probes {

// Appends the presentation text of the record data to which `reader` is narrowed: A, AAAA, NS, CNAME, SOA, PTR, MX, TXT,
// SRV, DS, RRSIG and DNSKEY as zone files write them, with names as AppendNameOrDot does; all other types, and address types outside of
// class IN, as RFC 3597 §5's "\# n hex".
void AppendData(DnsReader& reader, base::RecordType type, std::uint16_t record_class, std::string& out);

}  // namespace dialwatch::probes
