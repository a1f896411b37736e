#include "probes/stun/udp_socket.h"

#include <fmt/format.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/sockets.h"

namespace dialwatch::probes {
namespace {

using base::Endpoint;
using base::Error;
using base::IpAddress;

constexpr int kAttempts = 4;

bool Enable(int fd, int level, int option) {
  const int on = 1;
  return setsockopt(fd, level, option, &on, sizeof on) == 0;
}

bool SetOptions(int fd, bool v6) {
  const int size = UdpSocket::kReceiveBuffer;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);  // never fails, but may grant less
  if (!v6) return Enable(fd, IPPROTO_IP, IP_RECVERR) && Enable(fd, IPPROTO_IP, IP_PKTINFO);
  return Enable(fd, IPPROTO_IPV6, IPV6_V6ONLY) && Enable(fd, IPPROTO_IPV6, IPV6_RECVERR) &&
         Enable(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO);
}

// recvmsg(2) with its address and its control messages.
struct Reception {
  sockaddr_storage address{};
  alignas(cmsghdr) std::array<std::byte, 256> control{};
  iovec data{};
  msghdr header{};
  ssize_t size = 0;

  Reception(int fd, std::span<std::uint8_t> buffer, int flags) : data{buffer.data(), buffer.size()} {
    header.msg_name = &address;
    header.msg_namelen = sizeof address;
    header.msg_iov = &data;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    size = recvmsg(fd, &header, flags | MSG_DONTWAIT);
  }

  Endpoint peer() const { return Endpoint::FromSockaddr(reinterpret_cast<const sockaddr*>(&address)); }

  // The control message of this kind, or null.
  template <typename T>
  const T* Find(int level, int type) {
    for (cmsghdr* each = CMSG_FIRSTHDR(&header); each != nullptr; each = CMSG_NXTHDR(&header, each)) {
      if (each->cmsg_level == level && each->cmsg_type == type && each->cmsg_len >= CMSG_LEN(sizeof(T))) {
        return reinterpret_cast<const T*>(CMSG_DATA(each));
      }
    }
    return nullptr;
  }
};

IpAddress Destination(Reception& reception) {
  if (const auto* v4 = reception.Find<in_pktinfo>(IPPROTO_IP, IP_PKTINFO)) {
    return IpAddress::V4(reinterpret_cast<const std::uint8_t*>(&v4->ipi_addr));
  }
  if (const auto* v6 = reception.Find<in6_pktinfo>(IPPROTO_IPV6, IPV6_PKTINFO)) {
    return IpAddress::V6(v6->ipi6_addr.s6_addr);
  }
  return {};
}

SendFailure Describe(const Endpoint& to, const sock_extended_err& failure) {
  const auto error = static_cast<int>(failure.ee_errno);
  SendFailure described{.to = to, .error = error, .why = base::ErrnoText(error)};
  const sockaddr* told_by = SO_EE_OFFENDER(&failure);
  if (failure.ee_origin == SO_EE_ORIGIN_LOCAL || told_by->sa_family == AF_UNSPEC) return described;
  described.told_by = Endpoint::FromSockaddr(told_by).address;
  described.why += fmt::format(", says {}", described.told_by->ToString());
  return described;
}

}  // namespace

bool HasRoute(const Endpoint& to) {
  const base::UniqueFd fd(socket(to.address.is_v6() ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_storage address{};
  const socklen_t size = to.ToSockaddr(&address);
  return fd && connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0;
}

base::Result<UdpSocket> UdpSocket::Open(bool v6, const std::optional<IpAddress>& bind) {
  base::UniqueFd fd(socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd || !SetOptions(fd.get(), v6)) {
    return Error{fmt::format("cannot open an {} socket: {}", v6 ? "IPv6" : "IPv4", base::ErrnoText(errno))};
  }
  constexpr std::array<std::uint8_t, 16> kAny{};
  const IpAddress any = v6 ? IpAddress::V6(kAny.data()) : IpAddress::V4(kAny.data());
  const Endpoint local{bind && bind->is_v6() == v6 ? *bind : any, 0};
  sockaddr_storage address{};
  const socklen_t size = local.ToSockaddr(&address);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) {
    return Error{fmt::format("cannot send from {}: {}", local.address.ToString(), base::ErrnoText(errno))};
  }
  return UdpSocket(std::move(fd));
}

Endpoint UdpSocket::LocalEndpoint() const {
  return base::LocalEndpoint(fd());
}

void UdpSocket::Mark(int dscp) const {
  constexpr int kDscpShift = 2;  // RFC 3168 §5: ECN has the two low bits
  const int octet = dscp << kDscpShift;
  const bool v6 = LocalEndpoint().address.is_v6();
  setsockopt(fd(), v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_TCLASS : IP_TOS, &octet, sizeof octet);
}

base::Status UdpSocket::Connect(const Endpoint& peer) const {
  sockaddr_storage address{};
  const socklen_t size = peer.ToSockaddr(&address);
  if (connect(fd(), reinterpret_cast<const sockaddr*>(&address), size) == 0) return {};
  return Error{fmt::format("cannot send to {}: {}", peer.address.ToString(), base::ErrnoText(errno))};
}

int UdpSocket::SendTo(const Endpoint& to, std::span<const std::uint8_t> octets) const {
  sockaddr_storage address{};
  const socklen_t size = to.ToSockaddr(&address);
  // With IP_RECVERR a send also fails once for an ICMP error of any earlier one: only what fails again is its own.
  int error = 0;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const auto sent =
        sendto(fd(), octets.data(), octets.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address), size);
    if (sent >= 0) return 0;
    error = errno;
  }
  return error;
}

std::optional<Datagram> UdpSocket::Receive() {
  // With IP_RECVERR a read fails once for an ICMP error that TakeFailure tells more about; datagrams may wait behind
  // it.
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    Reception reception(fd(), std::span(buffer_).first(kLargestDatagram), 0);
    if (reception.size >= 0) {
      const auto octets = std::span(buffer_).first(static_cast<std::size_t>(reception.size));
      return Datagram{reception.peer(), Destination(reception), octets};
    }
    if (errno == EAGAIN) break;
  }
  return std::nullopt;
}

std::optional<SendFailure> UdpSocket::TakeFailure() const {
  std::array<std::uint8_t, 64> quoted;
  Reception reception(fd(), quoted, MSG_ERRQUEUE);
  if (reception.size < 0) return std::nullopt;
  const auto* failure = reception.Find<sock_extended_err>(IPPROTO_IP, IP_RECVERR);
  if (failure == nullptr) failure = reception.Find<sock_extended_err>(IPPROTO_IPV6, IPV6_RECVERR);
  if (failure == nullptr) return SendFailure{};
  return Describe(reception.peer(), *failure);
}

}  // namespace dialwatch::probes
