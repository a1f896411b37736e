#include "tests/probes/stun/fake_server.h"

#include <doctest/doctest.h>
#include <sys/socket.h>

#include <utility>

#include "base/sockets.h"

namespace dialwatch::probes::test {

using base::Endpoint;
using base::IpAddress;

namespace {

base::UniqueFd OpenSocket(const IpAddress& address, std::uint16_t port = 0) {
  base::UniqueFd fd(socket(address.is_v6() ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  sockaddr_storage own{};
  const socklen_t size = Endpoint{address, port}.ToSockaddr(&own);
  REQUIRE(bind(fd.get(), reinterpret_cast<const sockaddr*>(&own), size) == 0);
  return fd;
}

const IpAddress kLoopback = *IpAddress::Parse("127.0.0.1");

}  // namespace

FakeServer::FakeServer(EventLoop& loop, Handler handler) : FakeServer(loop, std::move(handler), kLoopback) {}

FakeServer::FakeServer(EventLoop& loop, Handler handler, const IpAddress& address, std::uint16_t port)
    : handler_(std::move(handler)), fd_(OpenSocket(address, port)), endpoint_(base::LocalEndpoint(fd_.get())) {
  watcher_ = std::make_unique<FdWatcher>(loop, fd_.get(), [this](bool, bool) { Receive(); });
  watcher_->Watch(true, false);
}

void FakeServer::Send(const Endpoint& to, const Octets& octets) {
  sockaddr_storage peer{};
  const socklen_t size = to.ToSockaddr(&peer);
  const auto sent = sendto(fd_.get(), octets.data(), octets.size(), 0, reinterpret_cast<const sockaddr*>(&peer), size);
  REQUIRE(sent == static_cast<ssize_t>(octets.size()));
}

void FakeServer::Receive() {
  Octets request(2048);
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  const auto got = recvfrom(fd_.get(), request.data(), request.size(), 0, reinterpret_cast<sockaddr*>(&peer), &size);
  if (got < 0) return;
  request.resize(static_cast<std::size_t>(got));
  ++requests_;
  handler_(*this, request, Endpoint::FromSockaddr(reinterpret_cast<const sockaddr*>(&peer)));
}

RefusedPort::RefusedPort() : RefusedPort(kLoopback) {}

RefusedPort::RefusedPort(const IpAddress& address)
    : fd_(OpenSocket(address)), endpoint_(base::LocalEndpoint(fd_.get())) {
  sockaddr_storage own{};
  const socklen_t size = endpoint_.ToSockaddr(&own);
  REQUIRE(connect(fd_.get(), reinterpret_cast<const sockaddr*>(&own), size) == 0);
}

void AnswerHonestly(FakeServer& self, const Octets& request, const Endpoint& from) {
  self.Send(from, MappedAnswer(request, from));
}

void StaySilent(FakeServer&, const Octets&, const Endpoint&) {}

}  // namespace dialwatch::probes::test
