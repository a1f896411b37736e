#include "tests/lab/udp_server.h"

#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace dialwatch::lab {
namespace {

constexpr timeval kLookForStopEvery{0, 20'000};

void Serve(const std::stop_token& stop, int fd, const UdpServer::Reply& reply) {
  std::array<char, 1500> datagram{};
  while (!stop.stop_requested()) {
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    auto* address = reinterpret_cast<sockaddr*>(&from);
    const ssize_t length = recvfrom(fd, datagram.data(), datagram.size(), 0, address, &size);
    if (length < 0) continue;
    const auto answer =
        reply({datagram.data(), static_cast<std::size_t>(length)}, base::Endpoint::FromSockaddr(address));
    if (answer) sendto(fd, answer->data(), answer->size(), 0, address, size);
  }
}

}  // namespace

UdpServer::UdpServer(const base::Endpoint& listen, Reply reply) : fd_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  sockaddr_storage address{};
  const socklen_t size = listen.ToSockaddr(&address);
  if (bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) {
    throw std::runtime_error("cannot listen on " + listen.ToString());
  }
  setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &kLookForStopEvery, sizeof kLookForStopEvery);
  thread_ = std::jthread(
      [fd = fd_.get(), answer = std::move(reply)](const std::stop_token& stop) { Serve(stop, fd, answer); });
}

}  // namespace dialwatch::lab
