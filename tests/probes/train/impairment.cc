#include "tests/probes/train/impairment.h"

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/sockets.h"
#include "reflector/control.h"

namespace dialwatch::probes::test {
namespace {

using base::Endpoint;
using std::chrono::nanoseconds;

base::UniqueFd OpenSocket(const base::IpAddress& address) {
  base::UniqueFd fd(socket(address.is_v6() ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  sockaddr_storage own{};
  const socklen_t size = Endpoint{address, 0}.ToSockaddr(&own);
  REQUIRE(bind(fd.get(), reinterpret_cast<const sockaddr*>(&own), size) == 0);
  const int on = 1;
  REQUIRE(setsockopt(fd.get(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) == 0);
  return fd;
}

base::UniqueFd Connect(base::UniqueFd fd, const Endpoint& peer) {
  sockaddr_storage address{};
  const socklen_t size = peer.ToSockaddr(&address);
  REQUIRE(connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0);
  return fd;
}

nanoseconds Now() {
  return std::chrono::system_clock::now().time_since_epoch();
}

}  // namespace

Fate Pass(std::uint32_t /*number*/) {
  return {std::chrono::milliseconds(0)};
}

Fate Lose(std::uint32_t /*number*/) {
  return {};
}

Impairment::Impairment(const Endpoint& reflector, Impair up, Impair down)
    : front_(OpenSocket(reflector.address)),
      back_(Connect(OpenSocket(reflector.address), reflector)),
      endpoint_(base::LocalEndpoint(front_.get())),
      up_{std::move(up), {}},
      down_{std::move(down), {}},
      looper_([this] { Turn(); }) {}

Account Impairment::up() {
  const std::lock_guard lock(mutex_);
  return up_.account;
}

Account Impairment::down() {
  const std::lock_guard lock(mutex_);
  return down_.account;
}

void Impairment::Turn() {
  pollfd ready[] = {{front_.get(), POLLIN, 0}, {back_.get(), POLLIN, 0}};
  nanoseconds wait = std::chrono::milliseconds(5);
  if (!delayed_.empty()) wait = std::clamp(delayed_.begin()->first - Now(), nanoseconds(0), wait);
  const timespec timeout{0, wait.count()};
  ppoll(ready, std::size(ready), &timeout, nullptr);
  Take(front_.get(), true);
  Take(back_.get(), false);
  while (!delayed_.empty() && delayed_.begin()->first <= Now()) {
    SendOn(delayed_.begin()->second);
    delayed_.erase(delayed_.begin());
  }
}

void Impairment::Take(int fd, bool upwards) {
  while (true) {
    std::array<std::uint8_t, 2048> buffer{};
    sockaddr_storage peer{};
    iovec data{buffer.data(), buffer.size()};
    alignas(cmsghdr) std::array<std::byte, 64> control{};
    msghdr header{&peer, sizeof peer, &data, 1, control.data(), control.size(), 0};
    const ssize_t size = recvmsg(fd, &header, MSG_DONTWAIT);
    if (size < 32) return;
    if (upwards) client_ = Endpoint::FromSockaddr(reinterpret_cast<const sockaddr*>(&peer));
    // behind the fixed header, the extension's head, four octets and the train
    const std::uint32_t number =
        std::uint32_t{buffer[28]} << 24 | std::uint32_t{buffer[29]} << 16 | std::uint32_t{buffer[30]} << 8 | buffer[31];
    const nanoseconds came = reflector::ArrivalOf(header, Now());
    const std::lock_guard lock(mutex_);
    Direction& direction = upwards ? up_ : down_;
    const Fate fate = direction.impair(number);
    ++direction.account.seen;
    if (fate.empty()) ++direction.account.lost;
    if (fate.size() > 1) direction.account.copies += static_cast<std::uint32_t>(fate.size() - 1);
    for (const auto delay : fate) {
      delayed_.emplace(came + delay, Delayed{upwards, number, came, {buffer.begin(), buffer.begin() + size}});
    }
  }
}

void Impairment::SendOn(const Delayed& packet) {
  {
    const std::lock_guard lock(mutex_);
    Account& account = (packet.upwards ? up_ : down_).account;
    account.order.push_back(packet.number);
    account.passages.push_back({packet.came, Now()});
  }
  if (packet.upwards) {
    send(back_.get(), packet.octets.data(), packet.octets.size(), MSG_NOSIGNAL);
    return;
  }
  sockaddr_storage to{};
  const socklen_t size = client_.ToSockaddr(&to);
  sendto(front_.get(), packet.octets.data(), packet.octets.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to),
         size);
}

}  // namespace dialwatch::probes::test
