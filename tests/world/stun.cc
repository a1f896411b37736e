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
      const bool pooled = !uplink.pool.At(sent).empty() && address.address.octets()[3] % 2 == 1;
      const std::string told = !lie.At(sent).empty() ? lie.At(sent)
                               : pooled              ? uplink.pool.At(sent)
                                                     : uplink.public_address.At(sent);
      const int own = uplink.symmetric.At(sent) ? 1000 + address.address.octets()[3] * 7 + address.port % 100 : 0;
      sample.outcome = StunOutcome::kMapped;
      sample.mapped = Endpoint{*IpAddress::Parse(told), static_cast<std::uint16_t>(port + own)};
    } else {
      sample.outcome = now == Health::kUnreachable ? StunOutcome::kUnreachable : StunOutcome::kErrorResponse;
      sample.error = now == Health::kUnreachable ? "Connection refused" : "Server Error";
      if (now != Health::kUnreachable) sample.error_code = 500;
    }
    return;
  }
  Silence(sample, at);
}

}  // namespace dialwatch::world
