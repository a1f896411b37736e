#include <algorithm>
#include <cstdlib>
#include <memory>
#include <span>

#include "probes/stun/binding.h"

namespace {

using namespace dialwatch::probes;

void Require(bool holds) {
  if (!holds) std::abort();
}

// A reply says either an address, or a code, or what is wrong.
void Check(const BindingReply& reply) {
  Require(reply.mapped.has_value() == (reply.outcome == StunOutcome::kMapped));
  Require((reply.error_code != 0) == (reply.outcome == StunOutcome::kErrorResponse));
  Require(!reply.error.empty() || reply.outcome != StunOutcome::kMalformed);
}

}  // namespace

// Reads the octets as the reply to the request whose ID they carry, and to another.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto exact = std::make_unique<std::uint8_t[]>(size);  // so that a read behind the end is seen
  std::copy_n(data, size, exact.get());
  const std::span<const std::uint8_t> octets(exact.get(), size);
  constexpr TransactionId kOther{0x21, 0x12, 0xA4, 0x42};
  if (size < kStunHeaderSize) {
    Check(ReadBindingReply(kOther, octets));
    return 0;
  }
  const TransactionId id = ReadTransactionId(octets);
  Check(ReadBindingReply(id, octets));
  if (id != kOther) Require(ReadBindingReply(kOther, octets).outcome == StunOutcome::kMalformed);
  return 0;
}
