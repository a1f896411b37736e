#pragma once

#include "base/ip_address.h"

namespace dialwatch::base {

// An address of many hosts at once (RFC 5771 §3, RFC 4291 §2.7), which no server has.
inline bool IsMulticast(const IpAddress& address) {
  return address.is_v6() ? address.octets()[0] == 0xFF : address.octets()[0] >> 4 == 0xE;
}

}  // namespace dialwatch::base
