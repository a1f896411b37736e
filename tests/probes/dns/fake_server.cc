#include "tests/probes/dns/fake_server.h"

#include <sys/socket.h>

#include <array>
#include <chrono>
#include <stdexcept>
#include <utility>

#include "tests/free_port.h"

namespace dialwatch::probes {
namespace {

base::UniqueFd Bound(int type, const base::Endpoint& endpoint) {
  base::UniqueFd fd(socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  sockaddr_storage address;
  const socklen_t size = endpoint.ToSockaddr(&address);
  return bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size) == 0 ? std::move(fd) : base::UniqueFd();
}

}  // namespace

FakeServer::FakeServer(EventLoop& loop, OnQuery query_handler, base::Endpoint at)
    : on_query(std::move(query_handler)), loop_(loop), endpoint_(at) {
  if (at.port == 0) endpoint_.port = testing::FreePort();
  udp_ = Bound(SOCK_DGRAM, endpoint_);
  listener_ = Bound(SOCK_STREAM, endpoint_);
  if (!udp_ || !listener_ || listen(listener_.get(), 64) != 0) {
    throw std::runtime_error("cannot listen at " + endpoint_.ToString());
  }
  const int megabyte = 1 << 20;
  setsockopt(udp_.get(), SOL_SOCKET, SO_RCVBUF, &megabyte, sizeof megabyte);
  udp_watcher_ = std::make_unique<FdWatcher>(loop, udp_.get(), [this](bool, bool) { OnDatagram(); });
  udp_watcher_->Watch(true, false);
  listener_watcher_ = std::make_unique<FdWatcher>(loop, listener_.get(), [this](bool, bool) { OnConnection(); });
  listener_watcher_->Watch(true, false);
}

FakeServer::~FakeServer() {
  for (auto& [fd, connection] : connections_) connection.watcher.reset();
  udp_watcher_.reset();
  listener_watcher_.reset();
}

void FakeServer::Take(Query query) {
  queries_.push_back(query);
  if (on_query) on_query(query);
}

void FakeServer::OnDatagram() {
  std::array<std::uint8_t, 4096> buffer;
  for (;;) {
    sockaddr_storage from;
    socklen_t from_size = sizeof from;
    const ssize_t size =
        recvfrom(udp_.get(), buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&from), &from_size);
    if (size < 0) return;
    Take({Octets(buffer.begin(), buffer.begin() + size),
          base::Endpoint::FromSockaddr(reinterpret_cast<sockaddr*>(&from)), -1});
  }
}

void FakeServer::OnConnection() {
  const int fd = accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return;
  Connection& connection = connections_[fd];
  connection.fd = base::UniqueFd(fd);
  connection.watcher = std::make_unique<FdWatcher>(loop_, fd, [this, fd](bool, bool) { OnStream(fd); });
  connection.watcher->Watch(true, false);
}

void FakeServer::OnStream(int fd) {
  std::array<std::uint8_t, 4096> buffer;
  const ssize_t size = recv(fd, buffer.data(), buffer.size(), 0);
  if (size <= 0) return CloseConnection({{}, {}, fd});
  connections_.at(fd).frames.Add({buffer.data(), static_cast<std::size_t>(size)});
  for (;;) {
    const auto connection = connections_.find(fd);  // each time: the test may close it
    if (connection == connections_.end()) return;
    const auto message = connection->second.frames.Next();
    if (!message) return;
    Take({Octets(message->begin(), message->end()), {}, fd});
  }
}

void FakeServer::Send(const Query& to, const Octets& message) {
  if (to.tcp()) return SendRaw(to, Word(static_cast<unsigned>(message.size())) + message);
  sockaddr_storage address;
  const socklen_t size = to.from.ToSockaddr(&address);
  sendto(udp_.get(), message.data(), message.size(), 0, reinterpret_cast<sockaddr*>(&address), size);
}

void FakeServer::SendRaw(const Query& to, const Octets& octets) {
  send(to.connection, octets.data(), octets.size(), MSG_NOSIGNAL);
}

void FakeServer::CloseConnection(const Query& to) {
  const auto connection = connections_.find(to.connection);
  if (connection == connections_.end()) return;
  connection->second.watcher.reset();
  connections_.erase(connection);
}

bool RunUntil(EventLoop& loop, const std::function<bool()>& condition, std::chrono::seconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  bool held = condition();
  if (held) return true;
  Timer timer(loop);
  timer.StartRepeating(std::chrono::milliseconds(1), [&] {
    held = condition();
    if (held || std::chrono::steady_clock::now() > deadline) loop.Stop();
  });
  loop.Run();
  return held;
}

}  // namespace dialwatch::probes
