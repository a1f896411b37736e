#pragma once

#include <cstdint>
#include <string>

namespace dialwatch::lab {

// The second flag of an echo token, behind the UDP header: neither warm-up nor question. For a rule of nft(8).
inline constexpr auto kCounted = "@th,200,8 & 2 == 0";

// Of what `nft list counter` prints. Throws std::exception where that is something else.
inline std::uint64_t PacketsIn(const std::string& listing) {
  constexpr std::string_view kBefore = "packets ";
  return std::stoull(listing.substr(listing.find(kBefore) + kBefore.size()));
}

}  // namespace dialwatch::lab
