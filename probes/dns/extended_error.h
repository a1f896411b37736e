#pragma once

#include <string>
#include <string_view>

#include "probes/dns/sample.h"

namespace dialwatch::probes {

// INFO-CODEs that decide something here (RFC 8914 §4).
namespace ede {
constexpr std::uint16_t kUnsupportedAlgorithm = 1, kUnsupportedDigest = 2, kStaleAnswer = 3, kForged = 4,
                        kIndeterminate = 5, kNsecMissing = 12, kCachedError = 13, kBlocked = 15, kFiltered = 17,
                        kProhibited = 18, kStaleNxDomain = 19, kNoReachableAuthority = 22, kNetworkError = 23;
}  // namespace ede

// The name that IANA's registry "Extended DNS Error Codes" has for a code; empty where it has none.
std::string_view ExtendedErrorName(std::uint16_t code);

// "EDE 15 Blocked (by the office)": for people, with the sender's text made printable.
std::string ExtendedErrorText(const ExtendedError& error);

// Whether the sample carries this code; a reply may have several.
bool HasExtendedError(const DnsSample& sample, std::uint16_t code);

}  // namespace dialwatch::probes
