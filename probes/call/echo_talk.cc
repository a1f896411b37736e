#include "probes/call/echo_talk.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/random.h"
#include "probes/rtp/codec.h"

namespace dialwatch::probes {
namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

constexpr std::size_t kSamplesPerMs = 8;  // both codecs have 8000 a second, of an octet each

std::string DescribeErrno(int error) {
  return std::generic_category().message(error);
}

const RtpCodec& CodecOf(AudioCodec codec) {
  return codec == AudioCodec::kPcmu ? kPcmu : kPcma;
}

}  // namespace

EchoTalk::EchoTalk(EventLoop& loop, TalkPlan plan) : loop_(loop), plan_(plan), alarm_(loop), reception_(plan_.packets) {
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
  // RFC 3550 §5.1: all three begin at random
  first_ = {true, static_cast<std::uint8_t>(answer.payload_type), base::Random16(), base::Random32(), base::Random32()};
  if (const auto connected = socket_->Connect(*remote_); !connected) {
    error_ = connected.error().what;
    alarm_.Start(std::chrono::milliseconds(0), done_);
    return;
  }
  watcher_ = std::make_unique<FdWatcher>(loop_, socket_->fd(), [this](bool, bool) { Receive(); });
  watcher_->Watch(true, false);
  start_ = steady_clock::now();
  OnAlarm();
}

void EchoTalk::Stop() {
  alarm_.Stop();
  watcher_.reset();
  done_ = nullptr;
}

std::uint32_t EchoTalk::PacketsInAll() const {
  return kWarmUp + plan_.packets + static_cast<std::uint32_t>(plan_.patience / plan_.spacing);
}

void EchoTalk::SetAlarm() {
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(NextDue() - steady_clock::now());
  alarm_.Start(std::max(wait, std::chrono::milliseconds(0)), [this] { OnAlarm(); });
}

void EchoTalk::OnAlarm() {
  const auto late = steady_clock::now() - NextDue();
  const bool complete = next_ >= kWarmUp + plan_.packets && reception_.IsComplete();
  if (complete || next_ >= PacketsInAll()) return done_();
  worst_send_delay_ = std::max<nanoseconds>(worst_send_delay_, late);
  Send(next_++);
  if (late > plan_.spacing) start_ += late;  // a burst to catch up would be jitter of our own making
  SetAlarm();
}

void EchoTalk::Send(std::uint32_t index) {
  RtpHeader header = first_;
  header.marker = index == 0;
  header.sequence = static_cast<std::uint16_t>(header.sequence + index);
  const auto samples = static_cast<std::size_t>(plan_.spacing.count()) * kSamplesPerMs;
  header.timestamp = static_cast<std::uint32_t>(header.timestamp + index * samples);
  const std::vector<std::uint8_t> packet = WriteRtp(header, mark_.Write(index, samples));
  const nanoseconds now = steady_clock::now().time_since_epoch();
  if (const int error = socket_->Send(packet); error != 0) {
    error_ = "cannot send: " + DescribeErrno(error);
    return;
  }
  ++signs_.sent;
  if (IsCounted(index)) reception_.NoteSent(index - kWarmUp, now);
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
  for (const std::uint32_t number : numbers) {
    ++signs_.replies;
    if (IsCounted(number)) reception_.NoteReturned(number - kWarmUp, datagram.at, std::nullopt);
  }
}

std::optional<TalkSample> EchoTalk::Conclude() const {
  if (!remote_) return std::nullopt;
  TalkSample sample;
  sample.local = socket_->LocalEndpoint();
  sample.remote = *remote_;
  sample.codec = mark_.codec;
  sample.measures = reception_.Measure();
  sample.quality = RateRtp(sample.measures, CodecOf(mark_.codec), plan_.spacing);
  sample.foreign = foreign_;
  sample.worst_send_delay = std::chrono::round<std::chrono::microseconds>(worst_send_delay_);
  RtpSigns signs = signs_;
  signs.refusals = socket_->refusals();
  sample.outcome = JudgeRtp(signs, sample.measures, sample.quality);
  // The dialer talks, but not with our audio: it does not hear us, or this is no echo.
  if (sample.outcome == RtpOutcome::kBlackhole && foreign_ > 0) sample.outcome = RtpOutcome::kOneWayDown;
  if (sample.outcome == RtpOutcome::kRefused) sample.error = DescribeErrno(socket_->refusal());
  if (sample.outcome == RtpOutcome::kSendFailed) sample.error = error_;
  return sample;
}

}  // namespace dialwatch::probes
