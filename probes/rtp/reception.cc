#include "probes/rtp/reception.h"

#include <algorithm>

namespace dialwatch::probes {
namespace {

using std::chrono::microseconds;

std::uint32_t Size(const auto& container) {
  return static_cast<std::uint32_t>(container.size());
}

RtpDirection MeasureWay(std::uint32_t sent, std::uint32_t lost, const std::vector<Passage>& passages) {
  RtpDirection way{.sent = sent, .lost = lost, .jitter = MeasureJitter(passages)};
  way.late = CountLate(passages, JitterBuffer(way.jitter));
  return way;
}

}  // namespace

void RtpReception::NoteSent(std::uint32_t number, Time at) {
  if (number >= packets_.size() || packets_[number].sent) return;
  packets_[number].sent = at;
  ++sent_;
}

void RtpReception::NoteReturned(std::uint32_t number, Time at, const std::optional<Stamp>& stamp) {
  if (number >= packets_.size() || !packets_[number].sent) return;
  if (packets_[number].came) {
    ++duplicates_;
    return;
  }
  packets_[number].came = true;
  returned_.push_back({number, at, stamp});
}

void RtpReception::NoteFinalCount(std::uint32_t count) {
  final_count_ = std::max(final_count_.value_or(0), count);
}

RtpMeasures RtpReception::Measure() const {
  RtpMeasures measures;
  measures.duplicates = duplicates_;
  MeasureRound(&measures);
  MeasureWays(&measures);
  return measures;
}

void RtpReception::MeasureRound(RtpMeasures* measures) const {
  std::vector<Passage> passages;
  std::vector<std::uint32_t> numbers;
  std::vector<microseconds> trips;
  for (const Return& each : returned_) {
    const Time sent = *packets_[each.number].sent;
    const Time away = std::max(each.at - sent, Time(0));
    const Time stay = each.stamp ? each.stamp->transmitted - each.stamp->received : Time(0);
    const bool possible = stay >= Time(0) && stay <= away;  // its clock may have been set meanwhile
    const Time trip = possible ? away - stay : away;
    passages.push_back({each.at - trip, each.at});
    numbers.push_back(each.number);
    trips.push_back(std::chrono::round<microseconds>(trip));
  }
  measures->round = MeasureWay(sent_, sent_ - Size(returned_), passages);
  measures->reordered = CountReordered(numbers);
  if (!trips.empty()) measures->rtt = RoundTrip{std::ranges::min(trips), Quantile(trips, 0.5), Quantile(trips, 0.95)};
  std::vector<bool> came;
  for (const Packet& packet : packets_) {
    if (packet.sent) came.push_back(packet.came);
  }
  measures->burst_ratio = MeasureBurstRatio(came);
}

// A reply says how much had arrived until then. So what was sent until then and was not counted was lost on the way up,
// and what was counted but never returned on the way down. Only what was sent after the last word is lost who knows
// where.
void RtpReception::MeasureWays(RtpMeasures* measures) const {
  std::vector<Return> stamped;
  std::ranges::copy_if(returned_, std::back_inserter(stamped),
                       [](const Return& each) { return each.stamp.has_value(); });
  if (stamped.empty() && !final_count_) return;
  std::uint32_t until = final_count_ ? sent_ : 0, counted = final_count_.value_or(0);
  std::vector<Passage> up, down;
  for (const Return& each : stamped) {
    down.push_back({each.stamp->transmitted, each.at});
    if (!final_count_) until = std::max(until, SentUntil(each.number));
    counted = std::max(counted, each.stamp->count);
  }
  std::ranges::stable_sort(stamped, {}, [](const Return& each) { return each.stamp->received; });
  for (const Return& each : stamped) up.push_back({*packets_[each.number].sent, each.stamp->received});
  counted = std::clamp(counted, Size(stamped), std::max(until, Size(stamped)));  // a reflector may start anew meanwhile
  measures->up = MeasureWay(until, until - std::min(counted, until), up);
  measures->down = MeasureWay(counted, counted - Size(stamped), down);
}

// How many packets up to this one were sent.
std::uint32_t RtpReception::SentUntil(std::uint32_t number) const {
  const auto end = packets_.begin() + static_cast<std::ptrdiff_t>(number) + 1;
  return static_cast<std::uint32_t>(
      std::count_if(packets_.begin(), end, [](const Packet& packet) { return packet.sent.has_value(); }));
}

}  // namespace dialwatch::probes
