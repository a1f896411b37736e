#include "tests/lab/http_get.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cstdlib>

#include "base/ip_address.h"
#include "base/unique_fd.h"

namespace dialwatch::lab {

HttpReply HttpGet(const std::string& endpoint, const std::string& path) {
  const auto server = base::Endpoint::Parse(endpoint, 80);
  if (!server) return {};
  sockaddr_storage address{};
  const socklen_t size = server->ToSockaddr(&address);
  const base::UniqueFd fd(socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval patience{2, 0};
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) return {};
  const std::string request = fmt::format("GET {} HTTP/1.0\r\nHost: {}\r\n\r\n", path, endpoint);
  send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL);

  std::string reply;
  std::array<char, 16384> part{};
  for (ssize_t length = 0; (length = recv(fd.get(), part.data(), part.size(), 0)) > 0;) {
    reply.append(part.data(), static_cast<std::size_t>(length));
  }
  const auto body = reply.find("\r\n\r\n");
  if (!reply.starts_with("HTTP/1.") || body == std::string::npos) return {};
  return {std::atoi(reply.c_str() + sizeof "HTTP/1.x"), reply.substr(body + 4)};
}

}  // namespace dialwatch::lab
