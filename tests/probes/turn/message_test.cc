#include "probes/turn/message.h"

#include <doctest/doctest.h>

#include "probes/turn/credentials.h"
#include "tests/probes/stun/messages.h"

namespace dialwatch::probes {

using base::Endpoint;
using test::FromHex;
using test::Octets;

namespace {

// RFC 5769 §2.4: a request with long-term credentials.
const Octets kLongTerm = FromHex(R"(
  00 01 00 60  21 12 a4 42  78 ad 34 33  c6 ad 72 c0  29 da 41 2e
  00 06 00 12  e3 83 9e e3  83 88 e3 83  aa e3 83 83  e3 82 af e3  82 b9 00 00
  00 15 00 1c  66 2f 2f 34  39 39 6b 39  35 34 64 36  4f 4c 33 34  6f 4c 39 46  53 54 76 79  36 34 73 41
  00 14 00 0b  65 78 61 6d  70 6c 65 2e  6f 72 67 00
  00 08 00 14  f6 70 24 65  6d d6 4a 3e  02 b8 e0 71  2e 85 c9 a2  8c a8 96 66)");
const TurnCredentials kMatrix{"\u30DE\u30C8\u30EA\u30C3\u30AF\u30B9", "TheMatrIX"};
const TurnKey kMatrixKey = LongTermKey(kMatrix, "example.org");

TransactionId IdOf(const Octets& message) {
  return ReadTransactionId(message);
}

}  // namespace

TEST_SUITE("probes/turn/message") {
  TEST_CASE("the vector of RFC 5769 is read, and its signature is right") {
    const auto message = TurnMessage::Read(kLongTerm);
    REQUIRE(message);
    CHECK(message->kind() == TurnClass::kRequest);
    CHECK(message->method() == 1);
    CHECK(message->FindText(TurnAttribute::kUsername) == kMatrix.username);
    CHECK(message->FindText(TurnAttribute::kRealm) == "example.org");
    CHECK(message->FindText(TurnAttribute::kNonce) == "f//499k954d6OL34oL9FSTvy64sA");
    CHECK(message->IsSigned(kMatrixKey));
    CHECK_FALSE(message->IsSigned(LongTermKey({kMatrix.username, "TheMatrix"}, "example.org")));
  }

  TEST_CASE("a request is written and signed as in RFC 5769") {
    TurnWriter writer(TurnMethod::kBinding, TurnClass::kRequest, IdOf(kLongTerm));
    writer.Add(TurnAttribute::kUsername, kMatrix.username)
        .Add(TurnAttribute::kNonce, "f//499k954d6OL34oL9FSTvy64sA")
        .Add(TurnAttribute::kRealm, "example.org");
    CHECK(std::move(writer).Finish(kMatrixKey) == kLongTerm);
  }

  TEST_CASE("a message that was changed on the way is not signed") {
    for (std::size_t at = 0; at < kLongTerm.size(); ++at) {
      CAPTURE(at);
      Octets changed = kLongTerm;
      changed[at] ^= 0x01;
      const auto message = TurnMessage::Read(changed);
      const bool padding = at == 42 || at == 43 || at == 91;
      if (message && !padding) CHECK_FALSE(message->IsSigned(kMatrixKey));
    }
  }

  TEST_CASE("what stands behind the signature is not believed") {
    Octets longer = kLongTerm;
    const Octets more = test::Attribute(0x000D, {0, 0, 2, 88});
    longer.insert(longer.end(), more.begin(), more.end());
    longer[3] = 0x68;
    const auto message = TurnMessage::Read(longer);
    REQUIRE(message);
    CHECK_FALSE(message->Find(TurnAttribute::kLifetime));
    CHECK(message->IsSigned(kMatrixKey));
  }

  TEST_CASE("the class lies between the bits of the method") {
    const TransactionId id = NewTransactionId();
    CHECK((std::move(TurnWriter(TurnMethod::kAllocate, TurnClass::kRequest, id)).Finish()[1]) == 0x03);
    for (const auto& [method, kind, type] : {std::tuple(TurnMethod::kAllocate, TurnClass::kRequest, 0x0003),
                                             {TurnMethod::kAllocate, TurnClass::kSuccess, 0x0103},
                                             {TurnMethod::kAllocate, TurnClass::kError, 0x0113},
                                             {TurnMethod::kSend, TurnClass::kIndication, 0x0016},
                                             {TurnMethod::kData, TurnClass::kIndication, 0x0017}}) {
      const auto octets = TurnWriter(method, kind, id).Finish();
      CHECK((octets[0] << 8 | octets[1]) == type);
      const auto message = TurnMessage::Read(octets);
      CHECK(message->kind() == kind);
      CHECK(message->method() == static_cast<std::uint16_t>(method));
    }
  }

  TEST_CASE("addresses are masked with the cookie and the transaction") {
    const TransactionId id = NewTransactionId();
    for (const char* text : {"192.0.2.1:32853", "[2001:db8:1234:5678:11:2233:4455:6677]:32853"}) {
      const Endpoint address = *Endpoint::Parse(text, 0);
      TurnWriter writer(TurnMethod::kCreatePermission, TurnClass::kRequest, id);
      const Octets octets = std::move(writer.AddXor(TurnAttribute::kXorPeerAddress, address)).Finish();
      CHECK(octets == test::Message(0x0008, id, {test::Attribute(0x0012, test::XorAddressValue(address, id))}));
      CHECK(TurnMessage::Read(octets)->FindXor(TurnAttribute::kXorPeerAddress) == address);
    }
  }

  TEST_CASE("an address of another family or length is none") {
    const TransactionId id = NewTransactionId();
    for (const Octets& value : {Octets{}, Octets{0, 1, 0, 0}, Octets{0, 2, 0, 0, 1, 2, 3, 4},
                                Octets{0, 3, 0, 0, 1, 2, 3, 4}, Octets(24, 1)}) {
      const Octets octets = test::Message(0x0103, id, {test::Attribute(0x0016, value)});
      CHECK_FALSE(TurnMessage::Read(octets)->FindXor(TurnAttribute::kXorRelayedAddress));
    }
  }

  TEST_CASE("an error has a code from 300 to 699, and words") {
    const TransactionId id = NewTransactionId();
    const auto error = [&](const Octets& value) {
      const Octets octets = test::Message(0x0113, id, {test::Attribute(0x0009, value)});
      return TurnMessage::Read(octets)->FindError();
    };
    CHECK(error(test::ErrorValue(486, "Allocation Quota Reached"))->code == 486);
    CHECK(error(test::ErrorValue(486, "Allocation Quota Reached"))->reason == "Allocation Quota Reached");
    CHECK(error(test::ErrorValue(508, ""))->reason.empty());
    for (const Octets& bad : {Octets{0, 0, 4}, Octets{0, 0, 2, 0}, Octets{0, 0, 7, 0}, Octets{0, 0, 4, 100}}) {
      CHECK_FALSE(error(bad));
    }
  }

  TEST_CASE("channel data has a number and a length, and is padded on streams only") {
    const Octets data{1, 2, 3, 4, 5};
    CHECK(WriteChannelData({0x4000, data}, false) == FromHex("40 00 00 05 01 02 03 04 05"));
    CHECK(WriteChannelData({0x4000, data}, true) == FromHex("40 00 00 05 01 02 03 04 05 00 00 00"));
    const Octets padded = FromHex("4F FF 00 01 07 00 00 00");
    REQUIRE(ReadChannelData(padded));
    CHECK(ReadChannelData(padded)->channel == 0x4FFF);
    CHECK(ReadChannelData(padded)->data.size() == 1);
    for (const char* bad : {"", "40 00 00", "3F FF 00 00", "50 00 00 00", "40 00 00 02 01"}) {
      CHECK_FALSE(ReadChannelData(FromHex(bad)));
    }
  }

  TEST_CASE("any octets are taken without harm") {
    for (std::size_t size = 0; size < kLongTerm.size(); ++size) {
      CHECK_FALSE(TurnMessage::Read(std::span(kLongTerm).first(size)));
    }
    CHECK_FALSE(TurnMessage::Read(FromHex("00 01 00 04 21 12 a4 42 000102030405060708090a0b 00 08 00 00")));
  }
}

}  // namespace dialwatch::probes
