#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace dialwatch::base {

// A host name as the project writes it everywhere: lower case, no trailing dot, at most 253 octets, labels of 1 to 63
// letters, digits, hyphens or underscores (RFC 1035 §2.3.4, RFC 8552 for the underscore). Errors say what is wrong.
Result<std::string> NormalizeHostName(std::string_view text);

// Whether `name` is `zone` or below it; both normalized. The root zone is "".
bool IsWithinZone(std::string_view name, std::string_view zone);

}  // namespace dialwatch::base
