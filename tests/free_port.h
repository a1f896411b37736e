#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>

#include "base/random.h"
#include "base/unique_fd.h"

namespace dialwatch::testing {

// A port that is free for UDP and TCP at all addresses, and that the kernel gives to nobody who asks for any: those
// begin at 32768 (net.ipv4.ip_local_port_range). So it is still free when a server starts there, whatever other tests
// do.
inline std::uint16_t FreePort() {
  for (;;) {
    const auto port = static_cast<std::uint16_t>(10'000 + base::Random32() % 22'000);
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_port = htons(port);
    bool free = true;
    for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
      const base::UniqueFd fd(socket(AF_INET, type | SOCK_CLOEXEC, 0));
      free = free && bind(fd.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any) == 0;
    }
    if (free) return port;
  }
}

}  // namespace dialwatch::testing
