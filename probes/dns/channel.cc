#include "probes/dns/channel.h"

#define CARES_NO_DEPRECATED  // 1.34 would rather be asked in its own record types, which 1.18 lacks
#include <ares.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/sockets.h"

namespace dialwatch::probes {
namespace {

using Octets = std::span<const std::uint8_t>;

constexpr std::size_t kMaxMessage = 65535;  // RFC 1035 §4.2.2
constexpr int kReadsAtOnce = 64;            // so that a flood on one socket does not keep the others waiting
constexpr int kReceiveBuffer = 1 << 20;     // octets; the kernel caps it. A flood of forged replies must not push out
                                            // the right one

}  // namespace

struct DnsChannel::Hooks {
  static DnsChannel& Self(void* self) { return *static_cast<DnsChannel*>(self); }
  static int Failed(DnsChannel& self) {
    self.errno_ = errno;
    return -1;
  }

  static ares_socket_t Socket(int family, int type, int protocol, void* user) {
    DnsChannel& self = Self(user);
    self.socket_ = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
    if (self.socket_ < 0) return Failed(self);
    setsockopt(self.socket_, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
    if (!self.bind_ || self.bind_->is_v6() != self.server_.address.is_v6()) return self.socket_;
    sockaddr_storage source;
    const socklen_t size = base::Endpoint{*self.bind_, 0}.ToSockaddr(&source);
    if (bind(self.socket_, reinterpret_cast<const sockaddr*>(&source), size) == 0) return self.socket_;
    Failed(self);
    close(std::exchange(self.socket_, -1));
    return ARES_SOCKET_BAD;
  }

  static int Connect(ares_socket_t fd, const sockaddr* address, ares_socklen_t size, void* user) {
    if (connect(fd, address, size) == 0) return 0;
    return errno == EINPROGRESS ? -1 : Failed(Self(user));  // c-ares looks at errno too
  }

  static int Close(ares_socket_t fd, void* user) {
    DnsChannel& self = Self(user);
    self.watcher_.reset();
    self.socket_ = -1;
    return close(fd);
  }

  // Told to c-ares as done only when all of the query has left.
  static ares_ssize_t Send(ares_socket_t fd, const iovec* parts, int count, void* user) {
    DnsChannel& self = Self(user);
    const auto wire = self.query_.wire();
    const std::array<std::uint8_t, 2> length{static_cast<std::uint8_t>(wire.size() >> 8),
                                             static_cast<std::uint8_t>(wire.size() & 0xFF)};
    std::array<std::uint8_t, 2 + DnsQuery::kMaxSize> frame;
    std::memcpy(frame.data(), length.data(), length.size());
    std::memcpy(frame.data() + length.size(), wire.data(), wire.size());
    const std::size_t from = self.transport_ == config::Transport::kTcp ? self.written_ : length.size();
    const std::size_t size = length.size() + wire.size() - from;
    const ssize_t sent = send(fd, frame.data() + from, size, MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN && self.transport_ == config::Transport::kTcp ? -1 : Failed(self);
    self.written_ = from + static_cast<std::size_t>(sent);
    if (static_cast<std::size_t>(sent) < size) {
      errno = EAGAIN;
      return -1;
    }
    self.sent_at_ = std::chrono::steady_clock::now();
    ares_ssize_t all = 0;
    for (int i = 0; i < count; ++i) all += static_cast<ares_ssize_t>(parts[i].iov_len);
    return all;
  }

  static ares_ssize_t Receive(ares_socket_t, void*, size_t, int, sockaddr*, ares_socklen_t*, void*) {
    errno = EAGAIN;
    return -1;
  }
};

void DnsChannel::Destroy::operator()(ares_channeldata* channel) const {
  ares_destroy(channel);
}

DnsChannel::DnsChannel(EventLoop& loop, const base::Endpoint& server, config::Transport transport,
                       const std::optional<base::IpAddress>& bind)
    : loop_(loop), server_(server), transport_(transport), bind_(bind), made_at_(std::chrono::steady_clock::now()) {}

DnsChannel::~DnsChannel() = default;

base::Result<std::unique_ptr<DnsChannel>> DnsChannel::Make(EventLoop& loop, const base::Endpoint& server,
                                                           config::Transport transport,
                                                           const std::optional<base::IpAddress>& bind) {
  std::unique_ptr<DnsChannel> channel(new DnsChannel(loop, server, transport, bind));
  if (const auto made = channel->Init(); !made) return made.error();
  return channel;
}

base::Status DnsChannel::Init() {
  // All of these are set so that nothing in /etc/resolv.conf concerns us; 1.34 reads it all the same.
  ares_options options{};
  char lookups[] = "b";
  options.flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_EDNS | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_IGNTC |
                  ARES_FLAG_STAYOPEN;
  if (transport_ == config::Transport::kTcp) options.flags |= ARES_FLAG_USEVC;
  options.timeout = 3'600'000;  // ms; the deadline is ours
  options.tries = 1;
  options.ndots = 1;
  options.lookups = lookups;
  options.ednspsz = kUdpSize;
  int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_NDOTS | ARES_OPT_LOOKUPS |
             ARES_OPT_EDNSPSZ | ARES_OPT_DOMAINS | ARES_OPT_SORTLIST | ARES_OPT_SERVERS;
#ifdef ARES_OPT_QUERY_CACHE
  options.qcache_max_ttl = 0;
  mask |= ARES_OPT_QUERY_CACHE;
#endif
  ares_channel channel = nullptr;
  if (const int status = ares_init_options(&channel, &options, mask); status != ARES_SUCCESS) {
    return base::Error{fmt::format("c-ares: {}", ares_strerror(status))};
  }
  ares_.reset(channel);

  ares_addr_port_node node{};
  node.family = server_.address.is_v6() ? AF_INET6 : AF_INET;
  std::memcpy(&node.addr, server_.address.octets(), server_.address.size());
  node.udp_port = node.tcp_port = server_.port;
  if (const int status = ares_set_servers_ports(channel, &node); status != ARES_SUCCESS) {
    return base::Error{fmt::format("c-ares: {}", ares_strerror(status))};
  }
  static constexpr ares_socket_functions kFunctions{Hooks::Socket, Hooks::Close, Hooks::Connect, Hooks::Receive,
                                                    Hooks::Send};
  ares_set_socket_functions(channel, &kFunctions, this);
  return {};
}

std::optional<DnsFailure> DnsChannel::Send(const DnsQuery& query, Receive receive) {
  query_ = query;
  SetRandomId(query_);
  receive_ = std::move(receive);
  written_ = 0;
  errno_ = 0;
  sent_at_ = std::chrono::steady_clock::now();
  ++sends_;
  // The generic lambda fits 1.34.7 too, which alone has a const reply.
  ares_send(
      ares_.get(), query_.octets.data(), static_cast<int>(query_.size), [](void*, int, int, auto*, int) {}, nullptr);
  const bool under_way = transport_ == config::Transport::kTcp ? socket_ >= 0 : written_ > 0;
  if (errno_ != 0 || !under_way) {
    receive_ = nullptr;
    return FailureOf({errno_ != 0 ? errno_ : EPROTO, std::generic_category()});
  }
  if (!watcher_) {
    watcher_ = std::make_unique<FdWatcher>(loop_, socket_,
                                           [this](bool readable, bool writable) { OnReady(readable, writable); });
    watcher_->Watch(true, transport_ == config::Transport::kTcp);
  }
  return std::nullopt;
}

void DnsChannel::EndQuery() {
  receive_ = nullptr;
  ares_cancel(ares_.get());
}

void DnsChannel::OnReady(bool readable, bool writable) {
  const bool tcp = transport_ == config::Transport::kTcp;
  if (readable) return tcp ? ReadStream() : ReadDatagrams();
  if (!writable || !tcp) return;
  ares_process_fd(ares_.get(), ARES_SOCKET_BAD, socket_);
  if (errno_ != 0) {
    Fail({DnsOutcome::kUnreachable, base::ErrnoText(errno_)});
  } else if (written_ == 2 + query_.size) {
    watcher_->Watch(true, false);
  }
}

void DnsChannel::ReadDatagrams() {
  std::array<std::uint8_t, kMaxMessage> datagram;
  for (int i = 0; i < kReadsAtOnce; ++i) {
    const ssize_t size = recv(socket_, datagram.data(), datagram.size(), 0);
    if (size < 0) return FailUnlessWaiting();
    if (!Hand({Octets(datagram.data(), static_cast<std::size_t>(size))})) return;
  }
}

void DnsChannel::ReadStream() {
  std::array<std::uint8_t, kMaxMessage> octets;
  const ssize_t size = recv(socket_, octets.data(), octets.size(), 0);
  if (size < 0) return FailUnlessWaiting();
  if (size == 0) {
    return Fail(
        {DnsOutcome::kUnreachable, fmt::format("the server closed the TCP connection {}", frames_.DescribeEnd())});
  }
  frames_.Add({octets.data(), static_cast<std::size_t>(size)});
  while (const auto message = frames_.Next()) {
    if (!Hand({*message})) return;
  }
}

bool DnsChannel::Hand(const DnsArrival& arrival) {
  if (!receive_) return true;
  const Receive receive = receive_;  // a copy: the receiver may replace it or destroy the channel
  return receive(arrival);
}

void DnsChannel::FailUnlessWaiting() {
  if (errno == EAGAIN || errno == EINTR) return;
  Fail({DnsOutcome::kUnreachable, base::ErrnoText(errno)});
}

void DnsChannel::Fail(DnsFailure why) {
  broken_ = true;
  if (watcher_) watcher_->Watch(false, false);
  Hand({.failure = std::move(why)});
}

}  // namespace dialwatch::probes
