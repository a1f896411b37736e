#include "probes/dns/extended_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/printable.h"

namespace dialwatch::probes {
namespace {

constexpr std::size_t kMostShown = 80;

constexpr std::array<std::string_view, 31> kNames{"Other Error",
                                                  "Unsupported DNSKEY Algorithm",
                                                  "Unsupported DS Digest Type",
                                                  "Stale Answer",
                                                  "Forged Answer",
                                                  "DNSSEC Indeterminate",
                                                  "DNSSEC Bogus",
                                                  "Signature Expired",
                                                  "Signature Not Yet Valid",
                                                  "DNSKEY Missing",
                                                  "RRSIGs Missing",
                                                  "No Zone Key Bit Set",
                                                  "NSEC Missing",
                                                  "Cached Error",
                                                  "Not Ready",
                                                  "Blocked",
                                                  "Censored",
                                                  "Filtered",
                                                  "Prohibited",
                                                  "Stale NXDOMAIN Answer",
                                                  "Not Authoritative",
                                                  "Not Supported",
                                                  "No Reachable Authority",
                                                  "Network Error",
                                                  "Invalid Data",
                                                  "Signature Expired before Valid",
                                                  "Too Early",
                                                  "Unsupported NSEC3 Iterations Value",
                                                  "Unable to conform to policy",
                                                  "Synthesized",
                                                  "Invalid Query Type"};

}  // namespace

std::string_view ExtendedErrorName(std::uint16_t code) {
  return code < kNames.size() ? kNames[code] : std::string_view();
}

std::string ExtendedErrorText(const ExtendedError& error) {
  std::string text = fmt::format("EDE {}", error.code);
  if (const auto name = ExtendedErrorName(error.code); !name.empty()) text += fmt::format(" {}", name);
  if (!error.text.empty()) text += fmt::format(" ({})", base::Printable(error.text, kMostShown));
  return text;
}

bool HasExtendedError(const DnsSample& sample, std::uint16_t code) {
  return std::any_of(sample.extended_errors.begin(), sample.extended_errors.end(),
                     [&](const ExtendedError& error) { return error.code == code; });
}

}  // namespace dialwatch::probes
