#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

struct evp_mac_ctx_st;

namespace dialwatch::probes {

inline constexpr std::size_t kTrainMacSize = 16;
using TrainMac = std::array<std::uint8_t, kTrainMacSize>;

// A secret that probe and reflector share. Move-only, so that it lies in one place. Thread safety: none, since signing
// works in place; each thread has keys of its own.
class TrainKey {
 public:
  TrainKey(std::uint8_t id, std::span<const std::uint8_t> secret);

  std::uint8_t id() const { return id_; }
  // HMAC-SHA256, truncated to 128 bits (RFC 2104 §5).
  TrainMac Sign(std::span<const std::uint8_t> octets) const;
  // In a time that does not tell how much of it is right.
  bool Verify(std::span<const std::uint8_t> octets, std::span<const std::uint8_t> mac) const;

 private:
  struct Free {
    void operator()(evp_mac_ctx_st* context) const;
  };

  std::uint8_t id_;
  std::unique_ptr<evp_mac_ctx_st, Free> context_;  // has the key; each use starts it anew
};

// One key, or two while they are changed. The first signs; all are believed.
using TrainKeys = std::vector<TrainKey>;

const TrainKey* FindTrainKey(const TrainKeys& keys, std::uint8_t id);

}  // namespace dialwatch::probes
