#include "tests/lab/control_socket.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <stdexcept>

#include "base/unique_fd.h"

namespace dialwatch::lab {

std::string Control(const std::filesystem::path& socket, const std::string& line) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket.string().size() >= sizeof address.sun_path) {
    throw std::runtime_error("the path of a control socket is too long: " + socket.string());
  }
  std::strncpy(address.sun_path, socket.c_str(), sizeof address.sun_path - 1);
  const base::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval patience{5, 0};
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const std::string sent = line + "\n";
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      send(fd.get(), sent.data(), sent.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(sent.size())) {
    throw std::runtime_error("cannot talk to " + socket.string());
  }
  std::string reply;
  std::array<char, 4096> part{};
  ssize_t size = 0;
  while ((size = recv(fd.get(), part.data(), part.size(), 0)) > 0) {
    reply.append(part.data(), static_cast<std::size_t>(size));
  }
  return reply;
}

}  // namespace dialwatch::lab
