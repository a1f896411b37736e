#pragma once

#include <string>

#include "base/result.h"

namespace dialwatch::lab {

// Moves this process into a network namespace of its own that has nothing but a loopback interface, with the addresses
// of the lab: its servers can then listen on those of public services, and no packet can leave the machine. Needs
// either root or unprivileged user namespaces; the Error says why neither is to be had. Call it once, before any thread
// starts.
[[nodiscard]] base::Status EnterPrivateNetwork();

// Makes `address` (IPv4) one of ours, for servers to listen on. Packets to it leave from `source`, one of ours too;
// without that they would leave from `address` itself, and every STUN server would see another client.
// Throws std::runtime_error.
void AddAddress(const std::string& address, const std::string& source);

}  // namespace dialwatch::lab
