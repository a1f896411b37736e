#pragma once

#include <cstddef>
#include <cstdint>

namespace dialwatch::base {

// Fills `out` from the system's source (getrandom(2)), which query and transaction IDs need: a guessable one lets an
// off-path attacker forge the reply (RFC 5452 §4.3). Never fails; blocks only before the kernel's pool is first ready.
// Thread safe; a forked child must exec before it asks, since it holds a copy of its parent's pool.
void RandomBytes(void* out, std::size_t size);

std::uint16_t Random16();
std::uint32_t Random32();

}  // namespace dialwatch::base
