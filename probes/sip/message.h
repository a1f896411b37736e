#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "probes/sip/text.h"

namespace dialwatch::probes {

inline constexpr std::size_t kMaxSipMessage = std::size_t{64} << 10;  // octets; a datagram cannot hold more
inline constexpr std::size_t kMaxSipHeaders = 200;
inline constexpr std::size_t kMaxSipLine = 8192;  // octets of a header with all lines that it is folded over

struct SipHeader {
  std::string name;   // the long form where it came in the compact one (RFC 3261 §7.3.3)
  std::string value;  // unfolded, without CR and LF

  bool operator==(const SipHeader&) const = default;
};

// A request or a response (RFC 3261 §7). Value type.
struct SipMessage {
  std::string method = {};  // of a request
  std::string uri = {};     // of a request
  int status = 0;           // of a response: 100 to 699
  std::string reason = {};  // of a response
  std::vector<SipHeader> headers = {};
  std::string body = {};

  bool is_response() const { return status != 0; }

  // The first of this name; its case does not count.
  std::optional<std::string_view> Find(std::string_view name) const;
  // All of this name, also those that stand behind one another with commas.
  std::vector<std::string_view> FindAll(std::string_view name) const;
  // All of this name, with their commas: a challenge has commas of its own.
  std::vector<std::string_view> FindLines(std::string_view name) const;
  SipMessage& Add(std::string_view name, std::string_view value);

  bool operator==(const SipMessage&) const = default;
};

// What tells transactions and dialogs apart (RFC 3261 §12, §17.1.3).
struct SipIds {
  SipVia via;  // the topmost
  std::size_t vias = 0;
  std::string call_id;
  std::string from_tag;  // may be empty
  std::string to_tag;    // may be empty
  std::uint32_t cseq = 0;
  std::string method;  // that of CSeq
};

// A message that came, with all that it must have (RFC 3261 §8.1.1).
struct SipArrival {
  SipMessage message;
  SipIds ids;
};

// Reads one message: a datagram, or what SipFrames cut from a stream. Octets behind Content-Length are left out
// (§18.3); fewer than it says are an error, as is what is beyond the limits above. Takes any octets. Thread safe.
base::Result<SipArrival> ReadSipMessage(std::string_view octets);

// With the Content-Length of its body. CR, LF and NUL cannot be smuggled in: they become spaces.
std::string WriteSipMessage(const SipMessage& message);

// The value of Content-Length among the headers of `head`, which ends with the empty line; nothing where there is none.
base::Result<std::optional<std::size_t>> ReadSipContentLength(std::string_view head);

}  // namespace dialwatch::probes
