#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "probes/record/line.h"

using namespace dialwatch::probes;

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

std::string LineOf(const RecordingLine& line) {
  std::string text;
  std::visit([&](const auto& each) { AppendLine(each, text); }, line);
  return text;
}

}  // namespace

// Reads the octets as a line of a recording. What can be read is written and read again to the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto line = ParseLine(text);
  if (!line) return 0;
  const std::string written = LineOf(*line);
  const auto again = ParseLine(std::string_view(written).substr(0, written.size() - 1));
  Require(static_cast<bool>(again));
  Require(*again == *line);
  Require(LineOf(*again) == written);
  return 0;
}
