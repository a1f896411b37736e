#include "probes/port/knock.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/sockets.h"
#include "probes/stun/retransmit.h"

namespace dialwatch::probes {
namespace {

using std::chrono::steady_clock;

constexpr int kBatch = 64;  // datagrams taken before the loop's other work has its turn

}  // namespace

PortKnock::PortKnock(EventLoop& loop, PortSample begun, const std::optional<base::IpAddress>& bind,
                     base::Duration patience, Done done)
    : patience_(patience), sample_(std::move(begun)), done_(std::move(done)), timer_(loop) {
  timer_.Start(base::Duration(0), [this, &loop, bind] { Open(loop, bind) ? Step() : Finish(); });
}

bool PortKnock::Open(EventLoop& loop, const std::optional<base::IpAddress>& bind) {
  const base::Endpoint& peer = sample_.subject.address;
  auto opened = UdpSocket::Open(peer.address.is_v6(), bind);
  const base::Status connected = opened ? opened->Connect(peer) : base::Status(opened.error());
  if (!connected) {
    sample_.outcome = PortOutcome::kSendFailed;
    sample_.error = connected.error().what;
    return false;
  }
  socket_ = *std::move(opened);
  sample_.local = socket_->LocalEndpoint();
  watcher_.emplace(loop, socket_->fd(), [this](bool, bool) { TakeAll(); });
  watcher_->Watch(true, false);
  return true;
}

void PortKnock::Step() {
  TakeAll();  // a loop that was held up must not take answers that wait in the socket for silence
  if (!done_) return;
  const auto waited = steady_clock::now() - began_;  // a timer may end early
  const auto end = std::min<base::Duration>(RetransmitSchedule::GiveUpAt(), patience_);
  const auto next = RetransmitSchedule::SendAt(tries_);
  if (waited >= end || (next && waited >= *next && !Send())) return Finish();
  const auto due =
      std::min<base::Duration>(RetransmitSchedule::SendAt(tries_).value_or(RetransmitSchedule::GiveUpAt()), end);
  timer_.Start(std::chrono::ceil<std::chrono::milliseconds>(began_ + due - steady_clock::now()), [this] { Step(); });
}

// False where there is no sense in going on.
bool PortKnock::Send() {
  ++tries_;
  sent_at_ = steady_clock::now();
  const int error = socket_->SendTo(sample_.subject.address, WriteSignedBindingRequest(id_));
  if (error == 0) ++sample_.sends;
  if (error == 0 || error == EAGAIN || error == ENOBUFS || sample_.sends > 0) return true;
  sample_.outcome = PortOutcome::kSendFailed;
  sample_.error = "cannot send: " + base::ErrnoText(error);
  return false;
}

void PortKnock::TakeAll() {
  for (int taken = 0; done_ && taken < kBatch; ++taken) {
    const auto datagram = socket_->Receive();
    if (!datagram) break;
    Take(*datagram);
  }
  for (int taken = 0; done_ && taken < kBatch; ++taken) {
    const auto failure = socket_->TakeFailure();
    if (!failure) break;
    Take(*failure);
  }
}

void PortKnock::Take(const Datagram& datagram) {
  if (datagram.from != sample_.subject.address) return;  // came before the socket was connected
  BindingReply reply = ReadBindingReply(id_, datagram.octets);
  if (reply.outcome == StunOutcome::kMalformed) {  // anybody on the way can forge one: a better one may follow
    sample_.outcome = PortOutcome::kOtherAnswer;
    sample_.error = std::move(reply.error);
    return;
  }
  const bool is_error = reply.outcome == StunOutcome::kErrorResponse;
  sample_.outcome = is_error ? PortOutcome::kErrorResponse : PortOutcome::kAnswered;
  sample_.error = is_error ? fmt::format("{} {}", reply.error_code, reply.error) : "";
  sample_.mapped = reply.mapped;
  if (sample_.sends == 1) {
    sample_.rtt = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - sent_at_);
  }
  Finish();
}

void PortKnock::Take(const SendFailure& failure) {
  if (sample_.outcome == PortOutcome::kOtherAnswer) return;
  const bool by_host = failure.error == ECONNREFUSED && failure.told_by == sample_.subject.address.address;
  sample_.outcome = by_host ? PortOutcome::kRefused : PortOutcome::kRejected;
  sample_.error = failure.why;
  if (by_host) Finish();
}

void PortKnock::Finish() {
  timer_.Stop();
  watcher_.reset();
  socket_.reset();
  sample_.at = base::WallClockNow();
  std::exchange(done_, nullptr)(sample_);
}

}  // namespace dialwatch::probes
