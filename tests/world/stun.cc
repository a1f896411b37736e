#include "tests/world/stun.h"

#include "probes/stun/retransmit.h"

namespace dialwatch::world {

using probes::RetransmitSchedule, probes::StunOutcome;

void Silence(probes::StunSample& sample, TimePoint at) {
  sample.outcome = StunOutcome::kTimeout;
  sample.error = "no answer";
  sample.sends = RetransmitSchedule::kSends;
  sample.at = at + RetransmitSchedule::GiveUpAt();
}

void StunServer::Answer(probes::StunSample& sample, const Uplink& uplink, std::uint16_t port, TimePoint at,
                        Chance& chance) const {
  for (std::size_t send = 0; send < RetransmitSchedule::kSends; ++send) {
    const TimePoint sent = at + *RetransmitSchedule::SendAt(send);
    const auto passage = uplink.Passes(sent, chance);
    const Health now = health.At(sent);
    if (!passage || now == Health::kSilent || chance.Happens(loss.At(sent))) continue;
    const Duration took = delay.At(sent) + *passage;
    sample.at = sent + took;
    sample.sends = static_cast<int>(send) + 1;
    if (sample.sends == 1) sample.rtt = took;
    if (now == Health::kWell) {
      sample.outcome = StunOutcome::kMapped;
      sample.mapped = uplink.Mapped(address, port, sent);
      if (!lie.At(sent).empty()) sample.mapped->address = *IpAddress::Parse(lie.At(sent));
    } else if (now == Health::kUnreachable) {
      sample.outcome = StunOutcome::kUnreachable;
      sample.error = "Connection refused";
    } else {
      sample.outcome = StunOutcome::kErrorResponse;
      sample.error = "Server Error";
      sample.error_code = 500;
    }
    return;
  }
  Silence(sample, at);
}

}  // namespace dialwatch::world
