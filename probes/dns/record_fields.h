#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "probes/dns/sample.h"

// What stands in the text of records, field by field. Pure functions.
namespace dialwatch::probes {

// RFC 1035 §3.3.13. Times in seconds.
struct SoaFields {
  std::string primary;
  std::uint32_t serial = 0, refresh = 0, retry = 0, expire = 0, minimum = 0;
};
std::optional<SoaFields> ReadSoa(const DnsRecord& record);

// RFC 2782
struct SrvFields {
  std::uint16_t priority = 0, weight = 0, port = 0;
  std::string target;  // ".": the service is decidedly not available
};
// Of the text of a record's data.
std::optional<SrvFields> ReadSrv(std::string_view data);

// RFC 4034 §3.1
struct RrsigFields {
  std::string covered;             // the type that it signs: "A"
  std::uint32_t original_ttl = 0;  // seconds
  TimePoint expiration, inception;
  std::uint16_t key_tag = 0;
  std::string signer;
};
std::optional<RrsigFields> ReadRrsig(const DnsRecord& record);

// How serial numbers of a zone compare (RFC 1982 §3.2): above zero where `a` is the later one, below where `b` is, zero
// where they are equal. Nothing where they are just half of the circle apart, which the RFC leaves undefined.
std::optional<int> CompareSerials(std::uint32_t a, std::uint32_t b);

// How long caches may keep a denial that comes with this SOA record (RFC 2308 §5).
std::chrono::seconds NegativeTtl(const DnsRecord& soa);

// The first record of the type with this owner, or null.
const DnsRecord* FindRecord(const std::vector<DnsRecord>& records, const std::string& owner, RecordType type);

}  // namespace dialwatch::probes
