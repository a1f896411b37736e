#pragma once

#include <cstdint>
#include <span>
#include <string>

// Octets as zone files write them.
namespace dialwatch::probes {

// What stands between the quotes of a <character-string> (RFC 1035 §5.1): quotes and backslashes behind a backslash,
// what is not printable ASCII as \DDD.
void AppendEscaped(std::span<const std::uint8_t> octets, std::string& out);

// RFC 4648 §4
void AppendBase64(std::span<const std::uint8_t> octets, std::string& out);

}  // namespace dialwatch::probes
