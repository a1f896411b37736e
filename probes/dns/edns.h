#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "probes/dns/reader.h"
#include "probes/dns/sample.h"

namespace dialwatch::probes {

constexpr std::uint16_t kOptionNsid = 3;            // RFC 5001 §4.1
constexpr std::uint16_t kOptionPadding = 12;        // RFC 7830 §3
constexpr std::uint16_t kOptionExtendedError = 15;  // RFC 8914 §5.1

struct EdnsOption {
  std::uint16_t code = 0;
  std::string octets;

  bool operator==(const EdnsOption&) const = default;
};

// What an OPT record says (RFC 6891 §6.1). The upper bits of the rcode go to the message.
struct Edns {
  std::uint16_t udp_size = 0;  // the sender's
  std::uint8_t version = 0;
  bool dnssec_ok = false;
  std::vector<EdnsOption> options;  // all, in order, repeated ones too

  bool operator==(const Edns&) const = default;
};

// Reads the options to which `reader` is narrowed.
std::vector<EdnsOption> ReadOptions(DnsReader& reader);

// The beginning of the first NSID: as text where all of it is printable, else in hex. Empty where there is none.
std::string NsidText(const Edns& edns);

// The extended errors in order, the first of very many; those too short to hold a code are left out.
constexpr std::size_t kMostExtendedErrors = 8;
std::vector<ExtendedError> ExtendedErrors(const Edns& edns);

}  // namespace dialwatch::probes
