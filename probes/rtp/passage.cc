#include "probes/rtp/passage.h"

#include <algorithm>
#include <cmath>

namespace dialwatch::probes {

using std::chrono::microseconds;
using std::chrono::nanoseconds;

std::optional<microseconds> MeasureJitter(std::span<const Passage> passages) {
  constexpr double kGain = 16;  // RFC 3550 §6.4.1
  if (passages.size() < 2) return std::nullopt;
  double jitter = 0;
  for (std::size_t i = 1; i < passages.size(); ++i) {
    const Passage &before = passages[i - 1], &now = passages[i];
    const nanoseconds difference = (now.arrived - before.arrived) - (now.sent - before.sent);
    jitter += (std::abs(static_cast<double>(difference.count())) - jitter) / kGain;
  }
  return std::chrono::round<microseconds>(std::chrono::duration<double, std::nano>(jitter));
}

std::uint32_t CountLate(std::span<const Passage> passages, microseconds buffer) {
  if (passages.empty()) return 0;
  const auto transit = [](const Passage& passage) { return passage.arrived - passage.sent; };
  const nanoseconds latest = transit(*std::ranges::min_element(passages, {}, transit)) + buffer;
  return static_cast<std::uint32_t>(
      std::ranges::count_if(passages, [&](const Passage& passage) { return transit(passage) > latest; }));
}

double MeasureBurstRatio(const std::vector<bool>& came) {
  std::size_t lost = 0, bursts = 0;
  for (std::size_t i = 0; i < came.size(); ++i) {
    if (came[i]) continue;
    ++lost;
    if (i == 0 || came[i - 1]) ++bursts;
  }
  if (lost == 0) return 1;
  const double mean_burst = static_cast<double>(lost) / static_cast<double>(bursts);
  const double share_lost = static_cast<double>(lost) / static_cast<double>(came.size());
  return std::max(mean_burst * (1 - share_lost), 1.0);  // at random a burst has 1 / (1 - share) packets
}

std::uint32_t CountReordered(std::span<const std::uint32_t> numbers) {
  std::uint32_t reordered = 0, highest = 0;
  for (const std::uint32_t number : numbers) {
    if (number < highest) ++reordered;
    highest = std::max(highest, number);
  }
  return reordered;
}

microseconds Quantile(std::vector<microseconds> values, double share) {
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(std::clamp<std::size_t>(rank, 1, values.size()) - 1);
  std::ranges::nth_element(values, at);
  return *at;
}

}  // namespace dialwatch::probes
