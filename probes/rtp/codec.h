#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace dialwatch::probes {

// What a train of packets looks like, and how much its loss hurts.
struct RtpCodec {
  std::string_view name;
  std::uint8_t payload_type;      // RFC 3551 §6
  std::uint32_t clock_rate;       // Hz, of the timestamps
  std::size_t octets_per_second;  // of payload
  std::uint8_t silence;           // an octet of it
  // ITU-T G.113 Appendix I: what the codec costs without loss, and how well its concealment takes loss
  double equipment_impairment;    // Ie
  double packet_loss_robustness;  // Bpl
  bool is_estimate;               // no values are published for the narrowband E-model
};

// G.711 with loss concealment, as phones and browsers have it; without it Bpl is 4.3.
inline constexpr double kBplConcealed = 25.1;

inline constexpr RtpCodec kPcmu{"pcmu", 0, 8000, 8000, 0xFF, 0, kBplConcealed, false};
inline constexpr RtpCodec kPcma{"pcma", 8, 8000, 8000, 0xD5, 0, kBplConcealed, false};
// 40 kbit/s, as browsers send speech. Taken for G.711 with concealment.
inline constexpr RtpCodec kOpus{"opus", 111, 48000, 5000, 0, 0, kBplConcealed, true};

// By its name, or null.
const RtpCodec* FindRtpCodec(std::string_view name);

}  // namespace dialwatch::probes
