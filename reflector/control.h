#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <cstddef>

namespace dialwatch::reflector {

// What the kernel tells of a datagram beside its octets, and what it is to do with the reply.
struct Control {
  // two of the largest that we ask for, a time, and two numbers
  static constexpr std::size_t kSize = CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(timespec)) +
                                       2 * CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(in_pktinfo));

  alignas(cmsghdr) std::array<std::byte, kSize> octets{};

  void AttachTo(msghdr* message) {
    message->msg_control = octets.data();
    message->msg_controllen = octets.size();
  }
};

// The kernel's stamp of the wall clock, or `otherwise`.
std::chrono::nanoseconds ArrivalOf(msghdr& message, std::chrono::nanoseconds otherwise);

// Makes of a received message's control data that of its reply: from the address that it was sent to, by whatever
// interface the routes say, with its DSCP. `reply` must have a Control attached.
void WriteReplyControl(msghdr& received, msghdr* reply);

// Asks the kernel for all that is read here.
bool EnableControl(int fd, bool v6);

}  // namespace dialwatch::reflector
