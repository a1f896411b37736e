#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "base/result.h"
#include "probes/stun/binding.h"

// STUN messages with the methods and attributes of TURN, from octets and to octets. Our own, since libstun has no
// CreatePermission and signs with credentials of its own keeping.
namespace dialwatch::probes {

enum class TurnMethod : std::uint16_t {  // RFC 8489 §18.2, RFC 8656 §17
  kBinding = 0x001,
  kAllocate = 0x003,
  kRefresh = 0x004,
  kSend = 0x006,
  kData = 0x007,
  kCreatePermission = 0x008,
  kChannelBind = 0x009,
};

enum class TurnClass : std::uint8_t { kRequest, kIndication, kSuccess, kError };  // RFC 8489 §5

enum class TurnAttribute : std::uint16_t {  // RFC 8489 §18.3, RFC 8656 §18
  kUsername = 0x0006,
  kMessageIntegrity = 0x0008,
  kErrorCode = 0x0009,
  kChannelNumber = 0x000C,
  kLifetime = 0x000D,
  kXorPeerAddress = 0x0012,
  kData = 0x0013,
  kRealm = 0x0014,
  kNonce = 0x0015,
  kXorRelayedAddress = 0x0016,
  kRequestedAddressFamily = 0x0017,
  kRequestedTransport = 0x0019,
  kXorMappedAddress = 0x0020,
  kAlternateServer = 0x8023,
};

// What signs a message: the MD5 of "username:realm:password" (RFC 8489 §9.2.2).
using TurnKey = std::vector<std::uint8_t>;

// Puts a message together. Thread safety: none.
class TurnWriter {
 public:
  TurnWriter(TurnMethod method, TurnClass kind, const TransactionId& id);

  TurnWriter& Add(TurnAttribute type, std::span<const std::uint8_t> value);  // of less than 64 KiB
  TurnWriter& Add(TurnAttribute type, std::string_view value);
  TurnWriter& Add(TurnAttribute type, std::uint32_t value);
  TurnWriter& AddXor(TurnAttribute type, const base::Endpoint& address);  // RFC 8489 §14.2

  // The message, followed by its MESSAGE-INTEGRITY (RFC 8489 §14.5) where there is a key.
  std::vector<std::uint8_t> Finish(const TurnKey& key = {}) &&;

 private:
  std::vector<std::uint8_t> octets_;
};

// A message that came. Refers to its octets. Thread safety: const.
class TurnMessage {
 public:
  // Takes any octets; what is wrong with its lengths is told.
  static base::Result<TurnMessage> Read(std::span<const std::uint8_t> octets);

  TurnClass kind() const;
  std::uint16_t method() const;  // that of TurnMethod, or another
  TransactionId id() const { return ReadTransactionId(octets_); }

  // The first of its type; none that stands behind a MESSAGE-INTEGRITY, since nobody has signed it (RFC 8489 §14.5).
  std::optional<std::span<const std::uint8_t>> Find(TurnAttribute type) const;
  std::optional<std::string> FindText(TurnAttribute type) const;
  std::optional<base::Endpoint> FindXor(TurnAttribute type) const;      // also nothing where it cannot be read
  std::optional<base::Endpoint> FindAddress(TurnAttribute type) const;  // RFC 8489 §14.1

  struct ErrorCode {
    int code = 0;        // 300 to 699
    std::string reason;  // a stranger's words
  };
  std::optional<ErrorCode> FindError() const;  // RFC 8489 §14.8

  // Whether its MESSAGE-INTEGRITY is that of the key; not where it has none.
  bool IsSigned(const TurnKey& key) const;

 private:
  explicit TurnMessage(std::span<const std::uint8_t> octets) : octets_(octets) {}

  std::span<const std::uint8_t> octets_;
};

// Media without a STUN header, on a channel that is bound (RFC 8656 §12.4).
struct ChannelData {
  std::uint16_t channel = 0;
  std::span<const std::uint8_t> data;
};
inline constexpr std::uint16_t kFirstChannel = 0x4000;  // RFC 8656 §12
inline constexpr std::uint16_t kLastChannel = 0x4FFF;

std::optional<ChannelData> ReadChannelData(std::span<const std::uint8_t> octets);

// `padded`: to a multiple of four octets, which TCP needs (RFC 8656 §12.5).
std::vector<std::uint8_t> WriteChannelData(const ChannelData& data, bool padded);

}  // namespace dialwatch::probes
