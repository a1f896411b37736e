#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace dialwatch::probes {

// Cuts a TCP stream into DNS messages, each of which follows its length in two octets (RFC 1035 §4.2.2), however the
// octets are dealt out. Holds at most one message and what was added last. Thread safety: none.
class FrameReader {
 public:
  void Add(std::span<const std::uint8_t> octets) {
    stream_.erase(stream_.begin(), stream_.begin() + static_cast<std::ptrdiff_t>(taken_));
    taken_ = 0;
    stream_.insert(stream_.end(), octets.begin(), octets.end());
  }

  // The next whole message, valid until the next Add. Call it until there is none.
  std::optional<std::span<const std::uint8_t>> Next() {
    const std::span<const std::uint8_t> rest = Rest();
    if (rest.size() < kLength || rest.size() < kLength + LengthOf(rest)) return std::nullopt;
    taken_ += kLength + LengthOf(rest);
    return rest.subspan(kLength, LengthOf(rest));
  }

  // How far a message had come when the stream ended: "before it sent a reply", "after 17 of 45 octets".
  std::string DescribeEnd() const;

 private:
  static constexpr std::size_t kLength = 2;

  static std::size_t LengthOf(std::span<const std::uint8_t> rest) {
    return static_cast<std::size_t>(rest[0] << 8 | rest[1]);
  }
  std::span<const std::uint8_t> Rest() const { return std::span(stream_).subspan(taken_); }

  std::vector<std::uint8_t> stream_;
  std::size_t taken_ = 0;
};

}  // namespace dialwatch::probes
