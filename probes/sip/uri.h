#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "probes/sip/text.h"

namespace dialwatch::probes {

// `sip:user@host:port;parameters` (RFC 3261 §19.1). What stands behind "?" is dropped: those headers are for others.
struct SipUri {
  bool secure = false;    // sips:
  std::string user = {};  // with its escapes, and without a password
  std::string host = {};  // in lower case; an IPv6 address in brackets
  std::optional<std::uint16_t> port = {};
  SipParameters parameters = {};

  bool operator==(const SipUri&) const = default;
};

base::Result<SipUri> ParseSipUri(std::string_view text);
std::string FormatSipUri(const SipUri& uri);

}  // namespace dialwatch::probes
