#include "probes/dns/control_name.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "base/random.h"

namespace dialwatch::probes {

std::string ControlName(const config::Authority& pin) {
  constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuv";  // 5 bits each
  std::array<std::uint8_t, 10> random;
  base::RandomBytes(random.data(), random.size());
  std::string label;
  for (const unsigned octet : random) label += kDigits[octet % kDigits.size()];
  return fmt::format("{}.{}.{}", label, pin.probe_label, pin.zone);
}

}  // namespace dialwatch::probes
