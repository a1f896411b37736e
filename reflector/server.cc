#include "reflector/server.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/sockets.h"
#include "reflector/control.h"

namespace dialwatch::reflector {
namespace {

using base::Endpoint;
using base::Error;
using base::IpAddress;
using std::chrono::nanoseconds;

constexpr std::size_t kBatch = 64;
constexpr std::size_t kLargestDatagram = 1500;  // longer ones are cut, and then not valid
constexpr int kSocketBuffer = 1 << 21;          // 50,000 packets a second for some 30 ms; the kernel may grant less

Error Failure(std::string_view what, const Endpoint& listen) {
  return {fmt::format("cannot {} {}: {}", what, listen.ToString(), base::ErrnoText(errno))};
}

nanoseconds WallClock() {
  return std::chrono::system_clock::now().time_since_epoch();
}

// An IPv4 source at an IPv6 socket is written as ::ffff:a.b.c.d (RFC 4291 §2.5.5.2).
Endpoint SourceOf(const sockaddr_storage& address) {
  Endpoint source = Endpoint::FromSockaddr(reinterpret_cast<const sockaddr*>(&address));
  constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  const std::uint8_t* octets = source.address.octets();
  if (source.address.is_v6() && std::equal(kMapped.begin(), kMapped.end(), octets)) {
    source.address = IpAddress::V4(octets + kMapped.size());
  }
  return source;
}

}  // namespace

// The buffers of recvmmsg(2) and sendmmsg(2), in pairs: datagram i came by received[i].
struct Server::Batch {
  std::array<std::array<std::uint8_t, kLargestDatagram>, kBatch> octets{};
  std::array<sockaddr_storage, kBatch> sources{};
  std::array<Control, kBatch> received_control{}, reply_control{};
  std::array<iovec, kBatch> received_data{}, reply_data{};
  std::array<mmsghdr, kBatch> received{}, replies{};

  void PrepareToReceive() {
    for (std::size_t i = 0; i < kBatch; ++i) {
      received_data[i] = {octets[i].data(), octets[i].size()};
      msghdr& header = received[i].msg_hdr;
      header = {};
      header.msg_name = &sources[i];
      header.msg_namelen = sizeof sources[i];
      header.msg_iov = &received_data[i];
      header.msg_iovlen = 1;
      received_control[i].AttachTo(&header);
    }
  }

  void PrepareReply(std::size_t to, std::size_t reply, std::size_t size) {
    reply_data[reply] = {octets[to].data(), size};
    msghdr& header = replies[reply].msg_hdr;
    header = {};
    header.msg_name = &sources[to];
    header.msg_namelen = received[to].msg_hdr.msg_namelen;
    header.msg_iov = &reply_data[reply];
    header.msg_iovlen = 1;
    reply_control[reply].AttachTo(&header);
    WriteReplyControl(received[to].msg_hdr, &header);
  }
};

base::Result<Server> Server::Open(const Endpoint& listen, Reflector reflector) {
  const bool v6 = listen.address.is_v6();
  base::UniqueFd fd(socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd || !EnableControl(fd.get(), v6)) return Failure("open a socket for", listen);
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &kSocketBuffer, sizeof kSocketBuffer);  // never fails, may grant less
  setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUF, &kSocketBuffer, sizeof kSocketBuffer);
  if (const int only = listen.address.IsUnspecified() ? 0 : 1; v6) {
    setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
  }
  sockaddr_storage address{};
  const socklen_t size = listen.ToSockaddr(&address);
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) return Failure("listen at", listen);
  return Server(std::move(fd), std::move(reflector));
}

Server::Server(base::UniqueFd fd, Reflector reflector)
    : fd_(std::move(fd)), reflector_(std::move(reflector)), batch_(std::make_unique<Batch>()) {}

Server::Server(Server&&) noexcept = default;
Server::~Server() = default;

Endpoint Server::LocalEndpoint() const {
  return base::LocalEndpoint(fd());
}

void Server::HandleBatch() {
  batch_->PrepareToReceive();
  const int count = recvmmsg(fd(), batch_->received.data(), kBatch, MSG_DONTWAIT, nullptr);
  if (count <= 0) return;  // an error there is of no use to us: none is ours
  std::size_t replies = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    const nanoseconds now = WallClock();
    const Moment moment{ArrivalOf(batch_->received[i].msg_hdr, now), now, std::chrono::steady_clock::now()};
    const auto datagram = std::span(batch_->octets[i]).first(batch_->received[i].msg_len);
    const auto answer = reflector_.Reflect(datagram, SourceOf(batch_->sources[i]), moment);
    if (const auto* size = std::get_if<std::size_t>(&answer)) batch_->PrepareReply(i, replies++, *size);
  }
  for (std::size_t sent = 0; sent < replies;) {
    const int taken =
        sendmmsg(fd(), &batch_->replies[sent], static_cast<unsigned>(replies - sent), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (taken <= 0) reflector_.CountUnsent(1);  // the first of them was refused; the others may pass
    sent += static_cast<std::size_t>(std::max(taken, 1));
  }
}

}  // namespace dialwatch::reflector
