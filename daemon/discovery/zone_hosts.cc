#include "daemon/discovery/zone_hosts.h"

#include <algorithm>

namespace dialwatch::daemon {

ZoneHosts::ZoneHosts(const config::Discovery& discovery, std::optional<base::IpAddress> bind, base::Duration interval,
                     Transfer transfer)
    : request_{*discovery.server, discovery.zone, bind, {}, kTimeout}, interval_(interval), transfer_(transfer) {}

void ZoneHosts::Look(Now now, const std::stop_token& stop) {
  if (due_ && now < *due_) return;
  auto content = transfer_(request_, stop);
  error_ = content ? "" : content.error().what;
  if (content && *content) {
    content_ = std::move(**content);
    request_.known = content_.serial;
  }
  // a refresh of 0 would be a question at each look
  const base::Duration refresh = std::max<base::Duration>(content_.refresh, std::chrono::seconds(1));
  due_ = now + (request_.known ? std::min(interval_, refresh) : interval_);
}

}  // namespace dialwatch::daemon
