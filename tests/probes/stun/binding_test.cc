#include "probes/stun/binding.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <set>

#include "tests/probes/stun/messages.h"

namespace dialwatch::probes {

using base::Endpoint;
using test::AddressValue;
using test::Attribute;
using test::ErrorValue;
using test::FromHex;
using test::kBindingError;
using test::kBindingSuccess;
using test::Message;
using test::Octets;
using test::XorAddressValue;

namespace {

// RFC 5769 §2: all its messages have this transaction ID.
const TransactionId kId{0x21, 0x12, 0xA4, 0x42, 0xB7, 0xE7, 0xA7, 0x01, 0xBC, 0x34, 0xD6, 0x86, 0xFA, 0x87, 0xDF, 0xAE};

// RFC 5769 §2.2: 192.0.2.1:32853
const Octets kVectorV4 = FromHex(R"(
  0101003c 2112a442 b7e7a701 bc34d686 fa87dfae
  8022000b 74657374 20766563 746f7220
  00200008 0001a147 e112a643
  00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7
  80280004 c07d4c96)");

// RFC 5769 §2.3: [2001:db8:1234:5678:11:2233:4455:6677]:32853
const Octets kVectorV6 = FromHex(R"(
  01010048 2112a442 b7e7a701 bc34d686 fa87dfae
  8022000b 74657374 20766563 746f7220
  00200014 0002a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9
  00080014 a382954e 4be67bf1 1784c97c 8292c275 bfe3ed41
  80280004 c8fb0b4c)");

const Endpoint kMapped = *Endpoint::Parse("203.0.113.7:40001", 0);
const Endpoint kOther = *Endpoint::Parse("198.51.100.9:9", 0);

Octets XorMapped(const Endpoint& endpoint) {
  return Attribute(test::kXorMappedAddress, XorAddressValue(endpoint, kId));
}

BindingReply Read(const Octets& octets) {
  return ReadBindingReply(kId, octets);
}

BindingReply ReadSuccess(std::initializer_list<Octets> attributes) {
  return Read(Message(kBindingSuccess, kId, attributes));
}

}  // namespace

TEST_SUITE("probes/stun/binding") {
  TEST_CASE("a request is a header without attributes that carries the transaction ID") {
    CHECK(std::ranges::equal(WriteBindingRequest(kId), FromHex("00010000 2112a442 b7e7a701 bc34d686 fa87dfae")));
    CHECK(ReadTransactionId(WriteBindingRequest(kId)) == kId);
  }

  TEST_CASE("a request says where else it wants to be answered from and to") {
    const auto request = [](const BindingWish& wish) { return WriteBindingRequest(kId, wish); };
    const char* header = "2112a442 b7e7a701 bc34d686 fa87dfae";
    const auto with = [&](const char* first, const char* attributes) {
      return FromHex(fmt::format("{}{}{}", first, header, attributes));
    };
    CHECK((request({}) == with("00010000", "")));
    CHECK((request({.change_address = true, .change_port = true}) == with("00010008", "00030004 00000006")));
    CHECK((request({.change_port = true}) == with("00010008", "00030004 00000002")));
    CHECK((request({.response_port = 0xABCD}) == with("00010008", "00270004 ABCD0000")));
  }

  TEST_CASE("the other address of a server is read, and of one of RFC 3489 its changed address") {
    const Endpoint other = *Endpoint::Parse("198.51.100.2:3479", 0);
    CHECK(ReadSuccess({XorMapped(kMapped), Attribute(0x802C, test::AddressValue(other))}).other == other);
    CHECK(ReadSuccess({XorMapped(kMapped), Attribute(0x0005, test::AddressValue(other))}).other == other);
    CHECK_FALSE(ReadSuccess({XorMapped(kMapped)}).other);
  }

  TEST_CASE("another address that cannot be read is none, and the answer stands") {
    for (const Octets& value : {Octets(), Octets(3), Octets(8, 0xFF), Octets(21), Octets(2000, 1)}) {
      CAPTURE(value.size());
      const BindingReply reply = ReadSuccess({XorMapped(kMapped), Attribute(0x802C, value)});
      CHECK(reply.mapped == kMapped);
      CHECK_FALSE(reply.other);
    }
  }

  TEST_CASE("the responses of RFC 5769 with any octets changed are read or refused, and no more") {
    std::mt19937 dice(5769);
    for (int i = 0; i < 20000; ++i) {
      const Octets& vector = i % 2 == 0 ? kVectorV4 : kVectorV6;
      Octets changed = vector;
      for (unsigned n = dice() % 8; n > 0; --n) changed[dice() % changed.size()] = static_cast<std::uint8_t>(dice());
      changed.resize(dice() % 4 == 0 ? dice() % (changed.size() + 1) : changed.size());
      changed.shrink_to_fit();  // so that a read behind the end is seen
      const BindingReply reply = Read(changed);
      if (reply.outcome == StunOutcome::kMapped) REQUIRE(reply.mapped);
      if (reply.outcome == StunOutcome::kMalformed) REQUIRE_FALSE(reply.error.empty());
    }
  }

  TEST_CASE("a transaction ID has the magic cookie and differs each time") {
    std::set<TransactionId> seen;
    for (int i = 0; i < 1000; ++i) seen.insert(NewTransactionId());
    CHECK(seen.size() == 1000);
    for (const TransactionId& id : seen) CHECK(std::ranges::equal(std::span(id).first(4), FromHex("2112a442")));
  }

  TEST_CASE("reads the IPv4 response of RFC 5769") {
    const BindingReply reply = Read(kVectorV4);
    CHECK(reply.outcome == StunOutcome::kMapped);
    CHECK(reply.error == "");
    REQUIRE(reply.mapped);
    CHECK(reply.mapped->ToString() == "192.0.2.1:32853");
  }

  TEST_CASE("reads the IPv6 response of RFC 5769") {
    const BindingReply reply = Read(kVectorV6);
    CHECK(reply.outcome == StunOutcome::kMapped);
    REQUIRE(reply.mapped);
    CHECK(reply.mapped->ToString() == "[2001:db8:1234:5678:11:2233:4455:6677]:32853");
  }

  TEST_CASE("every octet of the RFC 5769 response is held against its FINGERPRINT") {
    for (std::size_t at = 20; at < kVectorV4.size(); ++at) {
      if (at == 72 || at == 73) continue;  // another type would make it another attribute
      CAPTURE(at);
      Octets changed = kVectorV4;
      changed[at] ^= 0x01;
      CHECK(Read(changed).outcome == StunOutcome::kMalformed);
    }
  }

  TEST_CASE("every truncation of the RFC 5769 responses is malformed") {
    for (const Octets& vector : {kVectorV4, kVectorV6}) {
      for (std::size_t size = 0; size < vector.size(); ++size) {
        CAPTURE(size);
        const BindingReply reply = Read(Octets(vector.begin(), vector.begin() + static_cast<std::ptrdiff_t>(size)));
        CHECK(reply.outcome == StunOutcome::kMalformed);
        CHECK_FALSE(reply.mapped);
        CHECK_FALSE(reply.error.empty());
      }
    }
  }

  TEST_CASE("a response without FINGERPRINT or MESSAGE-INTEGRITY is as good") {
    CHECK(ReadSuccess({XorMapped(kMapped)}).mapped == kMapped);
  }

  TEST_CASE("a MESSAGE-INTEGRITY that nobody asked for is not judged") {
    CHECK(ReadSuccess({XorMapped(kMapped), Attribute(test::kMessageIntegrity, Octets(20, 0xAA))}).mapped == kMapped);
  }

  TEST_CASE("a MESSAGE-INTEGRITY of another length is malformed, before libstun reads 20 octets of it") {
    const BindingReply reply = ReadSuccess({XorMapped(kMapped), Attribute(test::kMessageIntegrity, {})});
    CHECK(reply.outcome == StunOutcome::kMalformed);
    CHECK(reply.error == "attribute 0x0008 has 0 octets instead of 20");
  }

  TEST_CASE("an address that only follows the MESSAGE-INTEGRITY does not count (RFC 8489 §14.5)") {
    CHECK(ReadSuccess({Attribute(test::kMessageIntegrity, Octets(20)), XorMapped(kMapped)}).outcome ==
          StunOutcome::kMalformed);
  }

  TEST_CASE("MAPPED-ADDRESS is taken where a server of RFC 3489 gives only that") {
    const BindingReply reply = ReadSuccess({Attribute(test::kMappedAddress, AddressValue(kMapped)),
                                            Attribute(0x0004, AddressValue(kOther)),    // SOURCE-ADDRESS
                                            Attribute(0x0005, AddressValue(kOther))});  // CHANGED-ADDRESS
    CHECK(reply.outcome == StunOutcome::kMapped);
    CHECK(reply.mapped == kMapped);
  }

  TEST_CASE("XOR-MAPPED-ADDRESS wins over MAPPED-ADDRESS, which routers on the way rewrite") {
    CHECK(ReadSuccess({Attribute(test::kMappedAddress, AddressValue(kOther)), XorMapped(kMapped)}).mapped == kMapped);
  }

  TEST_CASE("a response without an address is malformed") {
    const BindingReply reply = ReadSuccess({Attribute(test::kSoftware, Octets(5, 'x'))});
    CHECK(reply.outcome == StunOutcome::kMalformed);
    CHECK(reply.error == "the answer has no mapped address");
  }

  TEST_CASE("an address of an unknown family or a wrong length is malformed, whatever else the response says") {
    for (const Octets& value :
         {FromHex("0003a147e112a643"), FromHex("0001a147"), FromHex("0002a147e112a643"), FromHex("00"), Octets{}}) {
      const BindingReply reply = ReadSuccess(
          {Attribute(test::kXorMappedAddress, value), Attribute(test::kMappedAddress, AddressValue(kMapped))});
      CHECK(reply.outcome == StunOutcome::kMalformed);
      CHECK(reply.error == "the mapped address cannot be read");
    }
  }

  TEST_CASE("an unknown attribute that must be understood spoils a response (RFC 8489 §6.3.3)") {
    const BindingReply reply = ReadSuccess({XorMapped(kMapped), Attribute(0x7ABC, Octets(4))});
    CHECK(reply.outcome == StunOutcome::kMalformed);
    CHECK(reply.error == "it has an attribute that must be understood and is not known");
  }

  TEST_CASE("an unknown attribute that need not be understood is passed over") {
    CHECK(ReadSuccess({Attribute(0xFABC, Octets(7)), XorMapped(kMapped)}).mapped == kMapped);
  }

  TEST_CASE("an error response is an answer with code and reason") {
    const auto read = [](int code, std::string_view reason) {
      return Read(Message(kBindingError, kId, {Attribute(0x0009, ErrorValue(code, reason))}));
    };
    for (const int code : {300, 400, 401, 420, 500, 699}) {
      const BindingReply reply = read(code, "Try Harder");
      CHECK(reply.outcome == StunOutcome::kErrorResponse);
      CHECK(reply.error_code == code);
      CHECK(reply.error == "Try Harder");
    }
    CHECK(read(400, "").error == "");
    CHECK(read(400, "a\x1b[31m\n").error == "a\\027[31m\\010");
    CHECK(read(200, "OK").outcome == StunOutcome::kMalformed);
    CHECK(read(799, "?").outcome == StunOutcome::kMalformed);
  }

  TEST_CASE("an error response without a readable code is malformed") {
    CHECK(Read(Message(kBindingError, kId, {})).outcome == StunOutcome::kMalformed);
    CHECK(Read(Message(kBindingError, kId, {Attribute(0x0009, Octets(3))})).outcome == StunOutcome::kMalformed);
    CHECK(Read(Message(kBindingError, kId, {XorMapped(kMapped)})).outcome == StunOutcome::kMalformed);
  }

  TEST_CASE("our own request, sent back, is no answer") {
    const BindingRequest request = WriteBindingRequest(kId);
    const BindingReply reply = ReadBindingReply(kId, request);
    CHECK(reply.outcome == StunOutcome::kMalformed);
    CHECK(reply.error == "a request came back instead of an answer");
  }

  TEST_CASE("an indication is no answer") {
    const BindingReply reply = Read(Message(0x0011, kId, {XorMapped(kMapped)}));
    CHECK(reply.outcome == StunOutcome::kMalformed);
    CHECK(reply.error == "an indication came instead of an answer");
  }

  TEST_CASE("an answer to another method or transaction is no answer") {
    CHECK(Read(Message(0x0103, kId, {XorMapped(kMapped)})).error == "it answers another request");
    TransactionId other = kId;
    other.back() ^= 1;
    CHECK(Read(Message(kBindingSuccess, other, {XorMapped(kMapped)})).error == "it answers another request");
  }

  TEST_CASE("an address belongs to the family of its server, or came through a NAT64") {
    const auto outcome = [](const char* server, const Octets& vector) {
      return ReadBindingReply(kId, vector, *base::IpAddress::Parse(server)).outcome;
    };
    CHECK(outcome("192.0.2.1", kVectorV4) == StunOutcome::kMapped);
    CHECK(outcome("192.0.2.1", kVectorV6) == StunOutcome::kMalformed);
    CHECK(outcome("2001:db8::1", kVectorV6) == StunOutcome::kMapped);
    CHECK(outcome("2001:db8::1", kVectorV4) == StunOutcome::kMalformed);
    CHECK(outcome("64:ff9b::192.0.2.1", kVectorV4) == StunOutcome::kMapped);
  }

  TEST_CASE("a reading leaves nothing behind that the next one sees") {
    for (int i = 0; i < 1000; ++i) {  // libstun has 200 slots for requests
      TransactionId id = NewTransactionId();
      REQUIRE(ReadBindingReply(id, kVectorV4).outcome == StunOutcome::kMalformed);
      REQUIRE(ReadSuccess({Attribute(0x7ABC, Octets(4))}).outcome == StunOutcome::kMalformed);
    }
    CHECK(Read(kVectorV4).outcome == StunOutcome::kMapped);
    CHECK(Read(kVectorV4).outcome == StunOutcome::kMapped);
    CHECK(ReadSuccess({XorMapped(kMapped)}).outcome == StunOutcome::kMapped);
  }
}

}  // namespace dialwatch::probes
