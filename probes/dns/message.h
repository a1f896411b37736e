#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "probes/dns/edns.h"
#include "probes/dns/sample.h"

namespace dialwatch::probes {

// A DNS message as it came (RFC 1035 §4.1), with nothing merged, re-ordered or dropped.
struct DnsMessage {
  struct Question {
    std::string name;
    RecordType type{};
    std::uint16_t question_class = 0;

    bool operator==(const Question&) const = default;
  };

  std::uint16_t id = 0;
  bool qr = false, aa = false, tc = false, rd = false, ra = false, ad = false, cd = false;
  int opcode = 0;
  int rcode = 0;  // with the upper bits from EDNS (RFC 6891 §6.1.3)
  std::vector<Question> questions;
  std::vector<DnsRecord> answers, authority, additional;
  std::optional<Edns> edns;  // the OPT record; it is not in `additional`

  bool operator==(const DnsMessage&) const = default;
};

// Reads a whole message; octets behind its last record are ignored. Names and data are written as name.h and rdata.h
// say. Errors give the octet's offset and what is wrong with it. Thread safety: a pure function.
base::Result<DnsMessage> ReadDnsMessage(std::span<const std::uint8_t> octets);

}  // namespace dialwatch::probes
