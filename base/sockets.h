#pragma once

#include <string>

#include "base/ip_address.h"

namespace dialwatch::base {

// Of an errno: "Connection refused". Thread safety: as strerror_r.
std::string ErrnoText(int error);

// Where a socket is bound; the unspecified address for one that is not. Thread safety: any.
Endpoint LocalEndpoint(int fd);

}  // namespace dialwatch::base
