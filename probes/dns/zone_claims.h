#pragma once

#include <functional>
#include <string>
#include <vector>

#include "probes/dns/search_context.h"

namespace dialwatch::probes {

// The zones that may hold a host, as the resolvers have it. Where they disagree, a zone is to be taken only if its
// servers prove it. Never the root. Empty where nobody can tell.
struct ZoneClaims {
  std::vector<std::string> zones;  // the best first
  bool disputed = false;
};

// The owner of the SOA record that comes with the denial of a name below `host`; where none does, with SOA of the host
// or of the names above it.
void FindZone(const SearchContextPtr& context, const std::string& host, std::function<void(const ZoneClaims&)> done);

}  // namespace dialwatch::probes
