#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ip_address.h"
#include "base/time.h"
#include "config/transport.h"
#include "probes/sip/call_result.h"
#include "probes/train/sample.h"

namespace dialwatch::probes {

// Which dialer is called, where, and what is dialled.
struct CallSubject {
  std::string dialer;  // the configured name
  std::string host;
  std::vector<std::string> resolved_via = {};  // by which resolvers, sorted; empty for a literal one
  bool by_authority = false;                   // so did an authoritative server
  base::Endpoint address;
  config::Transport transport = config::Transport::kUdp;  // kUdp, kTcp or kTls
  std::string extension;

  bool operator==(const CallSubject&) const = default;
};

// What the signalling of one call saw.
struct CallSample {
  CallSubject subject;
  std::uint64_t round = 0;  // equal for all samples of one round
  base::Endpoint local;     // ours of the signalling
  base::TimePoint at;       // when the result stood
  SipCallResult result;

  bool operator==(const CallSample&) const = default;
};

// What the media of one call saw.
struct TalkSample {
  base::Endpoint local, remote;  // remote: as the dialer's answer says
  AudioCodec codec = AudioCodec::kPcmu;
  RtpOutcome outcome = RtpOutcome::kBlackhole;
  std::string error;     // kRefused, kSendFailed: what the kernel said
  RtpMeasures measures;  // an echo does not tell its directions apart
  std::optional<VoiceQuality> quality;
  std::uint32_t foreign = 0;  // packets that came and are not our audio
  std::chrono::microseconds worst_send_delay{};

  bool operator==(const TalkSample&) const = default;
};

// What one call saw: its signalling, and its media where it was answered.
struct EchoCallSample {
  CallSample call;
  std::optional<TalkSample> talk;

  bool operator==(const EchoCallSample&) const = default;
};

}  // namespace dialwatch::probes
