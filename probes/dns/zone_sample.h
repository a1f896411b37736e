#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "probes/dns/sample.h"

namespace dialwatch::probes {

// What one authoritative server says of its zone, asked with RD=0.
struct ZoneServerView {
  Endpoint server;
  std::vector<std::string> names;  // of the NS records that lead to this address, sorted; empty where none does
  DnsSample soa;                   // the reply to SOA of the zone, with its signatures
  DnsSample ns;                    // the reply to NS of the zone

  bool operator==(const ZoneServerView&) const = default;
};

// What one look at a zone saw: how its parent delegates it, and what each of its servers says of it.
struct ZoneSample {
  std::string zone;
  TimePoint at;
  bool pinned = false;                  // the servers are those of the config
  std::string parent;                   // the zone above, "." for the root; empty where it was not found out
  bool denied = false;                  // the parent's servers know of no such zone
  std::vector<DnsRecord> delegation;    // the NS records that the parent gives; empty where it hosts the zone too
  std::vector<DnsRecord> glue;          // the A and AAAA records that the parent gives with them
  std::vector<DnsRecord> addresses;     // A and AAAA of the name servers: those in the zone as it gives them itself,
                                        // others as most resolvers do
  std::vector<DnsRecord> ds;            // the parent's DS records
  bool keys_known = false;              // a server of the zone has answered for DNSKEY
  std::vector<DnsRecord> dnskey;        // the zone's DNSKEY records with their signatures
  std::vector<ZoneServerView> servers;  // sorted by server

  bool operator==(const ZoneSample&) const = default;
};

}  // namespace dialwatch::probes
