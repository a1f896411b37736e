#pragma once

#include <string>

#include "probes/dns/reader.h"

// The presentation text of DNSSEC's records, as zone files write it (RFC 4034 §2.2, §3.2, §5.3), but for names, which
// are written as AppendNameOrDot does. `reader` is narrowed to the record's data.
namespace dialwatch::probes {

void AppendDnskey(DnsReader& reader, std::string& out);
void AppendRrsig(DnsReader& reader, std::string& out);
void AppendDs(DnsReader& reader, std::string& out);

}  // namespace dialwatch::probes
