#include "probes/call/wire.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "base/sockets.h"
#include "probes/sip/message.h"

namespace dialwatch::probes {
namespace {

constexpr int kReadsAtOnce = 16;  // so that a flood on one socket does not keep the others waiting

}  // namespace

SipWire::SipWire(EventLoop& loop, const base::Endpoint& server, config::Transport transport,
                 const std::optional<base::IpAddress>& bind, std::shared_ptr<TlsPeer> tls, Listener listener)
    : loop_(loop),
      server_(server),
      transport_(transport),
      bind_(bind),
      tls_(std::move(tls)),
      listener_(std::move(listener)),
      later_(loop) {}

SipWire::~SipWire() {
  Close();
}

void SipWire::Open() {
  opening_ = true;
  if (transport_ != config::Transport::kUdp) return OpenStream();
  const int error = OpenDatagram();
  later_.Start(base::Duration(0), [this, error] {
    if (error != 0) return Lose(SipOutcome::kUnreachable, base::ErrnoText(error));
    opened_ = ready_ = true;
    listener_.on_open();
  });
}

void SipWire::Send(std::string_view message) {
  if (closed_) return;
  if (transport_ == config::Transport::kUdp) {
    // It may fail for the ICMP error of an earlier datagram, which the read that follows tells; SIP sends again.
    (void)send(fd_.get(), message.data(), message.size(), MSG_NOSIGNAL);
    return;
  }
  if (ready_) {
    link_->Send({reinterpret_cast<const std::uint8_t*>(message.data()), message.size()});
    return;
  }
  unsent_.emplace_back(message);
  if (std::exchange(opening_, true)) return;
  later_.Start(base::Duration(0), [this] { OpenStream(); });  // a link must not be destroyed by its own callback
}

void SipWire::Close() {
  closed_ = true;
  ready_ = false;
  later_.Stop();
  watcher_.reset();
  fd_ = {};
  if (link_) link_->Close();
}

int SipWire::OpenDatagram() {
  sockaddr_storage address{};
  const bool v6 = server_.address.is_v6();
  fd_ = base::UniqueFd(socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd_) return errno;
  if (bind_ && bind_->is_v6() == v6) {
    const socklen_t size = base::Endpoint{*bind_, 0}.ToSockaddr(&address);
    if (bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) return errno;
  }
  const socklen_t size = server_.ToSockaddr(&address);
  if (connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) return errno;
  local_ = base::LocalEndpoint(fd_.get());
  buffer_ = std::make_unique<char[]>(kMaxSipMessage);
  watcher_ = std::make_unique<FdWatcher>(loop_, fd_.get(), [this](bool, bool) { ReadDatagrams(); });
  watcher_->Watch(true, false);
  return 0;
}

void SipWire::ReadDatagrams() {
  for (int i = 0; i < kReadsAtOnce && fd_; ++i) {
    const ssize_t size = recv(fd_.get(), buffer_.get(), kMaxSipMessage, 0);
    if (size >= 0) {
      listener_.on_message({buffer_.get(), static_cast<std::size_t>(size)});
    } else if (errno == EAGAIN || errno == EINTR) {
      return;
    } else {
      listener_.on_lost(SipOutcome::kUnreachable, base::ErrnoText(errno));
    }
  }
}

void SipWire::OpenStream() {
  frames_ = {};
  link_ = std::make_unique<StreamLink>(
      loop_, server_, bind_, tls_,
      StreamLink::Listener{.on_open = [this] { OnStreamOpen(); },
                           .on_octets = [this](std::span<const std::uint8_t> octets) { TakeStream(octets); },
                           .on_failure =
                               [this](const StreamLink::Failure& failure) {
                                 Lose(failure.tls ? SipOutcome::kTlsFailed : SipOutcome::kUnreachable, failure.what);
                               }});
  link_->Open();
}

void SipWire::OnStreamOpen() {
  opening_ = false;
  ready_ = true;
  if (!std::exchange(opened_, true)) {
    local_ = link_->local();
    return listener_.on_open();
  }
  for (const std::string& message : std::exchange(unsent_, {})) Send(message);
}

void SipWire::TakeStream(std::span<const std::uint8_t> octets) {
  frames_.Add({reinterpret_cast<const char*>(octets.data()), octets.size()});
  while (ready_) {
    const auto message = frames_.Next();
    if (!message) {
      link_->Close();
      return Lose(SipOutcome::kUnreachable, fmt::format("what came is not SIP: {}", message.error().what));
    }
    if (!*message) return;
    listener_.on_message(**message);
  }
}

void SipWire::Lose(SipOutcome outcome, std::string why) {
  opening_ = ready_ = false;
  unsent_.clear();
  listener_.on_lost(outcome, std::move(why));
}

}  // namespace dialwatch::probes
