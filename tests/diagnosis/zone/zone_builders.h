#pragma once

#include <string>
#include <vector>

#include "tests/diagnosis/builders.h"

// Looks at the zone example.com in a few words.
namespace dialwatch::diagnosis {

using probes::DnsRecord;
using probes::ZoneSample;
using probes::ZoneServerView;

inline std::string SoaData(std::uint32_t serial, std::uint32_t minimum = 60, std::uint32_t refresh = 3600) {
  return "ns1.example.com hostmaster.example.com " + std::to_string(serial) + " " + std::to_string(refresh) +
         " 600 1209600 " + std::to_string(minimum);
}

inline DnsRecord NsRecord(const std::string& name, std::uint32_t ttl = 3600) {
  return {"example.com", RecordType::kNs, ttl, name};
}

inline DnsRecord AddressRecord(const std::string& name, const std::string& address, std::uint32_t ttl = 3600) {
  return {name, RecordType::kA, ttl, address};
}

// A signature of a record of the zone, by default one that was made long ago and ends in two weeks.
inline DnsRecord Signature(TimePoint expiration, TimePoint inception = kMonday - std::chrono::days(14),
                           const std::string& covered = "SOA", std::uint32_t original_ttl = 300,
                           const std::string& owner = "example.com") {
  const auto text = [](TimePoint time) {
    std::string digits;
    for (const char c : base::FormatRfc3339(std::chrono::floor<seconds>(time))) {
      if (c >= '0' && c <= '9') digits += c;
    }
    return digits;
  };
  return {owner, RecordType::kRrsig, original_ttl,
          covered + " 13 2 " + std::to_string(original_ttl) + " " + text(expiration) + " " + text(inception) +
              " 60485 example.com AA=="};
}

// A server that is in order.
inline ZoneServerView ServerView(const std::string& address, const std::string& name, std::uint32_t serial = 1) {
  ZoneServerView view;
  view.server = *base::Endpoint::Parse(address, 53);
  view.names = {name};
  for (DnsSample* sample : {&view.soa, &view.ns}) {
    sample->host = "example.com";
    sample->via = ViaAuthority(address);
    sample->outcome = probes::DnsOutcome::kAnswered;
    sample->aa = true;
  }
  view.soa.type = RecordType::kSoa;
  view.ns.type = RecordType::kNs;
  view.soa.answers = {{"example.com", RecordType::kSoa, 300, SoaData(serial)}};
  view.ns.answers = {NsRecord("ns1.example.com"), NsRecord("ns2.example.com")};
  return view;
}

// The zone with ns1 at 192.0.2.53 and ns2 at 192.0.2.54, all in order.
inline ZoneSample GoodZone(std::uint32_t first_serial = 1, std::uint32_t second_serial = 1) {
  ZoneSample zone;
  zone.zone = "example.com";
  zone.parent = "com";
  zone.delegation = {NsRecord("ns1.example.com", 86400), NsRecord("ns2.example.com", 86400)};
  zone.addresses = {AddressRecord("ns1.example.com", "192.0.2.53"), AddressRecord("ns2.example.com", "192.0.2.54")};
  zone.glue = zone.addresses;
  zone.servers = {ServerView("192.0.2.53", "ns1.example.com", first_serial),
                  ServerView("192.0.2.54", "ns2.example.com", second_serial)};
  return zone;
}

inline void Look(World& world, ZoneSample zone) {
  zone.at = world.now;
  world.picture.Add(std::move(zone));
}

// The only finding; an empty one where there are none or several.
inline Finding Only(const World& world) {
  const auto findings = world.Findings();
  return findings.size() == 1 ? findings[0] : Finding{};
}

}  // namespace dialwatch::diagnosis
