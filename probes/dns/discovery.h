#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "config/settings.h"
#include "probes/dns/authority.h"
#include "probes/dns/client.h"

namespace dialwatch::probes {

// Finds the authoritative servers of hosts by asking the configured resolvers and then the parents of the zones; how,
// and whom it believes, is said in probes/dns/authority_search.h. Aliases are followed over kMaxHops zones.
// Thread safety: none; use it on its loop's thread only.
class AuthorityDiscovery {
 public:
  using Done = std::function<void(const AuthorityServers&)>;
  using ZoneDone = std::function<void(const ZoneAuthority&)>;
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  // `client` outlives the discovery. Servers that are not pinned are asked at `port` (53: RFC 1035 §4.2).
  AuthorityDiscovery(DnsClient& client, std::shared_ptr<const config::Settings> settings,
                     Clock clock = &std::chrono::steady_clock::now, std::uint16_t port = 53);
  ~AuthorityDiscovery();  // searches under way end without their Done

  // What was found is kept for the shortest TTL seen on the way, within these bounds; then it is searched for anew, and
  // until that has succeeded what was known is still told. After a search that failed the next is made after kRetry.
  static constexpr Duration kKeepLeast = std::chrono::minutes(1);
  static constexpr Duration kKeepMost = std::chrono::minutes(10);
  static constexpr Duration kRetry = std::chrono::seconds(30);
  static constexpr std::size_t kMaxHops = 8;

  // Pins in the settings win, for each zone on the way. What is known is told at once, from within Find, so that a new
  // search delays nobody; all else later.
  void Find(const std::string& host, Done done);

  // How `zone`, pinned or not, is delegated; as Find.
  void FindDelegation(const std::string& zone, ZoneDone done);

  // What is known of the host is no longer true: the next Find searches anew. For whoever sees an alias lead elsewhere.
  void Doubt(const std::string& host);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace dialwatch::probes
