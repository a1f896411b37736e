#include "base/sockets.h"

#include <sys/socket.h>

#include <system_error>

namespace dialwatch::base {

std::string ErrnoText(int error) {
  return std::generic_category().message(error);
}

Endpoint LocalEndpoint(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return Endpoint::FromSockaddr(reinterpret_cast<const sockaddr*>(&address));
}

}  // namespace dialwatch::base
