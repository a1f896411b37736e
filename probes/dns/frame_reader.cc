#include "probes/dns/frame_reader.h"

#include <fmt/format.h>

namespace dialwatch::probes {

std::string FrameReader::DescribeEnd() const {
  const auto rest = Rest();
  if (rest.empty()) return "before it sent a reply";
  if (rest.size() < kLength) return "after 1 octet of a reply's length";
  return fmt::format("after {} of {} octets", rest.size() - kLength, LengthOf(rest));
}

}  // namespace dialwatch::probes
