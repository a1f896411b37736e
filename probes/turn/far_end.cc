#include "probes/turn/far_end.h"

#include <utility>

#include "base/sockets.h"
#include "probes/turn/message.h"

namespace dialwatch::probes {
namespace {

constexpr int kReadsAtOnce = 64;  // so that a flood on one socket does not keep the others waiting

}  // namespace

base::Result<std::unique_ptr<TurnFarEnd>> TurnFarEnd::Open(EventLoop& loop, bool v6,
                                                           const std::optional<base::IpAddress>& bind,
                                                           Receive receive) {
  auto socket = UdpSocket::Open(v6, bind);
  if (!socket) return socket.error();
  return std::unique_ptr<TurnFarEnd>(new TurnFarEnd(loop, *std::move(socket), std::move(receive)));
}

TurnFarEnd::TurnFarEnd(EventLoop& loop, UdpSocket socket, Receive receive)
    : socket_(std::move(socket)),
      receive_(std::move(receive)),
      watcher_(loop, socket_.fd(), [this](bool, bool) { OnReady(); }) {
  watcher_.Watch(true, false);
}

void TurnFarEnd::AskMapping(const base::Endpoint& server) {
  asked_ = NewTransactionId();
  asked_of_ = server;
  socket_.SendTo(server, WriteBindingRequest(asked_));
}

void TurnFarEnd::Send(const base::Endpoint& to, std::span<const std::uint8_t> packet) {
  const int error = socket_.SendTo(to, packet);
  if (error != 0) failure_ = base::ErrnoText(error);
}

void TurnFarEnd::OnReady() {
  for (int taken = 0; taken < kReadsAtOnce; ++taken) {
    const auto datagram = socket_.Receive();
    if (!datagram) break;
    const auto answer = TurnMessage::Read(datagram->octets);
    if (answer && answer->id() == asked_) {
      if (const auto mapped = answer->FindXor(TurnAttribute::kXorMappedAddress)) mapped_ = mapped;
    } else {
      receive_(datagram->octets);
    }
  }
  for (int taken = 0; taken < kReadsAtOnce; ++taken) {
    const auto failure = socket_.TakeFailure();
    if (!failure) break;
    if (failure->to != asked_of_) failure_ = failure->why;
  }
}

}  // namespace dialwatch::probes
