#include "tests/lab/http_sink.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <charconv>
#include <stdexcept>

#include "base/ip_address.h"

namespace dialwatch::lab {
namespace {

constexpr int kLookForStopEveryMs = 20;
constexpr timeval kPatience{2, 0};
constexpr std::string_view kEndOfHeader = "\r\n\r\n";

// What the header says, or 0. The client is our own, so no other spelling comes.
std::size_t ContentLength(std::string_view header) {
  constexpr std::string_view kField = "Content-Length: ";
  std::size_t length = 0;
  if (const auto at = header.find(kField); at != std::string_view::npos) {
    std::from_chars(header.data() + at + kField.size(), header.data() + header.size(), length);
  }
  return length;
}

}  // namespace

HttpSink::HttpSink() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || listen(fd_.get(), 16) != 0) {
    throw std::runtime_error("cannot listen on 127.0.0.1");
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { Serve(stop); });
}

std::string HttpSink::url() const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return fmt::format("http://{}/services/T0/B0/secret",
                     base::Endpoint::FromSockaddr(reinterpret_cast<const sockaddr*>(&address)).ToString());
}

void HttpSink::Serve(const std::stop_token& stop) {
  pollfd waiting{fd_.get(), POLLIN, 0};
  while (!stop.stop_requested()) {
    if (poll(&waiting, 1, kLookForStopEveryMs) <= 0) continue;
    const base::UniqueFd connection(accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    setsockopt(connection.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
    Receive(connection.get());
  }
}

void HttpSink::Receive(int connection) {
  std::string request;
  std::array<char, 4096> part{};
  while (true) {
    const auto header = request.find(kEndOfHeader);
    if (header != std::string::npos) {
      const std::size_t body = header + kEndOfHeader.size();
      if (request.size() - body >= ContentLength(request.substr(0, header))) {
        bodies_.With([&](auto& bodies) { bodies.push_back(request.substr(body)); });
        break;
      }
    }
    const ssize_t size = recv(connection, part.data(), part.size(), 0);
    if (size <= 0) return;
    request.append(part.data(), static_cast<std::size_t>(size));
  }
  const std::string reply =
      fmt::format("HTTP/1.1 {} Because\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok", status_.load());
  send(connection, reply.data(), reply.size(), MSG_NOSIGNAL);
}

}  // namespace dialwatch::lab
