#include "reflector/counters.h"

#include <fmt/format.h>

namespace dialwatch::reflector {

std::string_view FormatDrop(Drop drop) {
  switch (drop) {
    case Drop::kNotRtp:
      return "neither RTP nor STUN";
    case Drop::kNoToken:
      return "RTP of others";
    case Drop::kVersion:
      return "of another version of dialwatch";
    case Drop::kUnknownKey:
      return "with an unknown key";
    case Drop::kForged:
      return "with a wrong signature";
    case Drop::kIsReply:
      return "replies of a reflector";
    case Drop::kClock:
      return "sent too long ago or in the future (are both clocks kept by NTP?)";
    case Drop::kReplayed:
      return "seen before";
    case Drop::kTooManyTrains:
      return "of too many trains";
    case Drop::kRateLimited:
      return "above the rate of a source";
    case Drop::kStun:
      return "STUN that is not answered";
  }
  return "?";
}

std::optional<std::string> DescribeSince(const Counters& before, const Counters& now) {
  if (now == before) return std::nullopt;
  std::string text = fmt::format("{} datagrams: {} echoed, {} bindings answered", now.received - before.received,
                                 now.echoed - before.echoed, now.bindings - before.bindings);
  if (now.unsent != before.unsent) text += fmt::format(", {} replies not sent", now.unsent - before.unsent);
  for (std::size_t i = 0; i < kDrops; ++i) {
    const auto dropped = now.dropped[i] - before.dropped[i];
    if (dropped != 0) text += fmt::format(", {} dropped: {}", dropped, FormatDrop(static_cast<Drop>(i)));
  }
  return text;
}

}  // namespace dialwatch::reflector
