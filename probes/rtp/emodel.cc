#include "probes/rtp/emodel.h"

#include <algorithm>

namespace dialwatch::probes {

double RateVoicePath(const VoicePath& path) {
  constexpr double kBest = 93.2;           // G.107 §7.7
  constexpr double kKneeMs = 177.3;        // Cole and Rosenbluth, §3.1: from here on people interrupt each other
  constexpr double kWorstImpairment = 95;  // G.107 §7.5
  const double delay = 0.024 * path.delay_ms + 0.11 * std::max(path.delay_ms - kKneeMs, 0.0);
  const double loss = path.loss_percent / (path.loss_percent / std::max(path.burst_ratio, 1.0) + path.robustness);
  const double equipment = path.impairment + (kWorstImpairment - path.impairment) * loss;
  return std::max(kBest - delay - equipment, 0.0);
}

double MosOfRating(double rating) {
  if (rating <= 6.5) return 1;  // below, the polynomial dips under 1
  if (rating >= 100) return 4.5;
  return 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6;
}

}  // namespace dialwatch::probes
