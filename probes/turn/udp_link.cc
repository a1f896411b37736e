#include <cerrno>
#include <utility>

#include "base/sockets.h"
#include "probes/stun/udp_socket.h"
#include "probes/turn/link.h"

namespace dialwatch::probes {
namespace {

constexpr int kReadsAtOnce = 64;  // so that a flood on one socket does not keep the others waiting

class UdpLink : public TurnLink {
 public:
  UdpLink(EventLoop& loop, TurnRoute route, TurnListener listener)
      : loop_(loop), route_(std::move(route)), listener_(std::move(listener)), later_(loop) {}

  void Open() override {
    auto opened = UdpSocket::Open(route_.server.address.is_v6(), route_.bind);
    if (!opened) return FailLater(opened.error().what);
    socket_.emplace(*std::move(opened));
    if (route_.dscp != 0) socket_->Mark(route_.dscp);
    watcher_ = std::make_unique<FdWatcher>(loop_, socket_->fd(), [this](bool, bool) { OnReady(); });
    watcher_->Watch(true, false);
    later_.Start(base::Duration(0), listener_.on_open);
  }

  void Send(std::span<const std::uint8_t> message) override {
    const int error = socket_->SendTo(route_.server, message);
    // those mean "not now": what is lost is sent again
    if (error != 0 && error != EAGAIN && error != ENOBUFS) FailLater(base::ErrnoText(error));
  }

 private:
  void OnReady() {
    for (int taken = 0; taken < kReadsAtOnce; ++taken) {
      const auto datagram = socket_->Receive();
      if (!datagram) break;
      if (datagram->from != route_.server) continue;  // a stranger's
      listener_.on_message(datagram->octets);
    }
    for (int taken = 0; taken < kReadsAtOnce; ++taken) {
      const auto failure = socket_->TakeFailure();
      if (!failure) break;
      if (failure->to == route_.server && failure->IsHard()) FailLater(failure->why);
    }
  }

  void FailLater(std::string why) {
    later_.Start(base::Duration(0), [this, why = std::move(why)] {
      listener_.on_failure({TurnOutcome::kUnreachable, why});
    });
  }

  EventLoop& loop_;
  const TurnRoute route_;
  const TurnListener listener_;
  std::optional<UdpSocket> socket_;
  std::unique_ptr<FdWatcher> watcher_;
  Timer later_;
};

}  // namespace

std::unique_ptr<TurnLink> NewUdpLink(EventLoop& loop, TurnRoute route, TurnListener listener) {
  return std::make_unique<UdpLink>(loop, std::move(route), std::move(listener));
}

}  // namespace dialwatch::probes
