#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/diagnosis/builders.h"

// Trains of RTP and dialers with a reflector, in a few words.
namespace dialwatch::diagnosis {

// A train to `dialer` at `address`, which these resolvers give, and perhaps the authority; echoed in its name.
inline TrainSample Echoes(const std::string& dialer, const std::string& address, std::vector<std::string> resolvers,
                          bool by_authority = false) {
  TrainSample sample;
  sample.subject = {dialer, dialer + ".example.com", std::move(resolvers), by_authority,
                    *base::Endpoint::Parse(address, 9000)};
  sample.codec = "pcmu";
  sample.outcome = RtpOutcome::kOk;
  sample.echoed_by = dialer;
  sample.measures.round = {.sent = 50, .jitter = std::chrono::microseconds(300)};
  sample.measures.up = sample.measures.down = sample.measures.round;
  sample.measures.rtt = probes::RoundTrip{20ms, 23ms, 25ms};
  sample.quality = probes::VoiceQuality{91.2, 4.36, false};
  return sample;
}

inline TrainSample By(const std::string& name, TrainSample sample) {
  sample.echoed_by = name;
  return sample;
}

inline TrainSample Silent(TrainSample sample, RtpOutcome outcome = RtpOutcome::kBlackhole) {
  sample.outcome = outcome;
  sample.echoed_by.clear();
  sample.measures = {};
  sample.measures.round = {.sent = 50, .lost = 50, .jitter = {}};
  sample.quality.reset();
  return sample;
}

inline TrainSample OneWay(TrainSample sample, RtpOutcome outcome) {
  sample.outcome = outcome;
  auto& lost = outcome == RtpOutcome::kOneWayDown ? sample.measures.up : sample.measures.down;
  lost->lost = 48;
  sample.measures.round.lost = 48;
  sample.quality->mos = 1;
  return sample;
}

inline TrainSample Degraded(TrainSample sample) {
  sample.outcome = RtpOutcome::kDegraded;
  sample.measures.up->lost = 4;
  sample.measures.round.lost = 4;
  sample.measures.round.jitter = 34ms;
  sample.quality->mos = 3.2;
  return sample;
}

// The way back closed in the middle: what was lost from then on was lost who knows where.
inline TrainSample ClosedInTheMiddle(TrainSample sample) {
  sample.outcome = RtpOutcome::kDegraded;
  sample.measures.up->sent = sample.measures.down->sent = 30;
  sample.measures.round.lost = 20;
  sample.quality->mos = 1.4;
  return sample;
}

// What port 10000 of the dialer said at `address`, which these resolvers give, and perhaps the authority.
inline PortSample Says(const std::string& dialer, const std::string& address, std::vector<std::string> resolvers,
                       PortOutcome outcome, bool by_authority = false) {
  PortSample sample;
  sample.subject = {dialer, dialer + ".example.com", std::move(resolvers), by_authority,
                    *base::Endpoint::Parse(address, 10000)};
  sample.round = 1;
  sample.outcome = outcome;
  sample.sends = outcome == PortOutcome::kSilent ? 3 : 1;
  if (outcome == PortOutcome::kAnswered) sample.rtt = 20ms;
  if (outcome == PortOutcome::kRefused) sample.error = "Connection refused, says " + address;
  return sample;
}

struct MediaWorld : World {
  explicit MediaWorld(int dialers = 1) {
    settings = SettingsOf(dialers);
    settings.media.key_file = "keys";
    for (config::Dialer& dialer : settings.dialers) dialer.reflector_port = 9000;
  }

  // The name is right everywhere, so that the network works and DNS has nothing to say.
  void RightNames() {
    for (const config::Dialer& dialer : settings.dialers) {
      for (const auto& via : {kAuthority, kQuad9, kCloudflare, kGoogle}) {
        Round(Gives(via, dialer.name, {"198.51.100.11"}));
      }
    }
  }
  // A turn of media: `trains` to each of these, five seconds apart.
  void Turn(const std::vector<TrainSample>& samples, int trains = 1) {
    now += 30s;
    RightNames();
    ++round;
    for (int i = 0; i < trains; ++i) {
      now += 5s;
      for (TrainSample sample : samples) {
        sample.at = now;
        sample.round = round;
        picture.Add(std::move(sample));
      }
    }
  }
  std::uint64_t round = 0;
};

}  // namespace dialwatch::diagnosis
