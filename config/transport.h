#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace dialwatch::config {

enum class Transport : std::uint8_t {
  kUdp,
  kTcp,
  kTls,    // DNS: RFC 7858; STUN: RFC 8489 §6.2.3; TURN: RFC 8656 §3.1
  kHttps,  // RFC 8484
};
constexpr std::array<std::string_view, 4> NamesOf(Transport /*type only*/) {
  return {"udp", "tcp", "tls", "https"};
}

}  // namespace dialwatch::config
