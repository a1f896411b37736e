#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "base/ip_address.h"
#include "base/result.h"
#include "base/time.h"
#include "probes/dns/zone_transfer.h"

namespace dialwatch::probes {

struct ZoneRequest {
  base::Endpoint server;
  std::string zone;                     // normalized
  std::optional<base::IpAddress> bind;  // our source address
  std::optional<std::uint32_t> known;   // the serial of what we have
  base::Duration timeout;               // for all of it
};

// Transfers a zone over TCP (RFC 5936), or gives nothing where its SOA still has the serial that we know. Errors say
// who and what: refused, cut short, too large, too slow. Waits: at most the timeout, less where `stop` is asked for; so
// not for the thread of an event loop. Thread safety: a free function.
base::Result<std::optional<ZoneContent>> TransferZone(const ZoneRequest& request, const std::stop_token& stop);

}  // namespace dialwatch::probes
