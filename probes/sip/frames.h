#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace dialwatch::probes {

// Cuts a TCP stream into SIP messages by their Content-Length (RFC 3261 §18.3), however the octets are dealt out. Empty
// lines between them, which keep connections open (RFC 5626 §3.5.1), are left out. Holds at most one message and what
// was added last. Thread safety: none.
class SipFrames {
 public:
  void Add(std::string_view octets);

  // The next whole message, valid until the next Add; nothing where more must come. Call it until then. An error where
  // nothing after it can be told apart: a message without a Content-Length, or beyond the limits of message.h.
  base::Result<std::optional<std::string_view>> Next();

 private:
  base::Result<std::size_t> Measure(std::string_view rest);

  std::string stream_;
  std::size_t taken_ = 0;
  std::size_t searched_ = 0;  // of the message that is being waited for
  std::size_t size_ = 0;      // of that message, once its headers are there
};

}  // namespace dialwatch::probes
