#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// dns-authority-split: those who speak for a zone do not say the same. Its servers, of a dialer's name or by their
// serials; its parent and itself, of the name servers and their addresses; the config and both; or a zone now and
// before, of who its name servers are.
std::vector<Finding> DnsAuthoritySplit(const Situation& situation);

}  // namespace dialwatch::diagnosis
