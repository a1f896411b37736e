#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dialwatch::base {

// Text from a stranger (a DNS name, an extended error, a SOFTWARE attribute) made safe for a terminal, a log line or a
// message: control characters, characters that hide or turn other text, and octets that are not UTF-8 become \DDD as in
// RFC 1035 §5.1, octet by octet. A backslash stays as it is, so that text made printable twice reads the same.
// At most `limit` octets of input are kept, the cut is marked with "…".
std::string Printable(std::string_view text, std::size_t limit = 2000);

}  // namespace dialwatch::base
