#pragma once

#include <string>

#include "probes/dns/reader.h"

namespace dialwatch::probes {

// Appends the presentation text of a SVCB or HTTPS record (RFC 9460 §2.1): priority, target, and parameters in the
// order of their keys, as the wire has them: `1 . alpn=h2,h3 port=8443 ipv4hint=192.0.2.1`. A value stands in quotes
// only where a zone file needs them. What the RFC calls malformed (§2.2: keys out of order, a value in the wrong form)
// fails.
void AppendSvcb(DnsReader& reader, std::string& out);

}  // namespace dialwatch::probes
