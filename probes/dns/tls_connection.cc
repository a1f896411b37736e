#include "probes/dns/tls_connection.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

namespace dialwatch::probes {
namespace {

constexpr int kReadsAtOnce = 16;  // so that a flood on one connection does not keep the others waiting
constexpr std::size_t kMaxForgotten = 256;
// Octets: more than all questions a server may have. TLS answers key updates (RFC 8446 §4.6.3), which a server may send
// without end and without reading.
constexpr std::size_t kMaxUnsent = std::size_t{256} << 10;

// A server that gathers small packets (RFC 9293 §3.7.4) holds its first reply back until its tickets are confirmed: 40
// ms that would be in the round trip.
void ConfirmAtOnce(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

DnsFailure LastFailure() {
  return FailureOf({errno, std::generic_category()});
}

}  // namespace

TlsConnection::TlsConnection(EventLoop& loop, std::shared_ptr<TlsPeer> peer, const base::Endpoint& server,
                             const std::optional<base::IpAddress>& bind)
    : loop_(loop), peer_(std::move(peer)), server_(server), bind_(bind) {}

TlsConnection::~TlsConnection() {
  if (!fd_ || !stream_ || !stream_->established()) return;
  stream_->End();
  Flush();
}

std::optional<DnsFailure> TlsConnection::Connect() {
  sockaddr_storage address;
  fd_ = base::UniqueFd(
      socket(server_.address.is_v6() ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd_) return LastFailure();
  const int on = 1;
  setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (bind_ && bind_->is_v6() == server_.address.is_v6()) {
    const socklen_t size = base::Endpoint{*bind_, 0}.ToSockaddr(&address);
    if (bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) return LastFailure();
  }
  const socklen_t size = server_.ToSockaddr(&address);
  if (connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 && errno != EINPROGRESS) {
    return LastFailure();
  }
  watcher_ = std::make_unique<FdWatcher>(loop_, fd_.get(),
                                         [this](bool readable, bool writable) { OnReady(readable, writable); });
  watcher_->Watch(false, true);
  return std::nullopt;
}

std::optional<DnsFailure> TlsConnection::Send(TlsLine& line) {
  if (!fd_) {
    if (auto failure = Connect()) {
      keep_.over = true;
      return failure;
    }
  }
  do {
    SetRandomId(line.query_);
  } while (waiting_.contains(line.query_.id()) || forgotten_.contains(line.query_.id()));
  waiting_[line.query_.id()] = &line;
  keep_.used_at = line.sent_at_ = std::chrono::steady_clock::now();
  line.kept_open_ = stream_ && stream_->established();
  if (line.kept_open_) {
    Write(line);
    Flush();
  }
  return std::nullopt;
}

void TlsConnection::Forget(TlsLine& line) {
  const auto waiting = waiting_.find(line.query_.id());
  if (waiting == waiting_.end() || waiting->second != &line) return;
  waiting_.erase(waiting);
  forgotten_.insert(line.query_.id());
  keep_.Unanswered(line.sent_at_);
  if (forgotten_.size() >= kMaxForgotten) keep_.over = true;
}

std::string_view TlsConnection::Awaited() const {
  if (!stream_) return "the TCP connection";
  return stream_->established() ? "" : "the TLS handshake";
}

void TlsConnection::OnReady(bool readable, bool writable) {
  const auto self = shared_from_this();  // a receiver may let go of the last line
  if (!stream_) {
    if (const auto failure = BeginTls()) Fail(*failure);
    return;
  }
  if (send_failure_) return Fail(*send_failure_);
  if (writable) Flush();
  if (readable) ReadSocket();
}

std::optional<DnsFailure> TlsConnection::BeginTls() {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return FailureOf({error, std::generic_category()});
  setsockopt(fd_.get(), IPPROTO_TCP, TCP_USER_TIMEOUT, &KeepOpen::kUnconfirmed, sizeof KeepOpen::kUnconfirmed);
  SslPtr ssl = peer_->NewSsl();
  if (!ssl) return DnsFailure{DnsOutcome::kNotAsked, "TLS: no memory"};
  stream_.emplace(std::move(ssl));
  if (const auto started = stream_->Start(); !started) {
    return DnsFailure{DnsOutcome::kTlsFailed, started.error().what};
  }
  Flush();
  return std::nullopt;
}

void TlsConnection::ReadSocket() {
  std::array<std::uint8_t, 16 * 1024> octets;
  for (int i = 0; i < kReadsAtOnce && fd_; ++i) {
    const ssize_t size = recv(fd_.get(), octets.data(), octets.size(), 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    const bool before = stream_->established();
    if (size < 0 && before) return Fail(LastFailure());
    if (size == 0 && before) return FailAtEnd();
    if (size <= 0) {
      return Fail({DnsOutcome::kTlsFailed, "the server closed the connection during the TLS handshake"});
    }
    if (keep_.heard_at == Time{}) ConfirmAtOnce(fd_.get());
    const auto taken = stream_->Take(std::span(octets.data(), static_cast<std::size_t>(size)),
                                     [this](std::span<const std::uint8_t> text) { TakeText(text); });
    if (!taken) {
      Flush();  // the alert
      return Fail({DnsOutcome::kTlsFailed, taken.error().what});
    }
    if (!before && stream_->established()) {
      for (const auto& [id, line] : waiting_) Write(*line);
    }
    if (stream_->ended() || (keep_.over && waiting_.empty())) return FailAtEnd();
    Flush();
    if (stream_->output().size() > kMaxUnsent) {
      return Fail({DnsOutcome::kUnreachable, "the server has TLS answer it without end, and does not read"});
    }
  }
}

void TlsConnection::TakeText(std::span<const std::uint8_t> text) {
  keep_.heard_at = std::chrono::steady_clock::now();
  frames_.Add(text);
  while (const auto message = frames_.Next()) {
    const auto id = static_cast<std::uint16_t>(message->size() < 2 ? 0 : (*message)[0] << 8 | (*message)[1]);
    if (forgotten_.erase(id) > 0) continue;
    auto waiting = waiting_.find(id);
    if (waiting == waiting_.end()) waiting = waiting_.begin();  // a stray is counted with any that waits
    if (waiting == waiting_.end()) {
      keep_.over = true;  // who talks unasked may never stop
      return;
    }
    const auto [key, line] = *waiting;
    waiting_.erase(waiting);
    if (line->Hand({*message})) waiting_[key] = line;  // no reply to it
  }
}

void TlsConnection::Write(TlsLine& line) {
  const auto wire = line.query_.wire();
  std::array<std::uint8_t, 2 + DnsQuery::kMaxSize> frame;
  frame[0] = static_cast<std::uint8_t>(wire.size() >> 8);
  frame[1] = static_cast<std::uint8_t>(wire.size() & 0xFF);
  std::copy(wire.begin(), wire.end(), frame.begin() + 2);
  line.sent_at_ = std::chrono::steady_clock::now();
  stream_->Write(std::span(frame.data(), 2 + wire.size()));
}

void TlsConnection::Flush() {
  auto& output = stream_->output();
  while (!output.empty()) {
    const ssize_t sent = send(fd_.get(), output.data(), output.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) send_failure_ = LastFailure();
    if (sent < 0) break;
    output.erase(output.begin(), output.begin() + sent);
  }
  watcher_->Watch(true, !output.empty());
}

void TlsConnection::FailAtEnd() {
  Fail({DnsOutcome::kUnreachable, fmt::format("the server closed the TLS connection {}", frames_.DescribeEnd())});
}

void TlsConnection::Fail(const DnsFailure& why) {
  keep_.over = true;
  watcher_.reset();
  fd_ = {};
  while (!waiting_.empty()) {
    TlsLine* line = waiting_.begin()->second;
    waiting_.erase(waiting_.begin());
    DnsFailure told = why;
    told.stale = line->kept_open_ && keep_.heard_at < line->sent_at_;
    line->Hand({.failure = std::move(told)});
  }
}

std::optional<DnsFailure> TlsLine::Send(const DnsQuery& query, Receive receive) {
  query_ = query;
  receive_ = std::move(receive);
  return connection_->Send(*this);
}

}  // namespace dialwatch::probes
