#pragma once

#include "base/ip_address.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace dialwatch::exporter {

struct Listener {
  base::UniqueFd socket;   // listening, non-blocking
  base::Endpoint address;  // with the port that was taken
};

// Listens for TCP; port 0 takes a free one, "::" takes IPv4 too. Errors say which config key to change.
base::Result<Listener> Listen(const base::Endpoint& address);

}  // namespace dialwatch::exporter
