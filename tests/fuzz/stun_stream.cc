#include <algorithm>
#include <cstdlib>
#include <memory>
#include <span>
#include <vector>

#include "probes/stun/binding.h"
#include "probes/stun/stream_frames.h"

namespace {

using namespace dialwatch::probes;

void Require(bool holds) {
  if (!holds) std::abort();
}

void Read(std::span<const std::uint8_t> message) {
  Require(message.size() >= kStunHeaderSize);
  const auto exact = std::make_unique<std::uint8_t[]>(message.size());  // so that a read behind the end is seen
  std::ranges::copy(message, exact.get());
  const std::span<const std::uint8_t> octets(exact.get(), message.size());
  const BindingReply reply = ReadBindingReply(ReadTransactionId(octets), octets);
  Require(reply.mapped.has_value() == (reply.outcome == StunOutcome::kMapped));
  Require(!reply.other || reply.mapped);
  Require((reply.error_code != 0) == (reply.outcome == StunOutcome::kErrorResponse));
  Require(!reply.error.empty() || reply.outcome != StunOutcome::kMalformed);
}

// The sizes of the messages that the stream has, cut into pieces of `piece` octets; 0 ends the list where it is no
// STUN.
std::vector<std::size_t> SizesOf(std::span<const std::uint8_t> stream, std::size_t piece, bool read) {
  StunFrames frames;
  std::vector<std::size_t> sizes;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    frames.Add(stream.subspan(at, std::min(piece, stream.size() - at)));
    for (;;) {
      const auto message = frames.Next();
      if (!message) {
        sizes.push_back(0);
        return sizes;
      }
      if (!*message) break;
      sizes.push_back((*message)->size());
      if (read) Read(**message);
    }
  }
  return sizes;
}

}  // namespace

// The first octet says how the stream is dealt out, which must make no difference.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::span<const std::uint8_t> stream(data + 1, size - 1);
  const auto whole = SizesOf(stream, std::max<std::size_t>(stream.size(), 1), true);
  Require(SizesOf(stream, std::size_t{data[0]} + 1, false) == whole);
  return 0;
}
