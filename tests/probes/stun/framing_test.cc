#include "probes/stun/framing.h"

#include <doctest/doctest.h>

#include "tests/probes/stun/messages.h"

namespace dialwatch::probes {

using test::Attribute;
using test::Message;
using test::Octets;

namespace {

const TransactionId kId{0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

Octets WithAttribute(const Octets& attribute) {
  return Message(test::kBindingSuccess, kId, {attribute});
}

}  // namespace

TEST_SUITE("probes/stun/framing") {
  TEST_CASE("a message without attributes is whole") {
    CHECK_FALSE(FindFramingFault(Message(test::kBindingSuccess, kId, {})));
  }

  TEST_CASE("an attribute of any length is whole with its padding") {
    CHECK_FALSE(FindFramingFault(WithAttribute(Attribute(test::kSoftware, {}))));
    CHECK_FALSE(FindFramingFault(WithAttribute(Attribute(test::kSoftware, Octets(13)))));
  }

  TEST_CASE("every truncation of a message is a fault") {
    const Octets whole = WithAttribute(Attribute(test::kSoftware, Octets(13)));
    for (std::size_t size = 0; size < whole.size(); ++size) {
      CAPTURE(size);
      CHECK(FindFramingFault(Octets(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))));
    }
  }

  TEST_CASE("says how many octets are missing or too many") {
    Octets message = WithAttribute(Attribute(test::kSoftware, Octets(4)));
    message.push_back(0);
    CHECK(FindFramingFault(message) == "the header announces 8 octets, the datagram has 9");
    message.resize(22);
    CHECK(FindFramingFault(message) == "the header announces 8 octets, the datagram has 2");
    message.resize(3);
    CHECK(FindFramingFault(message) == "3 octets are no STUN header");
    CHECK(FindFramingFault({}) == "0 octets are no STUN header");
  }

  TEST_CASE("what RFC 7983 gives to other protocols is no STUN message") {
    Octets message = Message(test::kBindingSuccess, kId, {});
    message[0] = 0x80;  // RTP
    CHECK(FindFramingFault(message) == "the first two bits are not zero");
  }

  TEST_CASE("an attribute must end within the message") {
    CHECK(FindFramingFault(WithAttribute({0x80, 0x22, 0xFF, 0xFF})) ==
          "attribute 0x8022 has 65535 octets, the message only 0 more");
    CHECK(FindFramingFault(WithAttribute({0x80, 0x22, 0x00, 0x05, 1, 2, 3, 4})) ==
          "attribute 0x8022 has 5 octets, the message only 4 more");
  }

  TEST_CASE("the padding of the last attribute belongs to the message") {
    CHECK(FindFramingFault(WithAttribute({0x80, 0x22, 0x00, 0x03, 1, 2, 3})) ==
          "attribute 0x8022 has 3 octets, the message only 3 more");
  }

  TEST_CASE("a piece of an attribute's header is a fault") {
    CHECK(FindFramingFault(WithAttribute({0x80, 0x22})) == "the message ends within an attribute's header");
  }

  TEST_CASE("a MESSAGE-INTEGRITY has 20 octets, since libstun reads that many") {
    for (const std::size_t size : {0U, 1U, 16U, 19U, 21U, 32U}) {
      CAPTURE(size);
      CHECK(FindFramingFault(WithAttribute(Attribute(test::kMessageIntegrity, Octets(size)))));
    }
    CHECK_FALSE(FindFramingFault(WithAttribute(Attribute(test::kMessageIntegrity, Octets(20)))));
    CHECK(FindFramingFault(WithAttribute(Attribute(test::kMessageIntegrity, {}))) ==
          "attribute 0x0008 has 0 octets instead of 20");
  }

  TEST_CASE("a FINGERPRINT has 4 octets") {
    CHECK(FindFramingFault(WithAttribute(Attribute(0x8028, Octets(8)))) ==
          "attribute 0x8028 has 8 octets instead of 4");
  }
}

}  // namespace dialwatch::probes
