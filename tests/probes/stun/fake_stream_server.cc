#include "tests/probes/stun/fake_stream_server.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <utility>

namespace dialwatch::probes::test {

using base::Endpoint;

FakeStreamServer::FakeStreamServer(EventLoop& loop, Handler handler)
    : loop_(loop),
      handler_(std::move(handler)),
      listener_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
  sockaddr_storage own{};
  socklen_t size = Endpoint{*base::IpAddress::Parse("127.0.0.1"), 0}.ToSockaddr(&own);
  REQUIRE(bind(listener_.get(), reinterpret_cast<const sockaddr*>(&own), size) == 0);
  REQUIRE(listen(listener_.get(), 16) == 0);
  size = sizeof own;
  REQUIRE(getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&own), &size) == 0);
  endpoint_ = Endpoint::FromSockaddr(reinterpret_cast<const sockaddr*>(&own));
  watcher_ = std::make_unique<FdWatcher>(loop, listener_.get(), [this](bool, bool) { Accept(); });
  watcher_->Watch(true, false);
}

Endpoint FakeStreamServer::PeerOf(int connection) const {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  REQUIRE(getpeername(connection, reinterpret_cast<sockaddr*>(&peer), &size) == 0);
  return Endpoint::FromSockaddr(reinterpret_cast<const sockaddr*>(&peer));
}

void FakeStreamServer::Send(int connection, const Octets& octets) {
  REQUIRE(send(connection, octets.data(), octets.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(octets.size()));
}

void FakeStreamServer::Accept() {
  const int fd = accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return;
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  Connection& connection = connections_[fd];
  connection.fd = base::UniqueFd(fd);
  connection.watcher = std::make_unique<FdWatcher>(loop_, fd, [this, fd](bool, bool) { Receive(fd); });
  connection.watcher->Watch(true, false);
}

void FakeStreamServer::Receive(int connection) {
  Octets request(2048);
  const auto got = recv(connection, request.data(), request.size(), 0);
  if (got <= 0) return Close(connection);
  request.resize(static_cast<std::size_t>(got));
  ++requests_;
  handler_(*this, connection, request);
}

}  // namespace dialwatch::probes::test
