#include "probes/train/train.h"

#include <algorithm>
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
  return (plan.packets + RtpStream::kWarmUp) * plan.spacing + plan.patience;
}

Train::Train(TrainPlan plan, Time start, Send send)
    : plan_(std::move(plan)),
      send_(std::move(send)),
      stream_(plan_.codec, plan_.codec.payload_type, plan_.packets, plan_.spacing, start),
      silence_(Silence(plan_.codec, plan_.spacing)) {
  base::RandomBytes(&id_, sizeof id_);
}

Train::Time Train::NextDue() const {
  if (next_ < stream_.size()) return stream_.DueOf(next_);
  return stream_.DueOf(stream_.size() - 1) + plan_.patience * (questions_ + 1) / (kQuestions + 1);
}

std::optional<Train::Time> Train::Step() {
  if (next_ < stream_.size()) {
    stream_.NoteTurn(next_, steady_clock::now());
    SendPacket(next_++);
  } else {
    if (questions_ == kQuestions) return std::nullopt;
    if (!stream_.IsComplete()) SendPacket(stream_.size() + questions_);
    ++questions_;
  }
  return NextDue();
}

void Train::SendPacket(std::uint32_t index) {
  std::vector<std::uint8_t> packet = WriteRtp(stream_.HeaderOf(index), silence_);
  TrainToken token{.is_counted = stream_.IsCounted(index), .train = id_, .number = index};
  token.sent_ns = nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
  WriteTrainPacket(packet, token, plan_.keys->front());
  const nanoseconds now = steady_clock::now().time_since_epoch();
  if (const int error = send_(packet); error != 0) return stream_.NoteUnsent(error);
  stream_.NoteSent(index, now);
}

void Train::Receive(std::span<const std::uint8_t> datagram, nanoseconds at) {
  const auto read = ReadTrainPacket(datagram, *plan_.keys);
  const auto* echo = std::get_if<SignedToken>(&read);
  if (echo != nullptr && echo->token.is_reply && echo->token.train == id_) Take(echo->token, at);
}

void Train::Take(const TrainToken& token, nanoseconds at) {
  if (echoed_by_.empty()) echoed_by_ = base::Printable(token.dialer);
  if (!token.is_counted) {
    return stream_.NoteReply(token.number >= stream_.size() ? std::optional(token.count) : std::nullopt);
  }
  std::optional<RtpStream::Stamp> stamp;
  if (IsTime(token.received_ns) && IsTime(token.transmitted_ns)) {
    stamp = {nanoseconds(token.received_ns), nanoseconds(token.transmitted_ns), token.count};
  }
  stream_.NoteReturned(token.number, at, stamp);
}

TrainSample Train::Conclude(const Link& link) const {
  RtpResult result = stream_.Conclude(link.refusals, link.error);
  TrainSample sample;
  sample.subject = plan_.subject;
  sample.codec = plan_.codec.name;
  sample.round = plan_.round;
  sample.local = link.local;
  sample.at = base::WallClockNow();
  sample.outcome = result.outcome;
  sample.error = std::move(result.error);
  sample.echoed_by = echoed_by_;
  sample.measures = result.measures;
  sample.quality = result.quality;
  sample.worst_send_delay = result.worst_send_delay;
  return sample;
}

}  // namespace dialwatch::probes
