#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "probes/dns/query.h"
#include "probes/dns/record_fields.h"

namespace dialwatch::probes {

// What of a zone's content tells its hosts.
struct ZoneContent {
  std::uint32_t serial = 0;
  std::chrono::seconds refresh{};
  std::vector<std::string> hosts;  // with A, AAAA or CNAME records, sorted; no wildcards, nothing below a delegation

  bool operator==(const ZoneContent&) const = default;
};

// Puts the messages of a zone transfer together (RFC 5936 §2.2): they begin and end with the same SOA record, and all
// that lies between is content. Bounded in records and octets. Thread safety: none.
class ZoneTransfer {
 public:
  static constexpr std::size_t kMostHosts = 100'000;
  static constexpr std::size_t kMostOctets = 64 << 20;

  // `query` asks for the AXFR of `zone`.
  ZoneTransfer(DnsQuery query, std::string zone) : query_(query), zone_(std::move(zone)) {}

  // The next message as it came. The content once it is whole. Errors: the server refuses, or sends something else.
  base::Result<std::optional<ZoneContent>> Add(std::span<const std::uint8_t> message);

 private:
  base::Status Take(const DnsRecord& record);
  base::Result<std::optional<ZoneContent>> Whole() const;

  DnsQuery query_;
  std::string zone_;
  std::optional<DnsRecord> soa_;  // the first record
  bool ended_ = false;
  std::size_t octets_ = 0;
  std::set<std::string> hosts_;
  std::set<std::string, std::less<>> cuts_;  // where the zone delegates
};

}  // namespace dialwatch::probes
