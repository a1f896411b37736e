#include "tests/lab/http_pages.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <stdexcept>

#include "base/ip_address.h"

namespace dialwatch::lab {
namespace {

constexpr int kLookForStopEveryMs = 20;
constexpr timeval kPatience{2, 0};

}  // namespace

HttpPages::HttpPages(const std::string& address) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_storage where{};
  const socklen_t size = base::Endpoint{*base::IpAddress::Parse(address), 0}.ToSockaddr(&where);
  if (bind(fd_.get(), reinterpret_cast<const sockaddr*>(&where), size) != 0 || listen(fd_.get(), 16) != 0) {
    throw std::runtime_error("cannot listen on " + address);
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { Serve(stop); });
}

std::string HttpPages::Url(const std::string& path) const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return fmt::format("http://{}{}",
                     base::Endpoint::FromSockaddr(reinterpret_cast<const sockaddr*>(&address)).ToString(), path);
}

void HttpPages::Serve(const std::stop_token& stop) {
  pollfd waiting{fd_.get(), POLLIN, 0};
  while (!stop.stop_requested()) {
    if (poll(&waiting, 1, kLookForStopEveryMs) <= 0) continue;
    base::UniqueFd connection(accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    setsockopt(connection.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
    setsockopt(connection.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
    Answer(std::move(connection));
  }
}

void HttpPages::Answer(base::UniqueFd connection) {
  std::string request;
  std::array<char, 4096> part{};
  while (request.find("\r\n\r\n") == std::string::npos) {
    const ssize_t size = recv(connection.get(), part.data(), part.size(), 0);
    if (size <= 0) return;
    request.append(part.data(), static_cast<std::size_t>(size));
  }
  const std::size_t start = request.find(' ') + 1;
  const std::string path = request.substr(start, request.find_first_of(" ?", start) - start);
  requests_.With([&](auto& requests) { requests.push_back(request); });
  const Page page = pages_.With([&](auto& pages) {
    const auto found = pages.find(path);
    return found == pages.end() ? Page{"", "404 Not Found"} : found->second;
  });
  if (page.silent) return silent_.push_back(std::move(connection));
  const std::string reply = fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}", page.head,
                                        page.body.size(), page.body);
  for (std::size_t sent = 0; sent < reply.size();) {
    const ssize_t size = send(connection.get(), reply.data() + sent, reply.size() - sent, MSG_NOSIGNAL);
    if (size <= 0) return;
    sent += static_cast<std::size_t>(size);
  }
}

}  // namespace dialwatch::lab
