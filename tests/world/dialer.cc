#include "tests/world/dialer.h"

#include <algorithm>
#include <vector>

#include "probes/rtp/judgement.h"
#include "probes/rtp/stream.h"

namespace dialwatch::world {
namespace {

using namespace std::chrono_literals;
using probes::RtpDirection, probes::RtpMeasures, probes::SipOutcome;

constexpr Duration kPatience = 1s;
constexpr std::uint32_t kWarmUp = probes::RtpStream::kWarmUp;

struct Ways {
  double lost_up = 1, lost_down = 1;
};

Ways WaysTo(const Dialer* there, const Uplink& uplink, TimePoint at) {
  if (there == nullptr || !there->alive.At(at) || there->firewalled.At(at) || uplink.out.At(at)) return {};
  const double both = uplink.loss.At(at);
  return {std::max(both, there->lost_up.At(at)), std::max(both, there->lost_down.At(at))};
}

// Packets come or not, one by one; `counted`: the far end tells how many came there.
RtpMeasures Measure(const Ways& ways, int packets, Duration delay, Duration jitter, bool counted, Chance& chance) {
  RtpMeasures measures;
  RtpDirection up, down;
  std::vector<bool> came;
  up.sent = measures.round.sent = static_cast<std::uint32_t>(packets);
  for (int i = 0; i < packets; ++i) {
    const bool arrived = !chance.Happens(ways.lost_up);
    const bool returned = arrived && !chance.Happens(ways.lost_down);
    came.push_back(returned);
    if (!arrived) ++up.lost;
    if (arrived) ++down.sent;
    if (arrived && !returned) ++down.lost;
  }
  measures.round.lost = up.lost + down.lost;
  const std::uint32_t back = measures.round.sent - measures.round.lost;
  if (back == 0) return measures;
  const auto spread = jitter / 2 + chance.UpTo(jitter / 2);
  measures.round.jitter = up.jitter = down.jitter = spread;
  measures.burst_ratio = probes::MeasureBurstRatio(came);
  measures.rtt = probes::RoundTrip{delay, delay + spread, delay + 2 * spread};
  if (counted) measures.up = up, measures.down = down;
  return measures;
}

std::string ErrorOf(probes::RtpOutcome outcome) {
  return outcome == probes::RtpOutcome::kRefused ? "Connection refused" : "";
}

}  // namespace

void RunTrain(probes::TrainSample& sample, const Dialer* there, const config::Media& media, const Uplink& uplink,
              TimePoint at, Chance& chance) {
  const probes::RtpCodec* codec = probes::FindRtpCodec(media.codec);
  sample.codec = codec->name;
  sample.local = *Endpoint::Parse("10.0.0.7:40000", 0);
  sample.at = at + (media.packets + static_cast<int>(kWarmUp)) * media.spacing + kPatience;
  Ways ways = WaysTo(there, uplink, at);
  probes::RtpSigns signs{.sent = static_cast<std::uint32_t>(media.packets) + kWarmUp};
  if (ways.lost_up < 1 && !there->reflects.At(at)) {
    ways = {};
    signs.refusals = signs.sent;
  }
  const Duration delay = there == nullptr ? Duration(0) : there->delay.At(at) + uplink.jitter.At(at) / 2;
  const Duration jitter = there == nullptr ? Duration(0) : std::max(there->jitter.At(at), uplink.jitter.At(at));
  // a direction that carries next to nothing still lets one of the packets through that ask how many came
  const bool replied = ways.lost_up < 1 && ways.lost_down < 1;
  sample.measures = Measure(ways, media.packets, delay, jitter, replied, chance);
  const std::uint32_t back = sample.measures.round.sent - sample.measures.round.lost;
  signs.replies = replied ? std::max(back, 1U) : 0;
  if (replied) sample.echoed_by = there->name;
  sample.quality = probes::RateRtp(sample.measures, *codec, media.spacing);
  sample.outcome = probes::JudgeRtp(signs, sample.measures, sample.quality);
  sample.error = ErrorOf(sample.outcome);
}

void RunCall(probes::EchoCallSample& sample, const Dialer* there, const Uplink& uplink, TimePoint at, Chance& chance) {
  constexpr Duration kGivesUp = 8s, kTalk = 2s;
  constexpr int kPackets = 100;
  probes::CallSample& call = sample.call;
  call.local = *Endpoint::Parse("10.0.0.7:5062", 0);
  const bool reachable = there != nullptr && there->alive.At(at) && !uplink.out.At(at);
  if (!reachable || !there->answers_calls.At(at)) {
    call.at = at + (reachable ? there->delay.At(at) : kGivesUp);
    call.result.outcome = reachable ? SipOutcome::kRefused : SipOutcome::kSilent;
    call.result.status = reachable ? 503 : 0;
    call.result.why = reachable ? "503 Service Unavailable" : "no answer to OPTIONS";
    call.result.sends = reachable ? 2 : 5;
    return;
  }
  const Duration delay = there->delay.At(at) + chance.UpTo(uplink.jitter.At(at));
  Ways ways = WaysTo(there, uplink, at);
  if (!there->echoes_calls.At(at)) ways.lost_down = 1;
  call.at = at + 4 * delay + kTalk;
  call.result.outcome = SipOutcome::kCompleted;
  call.result.status = 200;
  call.result.server = "Asterisk PBX 16";
  call.result.options_rtt = delay;
  call.result.ringing_after = delay;
  call.result.answered_after = 2 * delay;
  call.result.talked = kTalk;
  call.result.session_timer = 1800;
  call.result.sends = 4;
  probes::TalkSample& talk = sample.talk.emplace();
  talk.remote = {there->address, 12000};
  talk.local = *Endpoint::Parse("10.0.0.7:40010", 0);
  talk.measures = Measure(ways, kPackets, delay, there->jitter.At(at), false, chance);
  talk.quality = probes::RateRtp(talk.measures, probes::kPcmu, 20ms);
  const std::uint32_t back = talk.measures.round.sent - talk.measures.round.lost;
  talk.outcome = probes::JudgeRtp({.sent = kPackets, .replies = back}, talk.measures, talk.quality);
}

void AskPort(probes::PortSample& sample, const Dialer* there, Duration timeout, const Uplink& uplink, TimePoint at,
             Chance& chance) {
  sample.local = *Endpoint::Parse("10.0.0.7:40020", 0);
  sample.sends = 1;
  const auto passage = uplink.Passes(at, chance);
  if (!passage || there == nullptr || !there->alive.At(at) || there->firewalled.At(at)) {
    sample.outcome = probes::PortOutcome::kSilent;
    sample.sends = 2;
    sample.at = at + timeout;
    return;
  }
  sample.outcome = probes::PortOutcome::kRefused;
  sample.error = "Connection refused";
  sample.at = at + there->delay.At(at) + *passage;
}

}  // namespace dialwatch::world
