#pragma once

#include "diagnosis/rules.h"

// Zones and their servers, as the looks at the zones show them.
namespace dialwatch::diagnosis {

// dns-lame: a server that NS records lead to does not serve the zone, three looks running.
std::vector<Finding> DnsLame(const Situation& situation);

// dns-authority-split: those who speak for a zone do not say the same. Its servers, of a dialer's name or by their
// serials; its parent and itself, of the name servers and their addresses; the config and both.
std::vector<Finding> DnsAuthoritySplit(const Situation& situation);

}  // namespace dialwatch::diagnosis
