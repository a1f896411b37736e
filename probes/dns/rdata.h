#pragma once

#include <cstdint>
#include <string>

#include "base/record_type.h"
#include "probes/dns/reader.h"

namespace dialwatch::probes {

// Appends the presentation text of the record data to which `reader` is narrowed: A, AAAA, NS, CNAME, SOA, PTR, MX,
// TXT, SRV, DS, RRSIG, DNSKEY, SVCB and HTTPS as zone files write them, with names as AppendNameOrDot does; all other
// types, and those of class IN outside of it, as RFC 3597 §5's "\# n hex".
void AppendData(DnsReader& reader, base::RecordType type, std::uint16_t record_class, std::string& out);

}  // namespace dialwatch::probes
