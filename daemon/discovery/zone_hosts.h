#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "config/settings.h"
#include "probes/dns/axfr.h"

namespace dialwatch::daemon {

// The hosts of a zone, transferred again when its serial has moved. A transfer that fails keeps those that it had.
// Thread safety: none.
class ZoneHosts {
 public:
  static constexpr base::Duration kTimeout = std::chrono::seconds(10);  // a transfer
  using Now = std::chrono::steady_clock::time_point;
  using Transfer = base::Result<std::optional<probes::ZoneContent>> (*)(const probes::ZoneRequest&,
                                                                        const std::stop_token&);

  ZoneHosts(const config::Discovery& discovery, std::optional<base::IpAddress> bind, base::Duration interval,
            Transfer transfer = probes::TransferZone);

  // Asks for the serial where that is due: each interval, or each refresh of the zone where that is shorter.
  void Look(Now now, const std::stop_token& stop);

  const std::vector<std::string>& hosts() const { return content_.hosts; }
  const std::string& error() const { return error_; }  // of the last transfer

 private:
  probes::ZoneRequest request_;
  base::Duration interval_;
  Transfer transfer_;
  probes::ZoneContent content_;
  std::optional<Now> due_;
  std::string error_;
};

}  // namespace dialwatch::daemon
