#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "base/time.h"
#include "probes/rtp/reception.h"

namespace dialwatch::probes {

// What became of a train of packets to a reflector and back.
enum class EchoOutcome : std::uint8_t {
  kOk,
  kDegraded,    // audio flows both ways, but badly
  kOneWayUp,    // it flows to the dialer, next to nothing comes back
  kOneWayDown,  // next to nothing gets to the dialer; what does comes back
  kBlackhole,   // silence. Which way is closed cannot be told from here, only from the reflector's log
  kRefused,     // ICMP: nobody listens there, or a firewall says no
  kSendFailed,  // our own machine could not send: no route, or its firewall
  kNoKeys,      // nothing was sent, since the key file cannot be read
  kDenied,      // nor here: the relay does not let us send to the dialer's address
  kNoRelay,     // nor here: the relay could not be had, which tells nothing of the dialer
};
std::string_view FormatEchoOutcome(EchoOutcome outcome);

struct VoiceQuality {
  double rating = 0;         // R of ITU-T G.107, of the worse direction
  double mos = 1;            // 1 to 4.5
  bool is_estimate = false;  // of a codec that the model has no values for

  bool operator==(const VoiceQuality&) const = default;
};

// Whose reflector or port is tried, and where.
struct EchoSubject {
  std::string dialer;  // the configured name
  std::string host;
  std::vector<std::string> resolved_via;  // the resolvers that gave the address, sorted; empty for a literal one
  bool by_authority = false;              // so did an authoritative server
  base::Endpoint address;
  std::string relay = {};  // the configured name of the one that carries the train; empty: none does

  bool operator==(const EchoSubject&) const = default;
};

// What one train saw.
struct EchoSample {
  EchoSubject subject;
  std::string codec;
  std::uint64_t round = 0;  // equal for all samples of one round
  base::Endpoint local;     // our socket; of a relay the address that it gave us
  base::TimePoint at;       // when it was over
  EchoOutcome outcome = EchoOutcome::kBlackhole;
  std::string error;      // kRefused, kSendFailed: what the kernel said; kNoKeys: what is wrong with the file;
                          // kDenied, kNoRelay: what the relay said
  std::string echoed_by;  // the dialer whose name the reflector signed; empty: no reply
  EchoMeasures measures;
  std::optional<VoiceQuality> quality;           // where packets came back
  std::chrono::microseconds worst_send_delay{};  // behind the schedule; nothing above counts it as jitter

  bool operator==(const EchoSample&) const = default;
};

}  // namespace dialwatch::probes
