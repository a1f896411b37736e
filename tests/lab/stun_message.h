#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/ip_address.h"

namespace dialwatch::lab {

// STUN messages octet by octet (RFC 8489 §5), so that the lab does not lean on the library under test. IPv4 only.

// The success response to a binding request, with `mapped` as XOR-MAPPED-ADDRESS. Nothing where it is no such request.
std::optional<std::string> BindingResponse(std::string_view request, const base::Endpoint& mapped);

// Asks the server at port 3478 once: the address that it saw us at, or nothing where no good response came in time.
std::optional<base::Endpoint> Bind(const std::string& server, std::chrono::milliseconds timeout);

}  // namespace dialwatch::lab
