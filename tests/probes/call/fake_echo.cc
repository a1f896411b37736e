#include "tests/probes/call/fake_echo.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <utility>

namespace dialwatch::probes::test {

FakeEcho::FakeEcho(EventLoop& loop, Handler handler, std::string_view address)
    : handler_(std::move(handler)), fd_(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
  sockaddr_storage own{};
  socklen_t size = base::Endpoint{*base::IpAddress::Parse(address), 0}.ToSockaddr(&own);
  REQUIRE(bind(fd_.get(), reinterpret_cast<const sockaddr*>(&own), size) == 0);
  size = sizeof own;
  getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&own), &size);
  endpoint = base::Endpoint::FromSockaddr(reinterpret_cast<const sockaddr*>(&own));
  watcher_ = std::make_unique<FdWatcher>(loop, fd_.get(), [this](bool, bool) { Receive(); });
  watcher_->Watch(true, false);
}

void FakeEcho::Close() {
  watcher_.reset();
  fd_ = {};
}

void FakeEcho::Receive() {
  std::array<std::uint8_t, 2048> octets;
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  const ssize_t got =
      recvfrom(fd_.get(), octets.data(), octets.size(), 0, reinterpret_cast<sockaddr*>(&address), &size);
  if (got < 0) return;
  peer = base::Endpoint::FromSockaddr(reinterpret_cast<const sockaddr*>(&address));
  for (const Octets& reply : handler_(count_++, Octets(octets.begin(), octets.begin() + got))) {
    sendto(fd_.get(), reply.data(), reply.size(), 0, reinterpret_cast<const sockaddr*>(&address), size);
  }
}

}  // namespace dialwatch::probes::test
