#pragma once

#include <cstdint>
#include <memory>

#include "probes/dns/panel.h"

namespace dialwatch::probes {

// What searches have in common; they end without their callback when it goes, and it goes before the client.
struct SearchContext {
  DnsClient& client;
  Panel panel;
  Duration timeout{};
  std::uint16_t port = config::kDnsPort;  // of authoritative servers
};
using SearchContextPtr = std::shared_ptr<SearchContext>;

}  // namespace dialwatch::probes
