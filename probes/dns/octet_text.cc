#include "probes/dns/octet_text.h"

namespace dialwatch::probes {

void AppendEscaped(std::span<const std::uint8_t> octets, std::string& out) {
  for (const unsigned octet : octets) {
    if (octet == '"' || octet == '\\') {
      out += {'\\', static_cast<char>(octet)};
    } else if (octet >= 0x20 && octet < 0x7F) {
      out += static_cast<char>(octet);
    } else {
      out += {'\\', static_cast<char>('0' + octet / 100), static_cast<char>('0' + octet / 10 % 10),
              static_cast<char>('0' + octet % 10)};
    }
  }
}

void AppendBase64(std::span<const std::uint8_t> octets, std::string& out) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < octets.size(); i += 3) {
    const auto octet = [&](std::size_t at) { return at < octets.size() ? unsigned{octets[at]} : 0U; };
    const unsigned three = octet(i) << 16 | octet(i + 1) << 8 | octet(i + 2);
    out += {kDigits[three >> 18], kDigits[three >> 12 & 63], kDigits[three >> 6 & 63], kDigits[three & 63]};
  }
  const std::size_t missing = (3 - octets.size() % 3) % 3;
  out.replace(out.size() - missing, missing, missing, '=');
}

}  // namespace dialwatch::probes
