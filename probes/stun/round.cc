#include "probes/stun/round.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "base/sockets.h"
#include "probes/stun/binding.h"
#include "probes/stun/retransmit.h"
#include "probes/stun/udp_socket.h"

namespace dialwatch::probes {
namespace {

using std::chrono::steady_clock;

constexpr int kBatch = 1024;  // datagrams taken before the loop's other work has its turn

// The ID is random, so any part of it is a hash that nobody can steer.
struct HashTransactionId {
  std::size_t operator()(const TransactionId& id) const {
    std::size_t hash = 0;
    std::memcpy(&hash, id.data() + id.size() - sizeof hash, sizeof hash);
    return hash;
  }
};

struct Channel {
  UdpSocket socket;
  base::Endpoint local;
  FdWatcher watcher;

  Channel(EventLoop& loop, UdpSocket opened, const EventLoop::Callback& on_ready)
      : socket(std::move(opened)),
        local(socket.LocalEndpoint()),
        watcher(loop, socket.fd(), [on_ready](bool, bool) { on_ready(); }) {
    watcher.Watch(true, false);
  }
};

}  // namespace

// All requests leave at the same moments, so one timer walks the schedule for those that have no answer yet.
class StunRound::Impl {
 public:
  Impl(EventLoop& loop, std::vector<StunSample> begun, const std::optional<base::IpAddress>& bind,
       base::Duration deadline);

  void Start(std::function<void(StunSample)> each, std::function<void()> done);

 private:
  struct Binding {
    StunSample sample;  // as it would be told if nothing more came
    steady_clock::time_point sent_at;
  };
  using Bindings = std::unordered_map<TransactionId, Binding, HashTransactionId>;

  void Step();
  void SendAll();
  void Send(Bindings::iterator open);
  void OnReadable();
  void TakeAll();
  void Take(const Datagram& datagram, const Channel& channel);
  void Take(const SendFailure& failure);
  void Fail(Bindings::iterator open, std::string why);
  void Finish(Bindings::iterator open);
  void Done();

