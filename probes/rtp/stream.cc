#include "probes/rtp/stream.h"

#include <algorithm>

#include "base/random.h"
#include "base/sockets.h"

namespace dialwatch::probes {

RtpStream::RtpStream(const RtpCodec& codec, std::uint8_t payload_type, std::uint32_t packets,
                     std::chrono::milliseconds spacing, Time start)
    : codec_(codec),
      packets_(packets),
      spacing_(spacing),
      first_{true, payload_type, base::Random16(), base::Random32(), base::Random32()},  // RFC 3550 §5.1
      start_(start),
      reception_(packets) {}

void RtpStream::NoteTurn(std::uint32_t index, Time now) {
  const auto late = now - DueOf(index);
  worst_send_delay_ = std::max<std::chrono::nanoseconds>(worst_send_delay_, late);
  if (late > spacing_) start_ += late;
}

RtpHeader RtpStream::HeaderOf(std::uint32_t index) const {
  const auto step = codec_.clock_rate * static_cast<std::uint64_t>(spacing_.count()) / 1000;
  RtpHeader header = first_;
  header.marker = index == 0;
  header.sequence = static_cast<std::uint16_t>(header.sequence + index);
  header.timestamp = static_cast<std::uint32_t>(header.timestamp + index * step);
  return header;
}

void RtpStream::NoteSent(std::uint32_t index, std::chrono::nanoseconds at) {
  ++signs_.sent;
  if (IsCounted(index)) reception_.NoteSent(index - kWarmUp, at);
}

void RtpStream::NoteUnsent(int error) {
  error_ = "cannot send: " + base::ErrnoText(error);
}

void RtpStream::NoteReturned(std::uint32_t index, std::chrono::nanoseconds at, const std::optional<Stamp>& stamp) {
  ++signs_.replies;
  if (IsCounted(index)) reception_.NoteReturned(index - kWarmUp, at, stamp);
}

void RtpStream::NoteReply(std::optional<std::uint32_t> final_count) {
  ++signs_.replies;
  if (final_count) reception_.NoteFinalCount(*final_count);
}

RtpResult RtpStream::Conclude(std::uint32_t refusals, const std::string& link_error) const {
  RtpResult result;
  result.measures = reception_.Measure();
  result.quality = RateRtp(result.measures, codec_, spacing_);
  RtpSigns signs = signs_;
  signs.refusals = refusals;
  result.outcome = JudgeRtp(signs, result.measures, result.quality);
  result.worst_send_delay = std::chrono::round<std::chrono::microseconds>(worst_send_delay_);
  if (result.outcome == RtpOutcome::kRefused) result.error = link_error;
  if (result.outcome == RtpOutcome::kSendFailed) result.error = error_.empty() ? link_error : error_;
  return result;
}

}  // namespace dialwatch::probes
