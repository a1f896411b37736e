#include <algorithm>
#include <cstdlib>
#include <memory>
#include <span>
#include <vector>

#include "probes/stun/stream_frames.h"
#include "probes/turn/dialogue.h"
#include "probes/turn/message.h"

namespace {

using namespace dialwatch::probes;
using Octets = std::span<const std::uint8_t>;

void Require(bool holds) {
  if (!holds) std::abort();
}

void ReadAll(const TurnMessage& message) {
  for (const auto type : {TurnAttribute::kXorPeerAddress, TurnAttribute::kXorRelayedAddress,
                          TurnAttribute::kXorMappedAddress, TurnAttribute::kAlternateServer}) {
    message.FindXor(type);
    message.FindAddress(type);
  }
  for (const auto type : {TurnAttribute::kRealm, TurnAttribute::kNonce, TurnAttribute::kData}) message.FindText(type);
  if (const auto error = message.FindError()) Require(error->code >= 300 && error->code <= 699);
  message.IsSigned({1, 2, 3});
}

// As the answer to a request, and to the one that is sent anew where it asks for credentials.
void Answer(Octets octets) {
  static EventLoop loop;
  TransactionId id{};
  int ended = 0;
  TurnDialogue dialogue(loop, {"name", "password"}, false, [&](Octets sent) { id = ReadTransactionId(sent); });
  dialogue.Ask(
      TurnMethod::kAllocate, [](TurnWriter&) {}, [&](const TurnReply&) { ++ended; });
  for (int time = 0; time < 3; ++time) {
    std::vector<std::uint8_t> answer(octets.begin(), octets.end());
    std::copy(id.begin(), id.end(), answer.begin() + 4);
    dialogue.Take(*TurnMessage::Read(answer));
  }
  Require(ended <= 1);
  dialogue.Stop();
}

}  // namespace

// Reads the octets as a datagram, as an answer, and as a stream that comes in pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto exact = std::make_unique<std::uint8_t[]>(size);  // so that a read behind the end is seen
  std::copy_n(data, size, exact.get());
  const Octets octets(exact.get(), size);
  if (const auto media = ReadChannelData(octets)) Require(media->data.size() + 4 <= size);
  if (const auto message = TurnMessage::Read(octets)) {
    ReadAll(*message);
    Answer(octets);
  }

  StunFrames frames(StunFrames::Kinds::kMessagesAndChannelData);
  std::size_t cut = 0;
  for (std::size_t at = 0; at < size; at += 7) {
    frames.Add(octets.subspan(at, std::min<std::size_t>(7, size - at)));
    for (;;) {
      const auto frame = frames.Next();
      if (!frame) return 0;
      if (!*frame) break;
      cut += (*frame)->size();
    }
  }
  Require(cut <= size);
  return 0;
}
