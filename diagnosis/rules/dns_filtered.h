#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// dns-filtered: a blocklist stands between the clients and the name (RFC 8914 §4.5, §4.16 to §4.19).
std::vector<Finding> DnsFiltered(const Situation& situation);

}  // namespace dialwatch::diagnosis
