#include "probes/rtp/judgement.h"

#include <algorithm>

#include "probes/rtp/emodel.h"

namespace dialwatch::probes {
namespace {

constexpr double kBadLoss = 5;    // percent; a direction that loses more is degraded
constexpr double kDeadLoss = 90;  // percent; a direction that loses this much carries no speech
constexpr double kBadMos = 3.6;   // below: R 70, where "many users dissatisfied" begins (ITU-T G.107 Annex B)

double InMilliseconds(std::chrono::microseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

}  // namespace

bool KnowsWays(const RtpMeasures& measures) {
  return measures.up && measures.down && measures.up->sent == measures.round.sent;
}

std::optional<VoiceQuality> RateRtp(const RtpMeasures& measures, const RtpCodec& codec,
                                    std::chrono::milliseconds spacing) {
  if (!measures.rtt) return std::nullopt;
  const auto rate = [&](const RtpDirection& way) {
    // one-way delays cannot be known without a common clock: half of the round trip stands for either
    const auto delay = measures.rtt->p50 / 2 + spacing + JitterBuffer(way.jitter);
    return RateVoicePath({.delay_ms = InMilliseconds(delay),
                          .loss_percent = way.UnplayedPercent(),
                          .burst_ratio = measures.burst_ratio,
                          .impairment = codec.equipment_impairment,
                          .robustness = codec.packet_loss_robustness});
  };
  const double rating = KnowsWays(measures) ? std::min(rate(*measures.up), rate(*measures.down)) : rate(measures.round);
  return VoiceQuality{rating, MosOfRating(rating), codec.is_estimate};
}

RtpOutcome JudgeRtp(const RtpSigns& signs, const RtpMeasures& measures, const std::optional<VoiceQuality>& quality) {
  if (signs.sent == 0) return RtpOutcome::kSendFailed;
  if (signs.replies == 0) return signs.refusals > 0 ? RtpOutcome::kRefused : RtpOutcome::kBlackhole;
  const auto is_dead = [&](const std::optional<RtpDirection>& way) {
    return way && way->sent > 0 && way->LossPercent() >= kDeadLoss;
  };
  const auto is_lossy = [&](const RtpDirection& way) { return way.LossPercent() > kBadLoss; };
  if (is_dead(measures.up) && is_dead(measures.down)) return RtpOutcome::kBlackhole;
  if (is_dead(measures.up)) return RtpOutcome::kOneWayDown;
  if (is_dead(measures.down)) return RtpOutcome::kOneWayUp;
  if (is_dead(measures.round)) return RtpOutcome::kBlackhole;
  const bool lossy =
      KnowsWays(measures) ? is_lossy(*measures.up) || is_lossy(*measures.down) : is_lossy(measures.round);
  return lossy || !quality || quality->mos < kBadMos ? RtpOutcome::kDegraded : RtpOutcome::kOk;
}

}  // namespace dialwatch::probes
