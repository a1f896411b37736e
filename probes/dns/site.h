#pragma once

#include <string>
#include <string_view>

#include "probes/dns/sample.h"

// Which machine of an anycast service answered, as far as it tells.
namespace dialwatch::probes {

// The site in an NSID (RFC 5001) or a server's name: "res100.fra.rrdns.pch.net" and "gpdns-fra" and "FRA" are "fra".
// Where no site can be read out of it, the text itself, made printable.
std::string SiteOf(std::string_view server);

// What a reply to id.server, or to the operator's own name for it, says: the text of its first TXT record. Empty where
// there is none.
std::string IdentityText(const DnsSample& sample);

}  // namespace dialwatch::probes
