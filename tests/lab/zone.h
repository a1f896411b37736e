#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/lab/addresses.h"

namespace dialwatch::lab {

// What the authority says of one host.
struct HostAddress {
  std::string address;
  int ttl = 300;  // seconds
};

// A zone as its owner publishes it: example.com unless told otherwise. Value type.
struct ExampleZone {
  std::string name = "example.com";
  std::map<std::string, HostAddress> hosts;                                  // by label: "d1"
  std::map<std::string, std::string> servers{{"ns1", kNs1}, {"ns2", kNs2}};  // its name servers, by label
  int ns_ttl = 3600, negative_ttl = 60;                                      // seconds
  std::string more;  // further lines, names relative to the zone

  // d1 to d10 at 198.51.100.11 to .20, and the STUN servers; all with the TTL that the policy allows.
  static ExampleZone Good();

  std::string Render(std::uint32_t serial) const;
};

// What a parent says of a zone: its name servers with their glue, and DS records. Value type.
struct Delegation {
  std::map<std::string, std::string> servers;  // addresses by full name: "ns1.example.com"
  std::vector<std::string> ds;                 // RDATA of DS records
};

// The root zone, which is the parent of all zones in the lab. It knows stun.telnyx.com itself. Value type.
struct RootZone {
  std::map<std::string, Delegation> delegations;  // by zone: "example.com"
  int ttl = 86400;                                // of what it delegates, in seconds
  std::string more;                               // further lines, with full names

  // Delegates example.com.
  static RootZone Good();

  std::string Render(std::uint32_t serial) const;
};

// The texts that a server serves, by zone: "example.com", ".".
using ZoneTexts = std::map<std::string, std::string>;
// The file in which a server keeps the text of `zone`.
std::string ZoneFile(const std::string& zone);
// Whether the servers at all of these addresses give this serial for `zone` now.
bool AllServe(const std::vector<std::string>& addresses, const std::string& zone, std::uint32_t serial);

}  // namespace dialwatch::lab
