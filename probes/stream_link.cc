#include "probes/stream_link.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/sockets.h"

namespace dialwatch::probes {
namespace {

constexpr int kReadsAtOnce = 16;  // so that a flood on one connection does not keep the others waiting
// Octets: far more than a request. TLS answers key updates (RFC 8446 §4.6.3), which a server may send without end.
constexpr std::size_t kMaxUnsent = std::size_t{64} << 10;

}  // namespace

StreamLink::StreamLink(EventLoop& loop, const base::Endpoint& server, const std::optional<base::IpAddress>& bind,
                       std::shared_ptr<TlsPeer> tls, Listener listener)
    : loop_(loop), server_(server), bind_(bind), peer_(std::move(tls)), listener_(std::move(listener)), later_(loop) {}

StreamLink::~StreamLink() {
  Close();
}

void StreamLink::Open() {
  if (const int error = Connect()) later_.Start(base::Duration(0), [this, error] { Fail(base::ErrnoText(error)); });
}

int StreamLink::Connect() {
  sockaddr_storage address{};
  const bool v6 = server_.address.is_v6();
  fd_ = base::UniqueFd(socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd_) return errno;
  const int on = 1;
  setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (bind_ && bind_->is_v6() == v6) {
    const socklen_t size = base::Endpoint{*bind_, 0}.ToSockaddr(&address);
    if (bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) return errno;
  }
  const socklen_t size = server_.ToSockaddr(&address);
  if (connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 && errno != EINPROGRESS) return errno;
  watcher_ = std::make_unique<FdWatcher>(loop_, fd_.get(), [this](bool readable, bool writable) {
    if (!connected_) return OnConnected();
    if (writable) Flush();
    if (readable) Read();
  });
  watcher_->Watch(false, true);
  return 0;
}

void StreamLink::OnConnected() {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return Fail(base::ErrnoText(error));
  connected_ = true;
  watcher_->Watch(true, false);
  if (!peer_) return listener_.on_open();
  SslPtr ssl = peer_->NewSsl();
  if (!ssl) return FailTls("TLS: no memory");
  tls_.emplace(std::move(ssl));
  if (const auto started = tls_->Start(); !started) return FailTls(started.error().what);
  Flush();
}

void StreamLink::Send(std::span<const std::uint8_t> octets) {
  if (!fd_) return;
  if (tls_) {
    tls_->Write(octets);
  } else {
    unsent_.insert(unsent_.end(), octets.begin(), octets.end());
  }
  Flush();
}

void StreamLink::Close() {
  if (fd_ && tls_ && tls_->established()) {
    tls_->End();
    Flush();
  }
  later_.Stop();
  watcher_.reset();
  fd_ = {};
}

base::Endpoint StreamLink::local() const {
  return base::LocalEndpoint(fd_.get());
}

std::string_view StreamLink::Awaited() const {
  if (!connected_) return "the TCP connection";
  return peer_ && !(tls_ && tls_->established()) ? "the TLS handshake" : "";
}

void StreamLink::Read() {
  std::array<std::uint8_t, std::size_t{16} << 10> octets;
  for (int i = 0; i < kReadsAtOnce && fd_; ++i) {
    const ssize_t size = recv(fd_.get(), octets.data(), octets.size(), 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    const bool shaking = tls_ && !tls_->established();
    if (size <= 0 && shaking) return FailTls("the server closed the connection during the TLS handshake");
    if (size < 0) return Fail(base::ErrnoText(errno));
    if (size == 0) return Fail("the server closed the connection");
    received_ += static_cast<std::size_t>(size);
    if (received_ > kMostReceived) return FailFlooded();
    Take(std::span(octets).first(static_cast<std::size_t>(size)));
  }
}

void StreamLink::Take(std::span<const std::uint8_t> octets) {
  if (!tls_) return listener_.on_octets(octets);
  const bool before = tls_->established();
  const auto taken = tls_->Take(octets, [this](std::span<const std::uint8_t> text) {
    if (fd_) listener_.on_octets(text);
  });
  if (!fd_) return;
  Flush();  // also an alert
  if (!taken) return FailTls(taken.error().what);
  if (!before && tls_->established()) listener_.on_open();
  if (fd_ && tls_->ended()) return Fail("the server closed the connection");
  if (fd_ && tls_->output().size() > kMaxUnsent) Fail("the server has TLS answer it without end, and does not read");
}

void StreamLink::Flush() {
  auto& output = tls_ ? tls_->output() : unsent_;
  while (!output.empty()) {
    const ssize_t sent = send(fd_.get(), output.data(), output.size(), MSG_NOSIGNAL);
    if (sent < 0) break;  // what is wrong with the connection shows where it is read
    output.erase(output.begin(), output.begin() + sent);
  }
  watcher_->Watch(true, !output.empty());
}

void StreamLink::Fail(std::string what) {
  Close();
  listener_.on_failure({false, std::move(what)});
}

void StreamLink::FailTls(std::string what) {
  Close();
  listener_.on_failure({true, std::move(what)});
}

void StreamLink::FailFlooded() {
  Close();
  listener_.on_failure({false, "the server sends without end", true});
}

}  // namespace dialwatch::probes
