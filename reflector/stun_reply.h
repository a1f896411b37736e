#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/ip_address.h"

namespace dialwatch::reflector {

// Whether the first octet is one of STUN's and not of RTP's (RFC 7983 §7).
inline bool LooksLikeStun(std::span<const std::uint8_t> datagram) {
  return !datagram.empty() && datagram[0] <= 3;
}

// The answer to a binding request (RFC 8489 §7.3.1): where it came from. Empty where the datagram is no whole binding
// request, asks for something that we do not do, or would be shorter than its answer: nobody shall gain octets by
// lying about his address. Thread safety: a pure function.
std::vector<std::uint8_t> AnswerBinding(std::span<const std::uint8_t> datagram, const base::Endpoint& source);

}  // namespace dialwatch::reflector
