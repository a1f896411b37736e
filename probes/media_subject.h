#pragma once

#include <string>
#include <vector>

#include "base/ip_address.h"

namespace dialwatch::probes {

// Whose reflector or port is tried, and where.
struct MediaSubject {
  std::string dialer;  // the configured name
  std::string host;
  std::vector<std::string> resolved_via;  // the resolvers that gave the address, sorted; empty for a literal one
  bool by_authority = false;              // so did an authoritative server
  base::Endpoint address;
  std::string relay = {};  // the configured name of the one that carries the train; empty: none does

  bool operator==(const MediaSubject&) const = default;
};

}  // namespace dialwatch::probes
