#include "tests/world/relay.h"

namespace dialwatch::world {
namespace {

using namespace std::chrono_literals;
using probes::TurnOutcome, probes::TurnSample, probes::TurnStep;

constexpr int kPackets = 20;

void Fail(TurnSample& sample, TurnOutcome outcome, TurnStep step, std::string error, int code = 0) {
  sample.outcome = outcome;
  sample.step = step;
  sample.error = std::move(error);
  sample.error_code = code;
}

}  // namespace

void RunTurn(TurnSample& sample, const Relay* there, const Uplink& uplink, TimePoint at, Chance& chance) {
  const auto passage = uplink.Passes(at, chance);
  const Relay::State state = there == nullptr || uplink.out.At(at) ? Relay::State::kSilent : there->state.At(at);
  if (state == Relay::State::kSilent) {
    sample.at = at + 7900ms;
    return Fail(sample, TurnOutcome::kTimeout, TurnStep::kAllocate, "no answer");
  }
  const Duration rtt = there->delay.At(at) + passage.value_or(500ms);  // what is lost is sent again
  sample.at = at + 6 * rtt + 400ms;
  const bool secure = sample.uri.starts_with("turns:");
  if (secure && there->certificate_ends.At(at) != TimePoint::max()) {
    sample.certificate_expires = there->certificate_ends.At(at);
  }
  if (state == Relay::State::kCertificateEnded || (sample.certificate_expires && *sample.certificate_expires <= at)) {
    return Fail(sample, TurnOutcome::kTlsFailed, TurnStep::kConnect, "certificate has expired");
  }
  sample.rtt = rtt;
  if (state == Relay::State::kUnauthorized) {
    return Fail(sample, TurnOutcome::kUnauthorized, TurnStep::kAllocate, "Unauthorized", 401);
  }
  if (state == Relay::State::kQuota) {
    return Fail(sample, TurnOutcome::kQuota, TurnStep::kAllocate, "Allocation Quota Reached", 486);
  }
  sample.relayed = Endpoint{there->address.address, static_cast<std::uint16_t>(50000 + chance.Below(10000))};
  sample.mapped = uplink.Mapped(there->address, 40030, at);
  sample.out = {kPackets, state == Relay::State::kNoData ? 0 : kPackets};
  sample.back = {state == Relay::State::kNoData ? 0 : kPackets, state == Relay::State::kNoData ? 0 : kPackets};
  if (state == Relay::State::kNoData) {
    sample.at += 3s;
    return Fail(sample, TurnOutcome::kNoData, TurnStep::kData, "nothing came through the relay in either direction");
  }
  sample.outcome = TurnOutcome::kRelayed;
  sample.step = TurnStep::kRelease;
}

}  // namespace dialwatch::world
