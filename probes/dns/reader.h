#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"

namespace dialwatch::probes {

// Walks through the octets of one DNS message. The first failure sticks: what is read after it is zero or empty, and
// nothing is ever read behind the end. So a field needs no check of its own; ask ok() before acting on what was read.
// Thread safety: none.
class DnsReader {
 public:
  explicit DnsReader(std::span<const std::uint8_t> message) : message_(message), end_(message.size()) {}

  std::span<const std::uint8_t> message() const { return message_; }
  std::size_t at() const { return at_; }
  std::size_t end() const { return end_; }
  std::size_t left() const { return end_ - at_; }

  bool ok() const { return why_ == nullptr; }
  // Where and why; only where ok() is false.
  base::Error error() const { return {fmt::format("octet {}: {}", where_, why_)}; }
  void Fail(std::size_t where, const char* why) {
    if (!ok()) return;
    where_ = where;
    why_ = why;
    at_ = end_;
  }

  // The next `size` octets; `what` is said where they are missing.
  std::span<const std::uint8_t> Octets(std::size_t size, const char* what) {
    if (size > left()) {
      Fail(at_, what);
      return {};
    }
    const auto octets = message_.subspan(at_, size);
    at_ += size;
    return octets;
  }
  std::uint8_t Octet(const char* what) {
    const auto octets = Octets(1, what);
    return octets.empty() ? std::uint8_t{0} : octets[0];
  }
  std::uint16_t Word(const char* what) {
    const auto octets = Octets(2, what);
    return octets.empty() ? std::uint16_t{0} : static_cast<std::uint16_t>(octets[0] << 8 | octets[1]);
  }
  std::uint32_t Long(const char* what) {
    const std::uint32_t high = Word(what);
    return high << 16 | Word(what);
  }

  void MoveTo(std::size_t at) {
    if (ok()) at_ = at;
  }
  // Lets the message end after `size` more octets (the data of a record), until Widen.
  void Narrow(std::size_t size, const char* what) {
    if (size > left()) return Fail(at_, what);
    end_ = at_ + size;
  }
  void Widen() {
    end_ = message_.size();
    if (!ok()) at_ = end_;
  }

 private:
  std::span<const std::uint8_t> message_;
  std::size_t at_ = 0;
  std::size_t end_;  // at_ <= end_ <= message_.size()
  std::size_t where_ = 0;
  const char* why_ = nullptr;
};

}  // namespace dialwatch::probes
