#include "probes/call/echo_talk.h"

#include <chrono>
#include <utility>

#include "base/random.h"
#include "base/sockets.h"
#include "probes/rtp/codec.h"

namespace dialwatch::probes {
namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

constexpr std::size_t kSamplesPerMs = 8;  // both codecs have 8000 a second, of an octet each

const RtpCodec& CodecOf(AudioCodec codec) {
  return codec == AudioCodec::kPcmu ? kPcmu : kPcma;
}

}  // namespace

EchoTalk::EchoTalk(EventLoop& loop, TalkPlan plan) : loop_(loop), plan_(plan), pacer_(loop) {
  base::RandomBytes(&mark_.call, sizeof mark_.call);
}

CallMedia EchoTalk::media() {
  return {.open = [this](const base::IpAddress& local) -> base::Result<base::Endpoint> {
            auto bound = RtpSocket::Bind(local, plan_.dscp);
            if (!bound) return bound.error();
            socket_ = *std::move(bound);
            return socket_->LocalEndpoint();
          },
          .start = [this](const SdpAnswer& answer, std::function<void()> done) { Start(answer, std::move(done)); },
          .stop = [this] { Stop(); }};
}

void EchoTalk::Start(const SdpAnswer& answer, std::function<void()> done) {
  done_ = std::move(done);
  remote_ = answer.audio.rtp;
  mark_.codec = answer.codec;
  const auto now = steady_clock::now();
  stream_.emplace(CodecOf(answer.codec), static_cast<std::uint8_t>(answer.payload_type), plan_.packets, plan_.spacing,
                  now);
  if (const auto connected = socket_->Connect(*remote_); connected) {
    watcher_ = std::make_unique<FdWatcher>(loop_, socket_->fd(), [this](bool, bool) { Receive(); });
    watcher_->Watch(true, false);
  } else {
    link_error_ = connected.error().what;
  }
  pacer_.Add(now, [this] { return Step(); });
}

void EchoTalk::Stop() {
  watcher_.reset();
  done_ = nullptr;
}

std::optional<RtpStream::Time> EchoTalk::Step() {
  if (!done_) return std::nullopt;  // it has been stopped
  const auto pushes = static_cast<std::uint32_t>(plan_.patience / plan_.spacing);
  const bool complete = next_ >= stream_->size() && stream_->IsComplete();
  if (!watcher_ || complete || next_ >= stream_->size() + pushes) {
    done_();
    return std::nullopt;
  }
  stream_->NoteTurn(next_, steady_clock::now());
  Send(next_++);
  return stream_->DueOf(next_);
}

void EchoTalk::Send(std::uint32_t index) {
  const auto samples = static_cast<std::size_t>(plan_.spacing.count()) * kSamplesPerMs;
  const std::vector<std::uint8_t> packet = WriteRtp(stream_->HeaderOf(index), mark_.Write(index, samples));
  const nanoseconds now = steady_clock::now().time_since_epoch();
  if (const int error = socket_->Send(packet); error != 0) return stream_->NoteUnsent(error);
  stream_->NoteSent(index, now);
}

void EchoTalk::Receive() {
  constexpr int kMost = 64;  // others on the loop want their turn
  for (int i = 0; i < kMost; ++i) {
    const auto datagram = socket_->Receive();
    if (!datagram) return;
    Take(*datagram);
  }
}

void EchoTalk::Take(const RtpSocket::Datagram& datagram) {
  const auto packet = ReadRtp(datagram.octets);
  if (!packet) return;  // RTCP, or STUN of a dialer with ICE
  const auto numbers = mark_.Find(packet->payload);
  if (numbers.empty()) ++foreign_;
  for (const std::uint32_t number : numbers) stream_->NoteReturned(number, datagram.at, std::nullopt);
}

std::optional<TalkSample> EchoTalk::Conclude() const {
  if (!stream_) return std::nullopt;
  const std::uint32_t refusals = socket_->refusals();
  RtpResult result = stream_->Conclude(refusals, refusals > 0 ? base::ErrnoText(socket_->refusal()) : link_error_);
  TalkSample sample;
  sample.local = socket_->LocalEndpoint();
  sample.remote = *remote_;
  sample.codec = mark_.codec;
  // The dialer talks, but not with our audio: it does not hear us, or this is no echo.
  const bool is_deaf = result.outcome == RtpOutcome::kBlackhole && foreign_ > 0;
  sample.outcome = is_deaf ? RtpOutcome::kOneWayDown : result.outcome;
  sample.error = std::move(result.error);
  sample.measures = result.measures;
  sample.quality = result.quality;
  sample.foreign = foreign_;
  sample.worst_send_delay = result.worst_send_delay;
  return sample;
}

}  // namespace dialwatch::probes
