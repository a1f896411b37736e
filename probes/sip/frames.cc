#include "probes/sip/frames.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "probes/sip/message.h"

namespace dialwatch::probes {
namespace {

constexpr std::string_view kEnd = "\r\n\r\n";

}  // namespace

void SipFrames::Add(std::string_view octets) {
  stream_.erase(0, taken_);
  taken_ = 0;
  stream_ += octets;
}

base::Result<std::optional<std::string_view>> SipFrames::Next() {
  using None = std::optional<std::string_view>;
  std::string_view rest = std::string_view(stream_).substr(taken_);
  for (; searched_ == 0 && rest.starts_with("\r\n"); rest.remove_prefix(2)) taken_ += 2;
  if (size_ == 0) {
    const auto measured = Measure(rest);
    if (!measured) return measured.error();
    size_ = *measured;
  }
  if (size_ == 0 || rest.size() < size_) return None();
  taken_ += size_;
  searched_ = 0;
  return std::optional(rest.substr(0, std::exchange(size_, 0)));
}

// The size of the message that `rest` begins with, or 0 where its headers are not whole.
base::Result<std::size_t> SipFrames::Measure(std::string_view rest) {
  const std::size_t end = rest.find(kEnd, searched_);
  const std::size_t head = std::min(end, rest.size());
  if (head > kMaxSipMessage) return base::Error{fmt::format("its headers are longer than {} octets", kMaxSipMessage)};
  if (end == std::string_view::npos) {
    searched_ = rest.size() - std::min(rest.size(), kEnd.size() - 1);
    return std::size_t{0};
  }
  const auto length = ReadSipContentLength(rest.substr(0, end + kEnd.size()));
  if (!length) return length.error();
  if (!*length) return base::Error{"a message has no Content-Length, so that its end cannot be told"};
  const std::size_t size = end + kEnd.size() + **length;
  if (size > kMaxSipMessage) return base::Error{fmt::format("a message is longer than {} octets", kMaxSipMessage)};
  return size;
}

}  // namespace dialwatch::probes
