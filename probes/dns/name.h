#pragma once

#include <string>

#include "probes/dns/reader.h"

namespace dialwatch::probes {

// Reads a domain name (RFC 1035 §3.1, §4.1.4) and appends it to `out` as the project writes names: lower case, no
// trailing dot; octets that no host name has are \DDD. The root is nothing at all. Compression pointers must lead
// backwards, so that a loop is impossible, and a name must stay within 255 octets.
void AppendName(DnsReader& reader, std::string& out);

// The same inside of record data, where the root is ".".
void AppendNameOrDot(DnsReader& reader, std::string& out);

}  // namespace dialwatch::probes