  EventLoop& loop_;
  const std::optional<base::IpAddress> bind_;
  const base::Duration deadline_;
  Bindings open_;
  std::array<std::unique_ptr<Channel>, 2> channels_;  // IPv4, IPv6
  Timer timer_;
  std::size_t next_send_ = 0;
  steady_clock::time_point started_;
  std::function<void(StunSample)> each_;
  std::function<void()> done_;
};

StunRound::Impl::Impl(EventLoop& loop, std::vector<StunSample> begun, const std::optional<base::IpAddress>& bind,
                      base::Duration deadline)
    : loop_(loop), bind_(bind), deadline_(deadline), timer_(loop) {
  for (StunSample& sample : begun) open_[NewTransactionId()].sample = std::move(sample);
}

void StunRound::Impl::Start(std::function<void(StunSample)> each, std::function<void()> done) {
  each_ = std::move(each);
  done_ = std::move(done);
  timer_.Start(base::Duration(0), [this] {
    started_ = steady_clock::now();
    Step();
  });
}

void StunRound::Impl::Step() {
  TakeAll();  // a loop that was held up must not take answers that wait in the socket for silence
  const auto send_at = RetransmitSchedule::SendAt(next_send_);
  if (send_at && *send_at < deadline_) {
    SendAll();
    ++next_send_;
  } else {
    while (!open_.empty()) Finish(open_.begin());
  }
  if (open_.empty()) return Done();
  const auto due = std::min(RetransmitSchedule::SendAt(next_send_).value_or(RetransmitSchedule::GiveUpAt()), deadline_);
  timer_.Start(std::chrono::ceil<base::Duration>(started_ + due - steady_clock::now()), [this] { Step(); });
}

void StunRound::Impl::SendAll() {
  for (auto each = open_.begin(); each != open_.end();) Send(each++);
}

void StunRound::Impl::Send(Bindings::iterator open) {
  auto& [id, binding] = *open;
  const bool v6 = binding.sample.address.address.is_v6();
  const Channel* channel = channels_[v6].get();
  if (channel == nullptr) {
    auto opened = UdpSocket::Open(v6, bind_);
    if (!opened) return Fail(open, opened.error().what);
    channels_[v6] = std::make_unique<Channel>(loop_, std::move(*opened), [this] { OnReadable(); });
    channel = channels_[v6].get();
  }
  binding.sample.local = channel->local;
  binding.sent_at = steady_clock::now();
  const int error = channel->socket.SendTo(binding.sample.address, WriteBindingRequest(id));
  if (error == 0) {
    ++binding.sample.sends;
  } else if (error != EAGAIN && error != ENOBUFS) {  // those mean "not now": the next send is the second try
    Fail(open, base::ErrnoText(error));
  }
}

void StunRound::Impl::OnReadable() {
  TakeAll();
  if (open_.empty()) Done();
}

void StunRound::Impl::TakeAll() {
  for (const auto& channel : channels_) {
    if (!channel) continue;
    for (int taken = 0; taken < kBatch; ++taken) {
      const auto datagram = channel->socket.Receive();
      if (!datagram) break;
      Take(*datagram, *channel);
    }
    for (int taken = 0; taken < kBatch; ++taken) {
      const auto failure = channel->socket.TakeFailure();
      if (!failure) break;
      Take(*failure);
    }
  }
}

void StunRound::Impl::Take(const Datagram& datagram, const Channel& channel) {
  if (datagram.octets.size() < kStunHeaderSize) return;
  const auto open = open_.find(ReadTransactionId(datagram.octets));
  if (open == open_.end()) return;  // a stranger's, or a second answer
  StunSample& sample = open->second.sample;
  if (datagram.from != sample.address) {
    if (sample.error.empty()) sample.error = fmt::format("an answer came from {} instead", datagram.from.ToString());
    return;
  }
  BindingReply reply = ReadBindingReply(open->first, datagram.octets, sample.address.address);
  sample.outcome = reply.outcome;
  sample.error = std::move(reply.error);
  if (sample.outcome == StunOutcome::kMalformed) return;  // a better one may follow: anyone on the way can forge one
  sample.local = {datagram.to, channel.local.port};
  sample.mapped = reply.mapped;
  sample.error_code = reply.error_code;
  if (sample.sends == 1) {
    sample.rtt = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - open->second.sent_at);
  }
  Finish(open);
}

// The quoted request may be cut before its ID (RFC 792: 8 octets), so the address decides.
void StunRound::Impl::Take(const SendFailure& failure) {
  for (auto each = open_.begin(); each != open_.end();) {
    const auto open = each++;
    StunSample& sample = open->second.sample;
    if (sample.address != failure.to) continue;
    sample.outcome = StunOutcome::kUnreachable;
    sample.error = failure.why;
    if (failure.IsHard()) Finish(open);
  }
}

void StunRound::Impl::Fail(Bindings::iterator open, std::string why) {
  open->second.sample.outcome = StunOutcome::kUnreachable;
  open->second.sample.error = std::move(why);
  Finish(open);
}

void StunRound::Impl::Finish(Bindings::iterator open) {
  StunSample sample = std::move(open_.extract(open).mapped().sample);
  sample.at = base::WallClockNow();
  each_(std::move(sample));
}

// May destroy the round.
void StunRound::Impl::Done() {
  timer_.Stop();
  channels_ = {};
  each_ = nullptr;
  const auto done = std::exchange(done_, nullptr);
  done();
}

StunRound::StunRound(EventLoop& loop, std::vector<StunSample> begun, const std::optional<base::IpAddress>& bind,
                     base::Duration deadline)
    : impl_(std::make_unique<Impl>(loop, std::move(begun), bind, deadline)) {}

StunRound::~StunRound() = default;

void StunRound::Start(std::function<void(StunSample)> each, std::function<void()> done) {
  impl_->Start(std::move(each), std::move(done));
}

}  // namespace dialwatch::probes
