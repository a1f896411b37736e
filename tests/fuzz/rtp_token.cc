#include <algorithm>
#include <cstdlib>
#include <memory>
#include <span>
#include <vector>

#include "probes/train/token.h"
#include "reflector/reflector.h"

namespace {

using namespace dialwatch;

void Require(bool holds) {
  if (!holds) std::abort();
}

probes::TrainKeys NewKeys() {
  std::vector<std::uint8_t> secret(32);
  for (std::size_t i = 0; i < secret.size(); ++i) secret[i] = static_cast<std::uint8_t>(i);
  probes::TrainKeys keys;
  keys.emplace_back(std::uint8_t{7}, secret);
  return keys;
}

// What is read lies within what there is.
void CheckRtp(std::span<const std::uint8_t> octets) {
  const auto packet = probes::ReadRtp(octets);
  if (!packet) return;
  std::size_t size = probes::kRtpHeaderSize + 4 * packet->csrcs + packet->payload.size();
  if (packet->extension) size += probes::kRtpExtensionHead + packet->extension->octets.size();
  Require(size <= octets.size());
  unsigned sum = 0;
  for (const std::uint8_t octet : packet->payload) sum += octet;
  Require(sum <= 255 * packet->payload.size());
}

}  // namespace

// Reads the octets as RTP, as they are and signed anew, so that more than the signature is looked at; and sends them
// to a reflector, which never answers with more than it got, and never itself.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const probes::TrainKeys kKeys = NewKeys();
  const auto exact = std::make_unique<std::uint8_t[]>(size);  // so that an access behind the end is seen
  std::copy_n(data, size, exact.get());
  const std::span<std::uint8_t> octets(exact.get(), size);
  CheckRtp(octets);

  constexpr std::chrono::nanoseconds kNow{1'600'000'000'123'456'789};
  const base::Endpoint source{*base::IpAddress::Parse("192.0.2.1"), 4000};
  const reflector::Moment moment{kNow, kNow, std::chrono::steady_clock::time_point(std::chrono::seconds(1000))};
  const auto reflect = [&] {
    reflector::Reflector reflector({.dialer = "d1", .most_sources = 4, .most_trains = 4}, NewKeys());
    const auto answer = reflector.Reflect(octets, source, moment);
    if (const auto* answered = std::get_if<std::size_t>(&answer)) {
      Require(*answered <= size);
      const auto again = reflector.Reflect(octets.first(*answered), source, moment);
      Require(std::holds_alternative<reflector::Drop>(again));
    }
  };
  reflect();
  std::copy_n(data, size, exact.get());
  constexpr std::size_t kMacAt = probes::kTrainPacketSize - probes::kTrainMacSize;
  if (size >= probes::kTrainPacketSize) {
    std::ranges::copy(kKeys.front().Sign(octets.first(kMacAt)), octets.begin() + kMacAt);
    CheckRtp(octets);
    reflect();
  }
  return 0;
}
