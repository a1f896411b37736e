#include "probes/stream_link.h"

#include <utility>

#include "probes/stun/stream_frames.h"
#include "probes/turn/link.h"

namespace dialwatch::probes {
namespace {

// Messages on a TCP connection, with TLS inside where the route has a peer for it.
class TurnStreamLink : public TurnLink {
 public:
  TurnStreamLink(EventLoop& loop, TurnRoute route, TurnListener listener)
      : listener_(std::move(listener)),
        stream_(loop, route.server, route.bind, std::move(route.tls),
                {.on_open = listener_.on_open,
                 .on_octets = [this](std::span<const std::uint8_t> octets) { Take(octets); },
                 .on_failure =
                     [this](const StreamLink::Failure& why) {
                       if (why.flood) return listener_.on_failure({TurnOutcome::kMalformed, why.what});
                       listener_.on_failure({why.tls ? TurnOutcome::kTlsFailed : TurnOutcome::kUnreachable, why.what});
                     }}) {}

  void Open() override { stream_.Open(); }
  void Send(std::span<const std::uint8_t> message) override { stream_.Send(message); }
  std::string_view Awaited() const override { return stream_.Awaited(); }

 private:
  void Take(std::span<const std::uint8_t> octets) {
    frames_.Add(octets);
    for (;;) {
      const auto frame = frames_.Next();
      if (!frame) {
        stream_.Close();
        return listener_.on_failure({TurnOutcome::kMalformed, frame.error().what});
      }
      if (!*frame) return;
      listener_.on_message(**frame);
    }
  }

  const TurnListener listener_;
  StunFrames frames_{StunFrames::Kinds::kMessagesAndChannelData};
  StreamLink stream_;
};

}  // namespace

std::unique_ptr<TurnLink> NewStreamLink(EventLoop& loop, TurnRoute route, TurnListener listener) {
  return std::make_unique<TurnStreamLink>(loop, std::move(route), std::move(listener));
}

}  // namespace dialwatch::probes
