#include "probes/train/train.h"

#include <algorithm>
#include <system_error>
#include <utility>
#include <variant>

#include "base/printable.h"
#include "base/random.h"

namespace dialwatch::probes {
namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

// No reflector answers from a clock this far off ours: what says so is no time at all, and may be any number.
bool IsTime(std::int64_t stamp_ns) {
  constexpr nanoseconds kFarthest = std::chrono::hours(1);
  const nanoseconds now = std::chrono::system_clock::now().time_since_epoch();
  return stamp_ns >= (now - kFarthest).count() && stamp_ns <= (now + kFarthest).count();
}

std::vector<std::uint8_t> Silence(const RtpCodec& codec, std::chrono::milliseconds spacing) {
  return std::vector<std::uint8_t>(TrainPacketSize(codec, spacing) - kRtpHeaderSize, codec.silence);
}

}  // namespace

std::size_t TrainPacketSize(const RtpCodec& codec, std::chrono::milliseconds spacing) {
  const std::size_t payload = codec.octets_per_second * static_cast<std::size_t>(spacing.count()) / 1000;
  return std::max(kRtpHeaderSize + payload, kTrainPacketSize);
}

std::chrono::milliseconds LengthOf(const TrainPlan& plan) {
  return (plan.packets + Train::kWarmUp) * plan.spacing + plan.patience;
}

Train::Train(TrainPlan plan, Time start, Send send)
    : plan_(std::move(plan)),
      send_(std::move(send)),
      start_(start),
      silence_(Silence(plan_.codec, plan_.spacing)),
      reception_(plan_.packets) {
  base::RandomBytes(&id_, sizeof id_);
  // RFC 3550 §5.1: all three begin at random
  first_ = {true, plan_.codec.payload_type, base::Random16(), base::Random32(), base::Random32()};
}

Train::Time Train::NextDue() const {
  if (next_ < PacketsInAll()) return DueOf(next_);
  return DueOf(PacketsInAll() - 1) + plan_.patience * (questions_ + 1) / (kQuestions + 1);
}

std::optional<Train::Time> Train::Step() {
  if (next_ < PacketsInAll()) {
    const auto late = steady_clock::now() - NextDue();
    worst_send_delay_ = std::max<nanoseconds>(worst_send_delay_, late);
    SendPacket(next_, next_ >= kWarmUp);
    ++next_;
    if (late > plan_.spacing) start_ += late;  // a burst to catch up would be jitter of our own making
  } else {
    if (questions_ == kQuestions) return std::nullopt;
    if (!reception_.IsComplete()) SendPacket(PacketsInAll() + questions_, false);
    ++questions_;
  }
  return NextDue();
}

void Train::SendPacket(std::uint32_t index, bool counted) {
  RtpHeader header = first_;
  header.marker = index == 0;
  header.sequence = static_cast<std::uint16_t>(header.sequence + index);
  const auto step = plan_.codec.clock_rate * static_cast<std::uint64_t>(plan_.spacing.count()) / 1000;
  header.timestamp = static_cast<std::uint32_t>(header.timestamp + index * step);
  std::vector<std::uint8_t> packet = WriteRtp(header, silence_);
  TrainToken token{.is_counted = counted, .train = id_, .number = index};
  token.sent_ns = nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
  WriteTrainPacket(packet, token, plan_.keys->front());
  const nanoseconds now = steady_clock::now().time_since_epoch();
  if (const int error = send_(packet); error != 0) {
    error_ = "cannot send: " + std::generic_category().message(error);
    return;
  }
  ++signs_.sent;
  if (counted) reception_.NoteSent(index - kWarmUp, now);
}

void Train::Receive(std::span<const std::uint8_t> datagram, nanoseconds at) {
  const auto read = ReadTrainPacket(datagram, *plan_.keys);
  const auto* echo = std::get_if<SignedToken>(&read);
  if (echo != nullptr && echo->token.is_reply && echo->token.train == id_) Take(echo->token, at);
}

void Train::Take(const TrainToken& token, nanoseconds at) {
  ++signs_.replies;
  if (echoed_by_.empty()) echoed_by_ = base::Printable(token.dialer);
  if (token.is_counted) {
    std::optional<RtpReception::Stamp> stamp;
    if (IsTime(token.received_ns) && IsTime(token.transmitted_ns)) {
      stamp = {nanoseconds(token.received_ns), nanoseconds(token.transmitted_ns), token.count};
    }
    if (token.number >= kWarmUp) reception_.NoteReturned(token.number - kWarmUp, at, stamp);
  } else if (token.number >= PacketsInAll()) {
    reception_.NoteFinalCount(token.count);
  }
}

TrainSample Train::Conclude(const Link& link) const {
  TrainSample sample;
  sample.subject = plan_.subject;
  sample.codec = plan_.codec.name;
  sample.round = plan_.round;
  sample.local = link.local;
  sample.at = base::WallClockNow();
  sample.echoed_by = echoed_by_;
  sample.measures = reception_.Measure();
  sample.quality = RateRtp(sample.measures, plan_.codec, plan_.spacing);
  sample.worst_send_delay = std::chrono::round<std::chrono::microseconds>(worst_send_delay_);
  RtpSigns signs = signs_;
  signs.refusals = link.refusals;
  sample.outcome = JudgeRtp(signs, sample.measures, sample.quality);
  if (sample.outcome == RtpOutcome::kRefused) sample.error = link.error;
  if (sample.outcome == RtpOutcome::kSendFailed) sample.error = error_.empty() ? link.error : error_;
  return sample;
}

}  // namespace dialwatch::probes
