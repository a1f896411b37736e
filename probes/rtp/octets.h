#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

namespace dialwatch::probes {

// An unsigned number in network order at the start of `octets`, which must hold it.
template <typename T>
T ReadBigEndian(std::span<const std::uint8_t> octets) {
  static_assert(std::is_unsigned_v<T>);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) value = value << 8 | octets[i];
  return static_cast<T>(value);
}

template <typename T>
void WriteBigEndian(std::span<std::uint8_t> octets, T value) {
  static_assert(std::is_unsigned_v<T>);
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    octets[i] = static_cast<std::uint8_t>(std::uint64_t{value} >> (8 * (sizeof(T) - 1 - i)));
  }
}

}  // namespace dialwatch::probes
