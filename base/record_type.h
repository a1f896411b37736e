#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace dialwatch::base {

// DNS RR types by their IANA number; other numbers are valid values too and print as TYPE<n> (RFC 3597 §5).
enum class RecordType : std::uint16_t {
  kA = 1,
  kNs = 2,
  kCname = 5,
  kSoa = 6,
  kPtr = 12,
  kMx = 15,
  kTxt = 16,
  kAaaa = 28,
  kSrv = 33,
  kOpt = 41,
  kDs = 43,
  kRrsig = 46,
  kDnskey = 48,
  kSvcb = 64,
  kHttps = 65,
};

std::string FormatRecordType(RecordType type);

// "A", "aaaa", "TYPE65". Errors name the text.
Result<RecordType> ParseRecordType(std::string_view text);

}  // namespace dialwatch::base
