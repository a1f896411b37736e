#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace dialwatch::probes {

inline constexpr std::size_t kStunHeaderSize = 20;  // RFC 8489 §5

// Whether a datagram is one whole STUN message by its lengths (RFC 8489 §5 and §14): nothing where it is, else what is
// wrong with it. libstun must not see what fails here: it reads behind a MESSAGE-INTEGRITY that is too short.
// Thread safety: a pure function.
std::optional<std::string> FindFramingFault(std::span<const std::uint8_t> datagram);

}  // namespace dialwatch::probes
