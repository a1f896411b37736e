#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>
#include <vector>

#include "base/unique_fd.h"
#include "probes/stun/udp_socket.h"
#include "probes/turn/frames.h"
#include "probes/turn/link.h"

namespace dialwatch::probes {
namespace {

constexpr int kReadsAtOnce = 16;  // so that a flood on one connection does not keep the others waiting
// Octets: far more than one turn sends. TLS answers key updates (RFC 8446 §4.6.3), which a server may send without end.
constexpr std::size_t kMaxUnsent = std::size_t{64} << 10;

// TCP, with TLS inside where the route has a peer for it.
class StreamLink : public TurnLink {
 public:
  StreamLink(EventLoop& loop, TurnRoute route, TurnListener listener)
      : loop_(loop), route_(std::move(route)), listener_(std::move(listener)), later_(loop) {}

  ~StreamLink() override {
    if (!fd_ || !tls_ || !tls_->established()) return;
    tls_->End();
    Flush();
  }

  void Open() override {
    if (const int error = Connect()) FailLater({TurnOutcome::kUnreachable, DescribeErrno(error)});
  }

  void Send(std::span<const std::uint8_t> message) override {
    if (!fd_) return;
    if (tls_) {
      tls_->Write(message);
    } else {
      unsent_.insert(unsent_.end(), message.begin(), message.end());
    }
    Flush();
  }

  std::string_view Awaited() const override {
    if (!connected_) return "the TCP connection";
    return tls_ && !tls_->established() ? "the TLS handshake" : "";
  }

 private:
  int Connect() {
    sockaddr_storage address{};
    const bool v6 = route_.server.address.is_v6();
    fd_ = base::UniqueFd(socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd_) return errno;
    const int on = 1;
    setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (route_.bind && route_.bind->is_v6() == v6) {
      const socklen_t size = base::Endpoint{*route_.bind, 0}.ToSockaddr(&address);
      if (bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) return errno;
    }
    const socklen_t size = route_.server.ToSockaddr(&address);
    if (connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 && errno != EINPROGRESS) {
      return errno;
    }
    watcher_ = std::make_unique<FdWatcher>(loop_, fd_.get(),
                                           [this](bool readable, bool writable) { OnReady(readable, writable); });
    watcher_->Watch(false, true);
    return 0;
  }

  void OnReady(bool readable, bool writable) {
    if (!connected_) return OnConnected();
    if (writable) Flush();
    if (readable) ReadSocket();
  }

  void OnConnected() {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return FailLater({TurnOutcome::kUnreachable, DescribeErrno(error)});
    connected_ = true;
    if (!route_.tls) {
      Flush();
      return listener_.on_open();
    }
    SslPtr ssl = route_.tls->NewSsl();
    if (!ssl) return FailLater({TurnOutcome::kTlsFailed, "TLS: no memory"});
    tls_.emplace(std::move(ssl));
    const auto started = tls_->Start();
    if (!started) return FailLater({TurnOutcome::kTlsFailed, started.error().what});
    Flush();
  }

  void ReadSocket() {
    std::array<std::uint8_t, std::size_t{16} << 10> octets;
    for (int i = 0; i < kReadsAtOnce && fd_; ++i) {
      const ssize_t size = recv(fd_.get(), octets.data(), octets.size(), 0);
      if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
      if (size <= 0) return FailAtEnd(size < 0 ? DescribeErrno(errno) : "the server closed the connection");
      const auto read = std::span(octets).first(static_cast<std::size_t>(size));
      if (tls_) {
        TakeTls(read);
      } else {
        TakeText(read);
      }
    }
  }

  void TakeTls(std::span<const std::uint8_t> octets) {
    const bool before = tls_->established();
    const auto taken = tls_->Take(octets, [this](std::span<const std::uint8_t> text) { TakeText(text); });
    Flush();  // also an alert
    if (!taken) return FailLater({TurnOutcome::kTlsFailed, taken.error().what});
    if (!before && tls_->established()) listener_.on_open();
    if (tls_->ended()) return FailAtEnd("the server closed the connection");
  }

  void TakeText(std::span<const std::uint8_t> text) {
    frames_.Add(text);
    for (;;) {
      const auto frame = frames_.Next();
      if (!frame) return FailLater({TurnOutcome::kMalformed, frame.error().what});
      if (!*frame) return;
      listener_.on_message(**frame);
    }
  }

  void Flush() {
    auto& output = tls_ ? tls_->output() : unsent_;
    while (fd_ && connected_ && !output.empty()) {
      const ssize_t sent = send(fd_.get(), output.data(), output.size(), MSG_NOSIGNAL);
      if (sent < 0) break;  // what is wrong with the connection shows where it is read
      output.erase(output.begin(), output.begin() + sent);
    }
    if (output.size() > kMaxUnsent) FailLater({TurnOutcome::kUnreachable, "the server does not read what we send"});
    if (watcher_) watcher_->Watch(true, !output.empty() || !connected_);
  }

  void FailAtEnd(std::string why) {
    const bool shaking = tls_ && !tls_->established();
    FailLater({shaking ? TurnOutcome::kTlsFailed : TurnOutcome::kUnreachable,
               shaking ? why + " during the TLS handshake" : std::move(why)});
  }

  // Ends the link; the listener hears of it from the loop, once.
  void FailLater(TurnFailure why) {
    if (failed_) return;
    failed_ = true;
    watcher_ = nullptr;
    fd_ = {};
    later_.Start(base::Duration(0), [this, why = std::move(why)] { listener_.on_failure(why); });
  }

  EventLoop& loop_;
  const TurnRoute route_;
  const TurnListener listener_;
  base::UniqueFd fd_;
  std::unique_ptr<FdWatcher> watcher_;
  bool connected_ = false, failed_ = false;
  std::optional<TlsStream> tls_;
  std::vector<std::uint8_t> unsent_;  // without TLS
  TurnFrames frames_;
  Timer later_;
};

}  // namespace

std::unique_ptr<TurnLink> NewStreamLink(EventLoop& loop, TurnRoute route, TurnListener listener) {
  return std::make_unique<StreamLink>(loop, std::move(route), std::move(listener));
}

}  // namespace dialwatch::probes
