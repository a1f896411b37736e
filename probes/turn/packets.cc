#include "probes/turn/packets.h"

#include <algorithm>

#include "base/random.h"

namespace dialwatch::probes {

TurnPackets::TurnPackets() {
  base::RandomBytes(mark_.data(), mark_.size());
}

TurnPackets::Packet TurnPackets::Next() {
  Packet packet{};
  std::copy(mark_.begin(), mark_.end(), packet.begin());
  packet[mark_.size()] = static_cast<std::uint8_t>(sent_++);
  return packet;
}

bool TurnPackets::Take(std::span<const std::uint8_t> packet) {
  if (packet.size() != kSize || !std::equal(mark_.begin(), mark_.end(), packet.begin())) return false;
  const int number = packet[mark_.size()];
  if (number >= sent_) return false;
  arrived_.set(static_cast<std::size_t>(number));
  return true;
}

}  // namespace dialwatch::probes
