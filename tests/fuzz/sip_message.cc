#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "probes/sip/frames.h"
#include "probes/sip/message.h"

namespace {

using namespace dialwatch::probes;

void Require(bool holds) {
  if (!holds) std::abort();
}

void Read(std::string_view text) {
  const auto exact = std::make_unique<char[]>(text.size());  // so that a read behind the end is seen
  std::copy(text.begin(), text.end(), exact.get());
  const auto read = ReadSipMessage({exact.get(), text.size()});
  if (!read) return Require(!read.error().what.empty());
  const SipMessage& message = read->message;
  Require(message.is_response() == message.method.empty());
  Require(message.headers.size() <= kMaxSipHeaders);
  Require(!read->ids.call_id.empty() && read->ids.vias > 0);
  if (text.size() > kMaxSipLine / 2) return;  // what is written may be longer, and beyond the limits
  const auto again = ReadSipMessage(WriteSipMessage(message));
  Require(again && again->ids.cseq == read->ids.cseq && again->message.body == message.body);
}

// The sizes of the messages that the stream has, cut into pieces of `piece` octets; 0 ends the list where there is
// none.
std::vector<std::size_t> SizesOf(std::string_view stream, std::size_t piece) {
  SipFrames frames;
  std::vector<std::size_t> sizes;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    frames.Add(stream.substr(at, piece));
    for (;;) {
      const auto message = frames.Next();
      if (!message) {
        sizes.push_back(0);
        return sizes;
      }
      if (!*message) break;
      sizes.push_back((*message)->size());
    }
  }
  return sizes;
}

}  // namespace

// The first octet says how the stream is dealt out, which must make no difference.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  Read(text);
  Require(SizesOf(text, std::size_t{data[0]} + 1) == SizesOf(text, std::max<std::size_t>(text.size(), 1)));
  return 0;
}
