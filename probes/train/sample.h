#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/ip_address.h"
#include "base/time.h"
#include "probes/media_subject.h"
#include "probes/rtp/outcome.h"
#include "probes/rtp/reception.h"

namespace dialwatch::probes {

// What one train saw.
struct TrainSample {
  MediaSubject subject;
  std::string codec;
  std::uint64_t round = 0;  // equal for all samples of one round
  base::Endpoint local;     // our socket; of a relay the address that it gave us
  base::TimePoint at;       // when it was over
  RtpOutcome outcome = RtpOutcome::kBlackhole;
  std::string error;      // kRefused, kSendFailed: what the kernel said; kNoKeys: what is wrong with the file;
                          // kDenied, kNoRelay: what the relay said
  std::string echoed_by;  // the dialer whose name the reflector signed; empty: no reply
  RtpMeasures measures;
  std::optional<VoiceQuality> quality;           // where packets came back
  std::chrono::microseconds worst_send_delay{};  // behind the schedule; nothing above counts it as jitter

  bool operator==(const TrainSample&) const = default;
};

}  // namespace dialwatch::probes
