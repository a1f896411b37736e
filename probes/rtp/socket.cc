#include "probes/rtp/socket.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/multicast.h"
#include "base/sockets.h"

namespace dialwatch::probes {
namespace {

using base::Endpoint;
using base::Error;
using std::chrono::nanoseconds;

bool SetOption(int fd, int level, int option, int value) {
  return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

bool SetOptions(int fd, bool v6, int dscp) {
  constexpr int kDscpShift = 2;  // RFC 3168 §5: ECN has the two low bits
  return SetOption(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1) &&
         (v6 ? SetOption(fd, IPPROTO_IPV6, IPV6_TCLASS, dscp << kDscpShift)
             : SetOption(fd, IPPROTO_IP, IP_TOS, dscp << kDscpShift));
}

base::UniqueFd NewSocket(bool v6, int dscp) {
  base::UniqueFd fd(socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  return fd && SetOptions(fd.get(), v6, dscp) ? std::move(fd) : base::UniqueFd();
}

bool BindTo(int fd, const base::IpAddress& local) {
  sockaddr_storage address{};
  const socklen_t size = Endpoint{local, 0}.ToSockaddr(&address);
  return bind(fd, reinterpret_cast<const sockaddr*>(&address), size) == 0;
}

Error Failure(std::string_view what, const std::string& whom) {
  return {fmt::format("cannot {} {}: {}", what, whom, base::ErrnoText(errno))};
}

// When the kernel had a datagram: its stamp is of the wall clock, which may be set while a train runs.
nanoseconds ArrivalOf(msghdr& header) {
  constexpr nanoseconds kLongest = std::chrono::seconds(1);
  const nanoseconds now = std::chrono::steady_clock::now().time_since_epoch();
  for (cmsghdr* each = CMSG_FIRSTHDR(&header); each != nullptr; each = CMSG_NXTHDR(&header, each)) {
    if (each->cmsg_level != SOL_SOCKET || each->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec stamp{};
    std::memcpy(&stamp, CMSG_DATA(each), sizeof stamp);
    const nanoseconds wall = std::chrono::system_clock::now().time_since_epoch();
    const nanoseconds waited = wall - std::chrono::seconds(stamp.tv_sec) - nanoseconds(stamp.tv_nsec);
    return now - std::clamp(waited, nanoseconds(0), kLongest);
  }
  return now;
}

}  // namespace

base::Result<RtpSocket> RtpSocket::Open(const Endpoint& peer, const std::optional<base::IpAddress>& bind, int dscp) {
  const bool v6 = peer.address.is_v6();
  base::UniqueFd fd = NewSocket(v6, dscp);
  if (!fd) return Failure("open", v6 ? "an IPv6 socket" : "an IPv4 socket");
  if (bind && bind->is_v6() == v6 && !BindTo(fd.get(), *bind)) return Failure("send from", bind->ToString());
  RtpSocket opened(std::move(fd));
  if (auto connected = opened.Connect(peer); !connected) return connected.error();
  return opened;
}

base::Result<RtpSocket> RtpSocket::Bind(const base::IpAddress& local, int dscp) {
  constexpr int kAttempts = 20;  // half of the ports are even
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    base::UniqueFd fd = NewSocket(local.is_v6(), dscp);
    if (!fd) return Failure("open", local.is_v6() ? "an IPv6 socket" : "an IPv4 socket");
    if (!BindTo(fd.get(), local)) return Failure("send from", local.ToString());
    RtpSocket bound(std::move(fd));
    if (bound.LocalEndpoint().port % 2 == 0) return bound;
  }
  return Error{fmt::format("no even port is free at {}", local.ToString())};
}

base::Status RtpSocket::Connect(const Endpoint& peer) {
  if (base::IsMulticast(peer.address)) {  // whoever gives it would have us talk to all hosts around us
    return Error{fmt::format("cannot send to {}: it is a multicast address", peer.address.ToString())};
  }
  sockaddr_storage address{};
  const socklen_t size = peer.ToSockaddr(&address);
  if (connect(fd(), reinterpret_cast<const sockaddr*>(&address), size) != 0) {
    return Failure("send to", peer.address.ToString());
  }
  constexpr int kMost = 1000;  // who floods it goes on behind the connect
  for (int i = 0; i < kMost && recv(fd(), buffer_.data(), buffer_.size(), MSG_DONTWAIT) >= 0; ++i) {
  }
  return {};
}

Endpoint RtpSocket::LocalEndpoint() const {
  return base::LocalEndpoint(fd());
}

int RtpSocket::Send(std::span<const std::uint8_t> octets) {
  if (send(fd(), octets.data(), octets.size(), MSG_NOSIGNAL) >= 0) return 0;
  const int first = errno;
  if (send(fd(), octets.data(), octets.size(), MSG_NOSIGNAL) < 0) return errno;
  NoteRefusal(first);  // an ICMP error of an earlier datagram fails the next call, whichever that is (udp(7))
  return 0;
}

std::optional<RtpSocket::Datagram> RtpSocket::Receive() {
  for (int attempt = 0; attempt < 2; ++attempt) {  // an ICMP error may be in the way once
    iovec data{buffer_.data(), buffer_.size()};
    alignas(cmsghdr) std::array<std::byte, 64> control{};
    msghdr header{};
    header.msg_iov = &data;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    const ssize_t size = recvmsg(fd(), &header, MSG_DONTWAIT);
    if (size >= 0) return Datagram{std::span(buffer_).first(static_cast<std::size_t>(size)), ArrivalOf(header)};
    if (errno == EAGAIN || errno == EINTR) break;
    NoteRefusal(errno);
  }
  return std::nullopt;
}

void RtpSocket::NoteRefusal(int error) {
  ++refusals_;
  refusal_ = error;
}

}  // namespace dialwatch::probes
