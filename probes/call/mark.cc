#include "probes/call/mark.h"

#include <algorithm>

namespace dialwatch::probes {
namespace {

constexpr std::size_t kCallSamples = 16;  // of 64 bits

// ITU-T G.711: the smallest segment above zero, in which a step is 1/4096 of the whole at most. No negative zero, which
// some encoders do not know.
std::uint8_t Base(AudioCodec codec) {
  return codec == AudioCodec::kPcmu ? 0xF0 : 0xD0;
}

void WriteNibbles(std::span<std::uint8_t> samples, std::uint8_t base, std::uint64_t value) {
  for (std::size_t i = samples.size(); i-- > 0; value >>= 4)
    samples[i] = static_cast<std::uint8_t>(base | (value & 0xF));
}

}  // namespace

std::vector<std::uint8_t> TalkMark::Write(std::uint32_t number, std::size_t size) const {
  const std::uint8_t silence = codec == AudioCodec::kPcmu ? 0xFF : 0xD5;
  std::vector<std::uint8_t> payload(size, silence);
  const std::span samples(payload);
  WriteNibbles(samples.first(kCallSamples), Base(codec), call);
  WriteNibbles(samples.subspan(kCallSamples, kSamples - kCallSamples), Base(codec), number);
  return payload;
}

std::vector<std::uint32_t> TalkMark::Find(std::span<const std::uint8_t> payload) const {
  std::vector<std::uint8_t> wanted(kCallSamples);
  WriteNibbles(wanted, Base(codec), call);
  std::vector<std::uint32_t> numbers;
  auto from = payload.begin();
  while (numbers.size() < kMostFound) {
    const auto found = std::search(from, payload.end(), wanted.begin(), wanted.end());
    if (payload.end() - found < static_cast<std::ptrdiff_t>(kSamples)) break;
    from = found + static_cast<std::ptrdiff_t>(kSamples);
    std::uint32_t number = 0;
    bool whole = true;
    for (auto each = found + static_cast<std::ptrdiff_t>(kCallSamples); each != from; ++each) {
      whole = whole && (*each & 0xF0) == Base(codec);
      number = number << 4 | (*each & 0xFU);
    }
    if (whole) numbers.push_back(number);
  }
  return numbers;
}

}  // namespace dialwatch::probes
