#include "probes/sip/message.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/probes/sip/messages.h"

namespace dialwatch::probes {

using test::Crlf;

namespace {

// RFC 3261 §24.2, F2 and F9.
const std::string kInvite = Crlf(
                                R"(INVITE sip:bob@192.0.2.4 SIP/2.0
Via: SIP/2.0/UDP server10.biloxi.com;branch=z9hG4bK4b43c2ff8.1
Via: SIP/2.0/UDP bigbox3.site3.atlanta.com;branch=z9hG4bK77ef4c2312983.1;received=192.0.2.2
Via: SIP/2.0/UDP pc33.atlanta.com;branch=z9hG4bKnashds8;received=192.0.2.1
Max-Forwards: 68
To: Bob <sip:bob@biloxi.com>
From: Alice <sip:alice@atlanta.com>;tag=1928301774
Call-ID: a84b4c76e66710
CSeq: 314159 INVITE
Contact: <sip:alice@pc33.atlanta.com>
Content-Type: application/sdp
Content-Length: 4

v=0
)") + "\n";  // a body of "v=0\r", and an octet behind it

const std::string kOk = Crlf(
    R"(SIP/2.0 200 OK
v: SIP/2.0/UDP pc33.atlanta.com;branch=z9hG4bKnashds8;rport=5061;received=192.0.2.1
t: Bob <sip:bob@biloxi.com>;tag=a6c85cf
f: Alice <sip:alice@atlanta.com>;tag=1928301774
i: a84b4c76e66710
CSeq: 314159 INVITE
m: <sip:bob@192.0.2.4>
l: 0

)");

std::string Why(std::string_view octets) {
  const auto read = ReadSipMessage(octets);
  return read ? "" : read.error().what;
}

// kOk with a part of it replaced.
std::string With(std::string_view what, std::string_view by) {
  std::string text = kOk;
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

}  // namespace

TEST_SUITE("probes/sip/message") {
  TEST_CASE("a request is read, with what tells it apart") {
    const auto read = ReadSipMessage(kInvite);
    REQUIRE(read);
    const auto& [message, ids] = *read;
    CHECK_FALSE(message.is_response());
    CHECK(message.method == "INVITE");
    CHECK(message.uri == "sip:bob@192.0.2.4");
    CHECK(message.Find("content-TYPE") == "application/sdp");
    CHECK(message.FindAll("Via").size() == 3);
    CHECK(message.body == "v=0\r");
    CHECK(ids.via.branch == "z9hG4bK4b43c2ff8.1");
    CHECK(ids.vias == 3);
    CHECK(ids.call_id == "a84b4c76e66710");
    CHECK(ids.from_tag == "1928301774");
    CHECK(ids.to_tag.empty());
    CHECK(ids.cseq == 314159);
    CHECK(ids.method == "INVITE");
  }

  TEST_CASE("a response is read, also with compact names") {
    const auto read = ReadSipMessage(kOk);
    REQUIRE(read);
    const auto& [message, ids] = *read;
    CHECK(message.status == 200);
    CHECK(message.reason == "OK");
    CHECK(message.Find("Contact") == "<sip:bob@192.0.2.4>");
    CHECK(message.headers[0].name == "Via");
    CHECK(ids.to_tag == "a6c85cf");
    REQUIRE(ids.via.seen);
    CHECK(ids.via.seen->ToString() == "192.0.2.1:5061");
  }

  TEST_CASE("a reason may be empty, and may be missing with its space") {
    CHECK(ReadSipMessage(With("200 OK", "200 "))->message.reason.empty());
    CHECK(ReadSipMessage(With("200 OK", "200"))->message.status == 200);
  }

  TEST_CASE("a datagram without Content-Length ends with its body") {
    CHECK(ReadSipMessage(With("l: 0\r\n", "") + "v=0")->message.body == "v=0");
  }

  TEST_CASE("empty lines before a message are left out") {
    CHECK(ReadSipMessage("\r\n\r\n" + kOk));
  }

  TEST_CASE("no part of a message is a message") {
    const std::string text = With("l: 0\r\n\r\n", "l: 5\r\n\r\nhello");
    REQUIRE(ReadSipMessage(text)->message.body == "hello");
    for (std::size_t size = 0; size < text.size(); ++size) {
      CAPTURE(size);
      CHECK_FALSE(ReadSipMessage(std::string_view(text).substr(0, size)));
    }
  }

  TEST_CASE("what a message lacks is said") {
    CHECK(Why(With("CSeq: 314159 INVITE\r\n", "")) == "it has no CSeq");
    CHECK(Why(With("i: a84b4c76e66710\r\n", "")) == "it has no Call-ID");
    CHECK(Why(With("f: Alice <sip:alice@atlanta.com>;tag=1928301774\r\n", "")) == "it has no From");
    CHECK(Why(With("t: Bob <sip:bob@biloxi.com>;tag=a6c85cf\r\n", "")) == "it has no To");
    CHECK(Why(With("i: a84b4c76e66710", "i:")) == "its Call-ID is empty");
    CHECK(Why(With("v: SIP/2.0/UDP", "x: SIP/2.0/UDP")) == "it has no Via");
    CHECK(Why("") == "it ends within its headers");
  }

  TEST_CASE("what could be read in two ways is not read") {
    CHECK(Why(With("i: a84b4c76e66710", "i: a\r\nCall-ID: b")) == "it has more than one Call-ID");
    CHECK(Why(With("l: 0", "l: 0\r\nContent-Length: 1")) == "it has two Content-Lengths that differ");
    CHECK(Why(With("l: 0", "l: 0\r\nContent-Length: 0")) == "");
    CHECK(Why(With("l: 0\r\n", "l: 0\n")) == "a line does not end with CR and LF");
    CHECK(Why(With("SIP/2.0 200 OK\r\n", "SIP/2.0 200 OK\r\n folded: to nothing\r\n")) ==
          "\" folded: to nothing\" is no header");
    CHECK(Why(With("l: 0", "two words: 0")) == "\"two words: 0\" is no header");
    CHECK(Why(With("l: 0", "no colon")) == "\"no colon\" is no header");
    CHECK(Why(With("i: a84b4c76e66710", std::string_view("i: \0", 4))) == "its Call-ID holds control characters");
  }

  TEST_CASE("a Content-Length that lies is an error") {
    CHECK(Why(With("l: 0", "l: 1")) == "its Content-Length is 1, but 0 octets follow");
    CHECK(Why(With("l: 0", "l: -1")) == "its Content-Length \"-1\" is no number");
    CHECK(Why(With("l: 0", "l:")) == "its Content-Length \"\" is no number");
    CHECK(Why(With("l: 0", "l: 70000")) == "its Content-Length 70000 is too large");
    CHECK(Why(With("l: 0", "l: 99999999999999999999")) == "its Content-Length \"99999999999999999999\" is no number");
  }

  TEST_CASE("a status is three digits from 100 to 699") {
    for (const char* status : {"099", "700", "20", "2000", "-20", "2x0", "", "4294967301"}) {
      CAPTURE(status);
      CHECK(Why(With("200", status)) == "its status is not between 100 and 699");
    }
  }

  TEST_CASE("a CSeq is a number below 2^31 and the request's method") {
    for (const char* cseq :
         {"2147483648 INVITE", "INVITE", "1", "1 ", "-1 INVITE", "1 IN VITE", "36893488147419103232 INVITE"}) {
      CAPTURE(cseq);
      CHECK(Why(With("314159 INVITE", cseq)) == "its CSeq cannot be read");
    }
    std::string invite = kInvite;
    CHECK(Why(invite.replace(invite.find("314159 INVITE"), 13, "314159 BYE")) == "its CSeq names another method");
  }

  TEST_CASE("endless headers and lines end") {
    std::string many;
    for (int i = 0; i < 300; ++i) many += fmt::format("X-{}: y\r\n", i);
    CHECK(Why(With("l: 0\r\n", many)) == "it has over 200 headers");
    CHECK(Why(With("l: 0", "X: " + std::string(9000, 'y'))) == "a header is longer than 8192 octets");
    std::string folded = "X: y";
    for (int i = 0; i < 5000; ++i) folded += "\r\n z";
    CHECK(Why(With("l: 0", folded)) == "a header is longer than 8192 octets");
    CHECK(Why(With("200 OK", "200 " + std::string(9000, 'O'))) == "its first line is longer than 8192 octets");
    CHECK(Why(kOk + std::string(70000, ' ')) == "it is longer than 65536 octets");
  }

  TEST_CASE("what is no SIP says how it begins") {
    CHECK(Why("HTTP/1.1 400 Bad Request\r\n\r\n") == "it is not SIP: it begins with \"HTTP/1.1 400 Bad Request\"");
    CHECK(Why("SIP/3.0 200 OK\r\n\r\n") == "it is not SIP: it begins with \"SIP/3.0 200 OK\"");
    CHECK(Why("\x16\x03\x01\r\n\r\n") == "it is not SIP: it begins with \"\\022\\003\\001\"");
  }

  TEST_CASE("what is written can be read, with its true Content-Length") {
    SipMessage message{.status = 486, .reason = "Busy Here"};
    message.Add("Via", "SIP/2.0/UDP a;branch=b").Add("From", "<sip:a@b>;tag=1").Add("To", "<sip:c@d>");
    message.Add("Call-ID", "x").Add("CSeq", "7 INVITE").Add("Content-Length", "77");
    message.body = "body";
    const std::string text = WriteSipMessage(message);
    CHECK(text == Crlf("SIP/2.0 486 Busy Here\nVia: SIP/2.0/UDP a;branch=b\nFrom: <sip:a@b>;tag=1\nTo: <sip:c@d>\n"
                       "Call-ID: x\nCSeq: 7 INVITE\nContent-Length: 4\n\nbody"));
    CHECK(ReadSipMessage(text)->message.body == "body");
  }

  TEST_CASE("no line can be smuggled into what is written") {
    SipMessage message{.method = "OPTIONS", .uri = "sip:a@b SIP/2.0\r\nEvil: 1"};
    message.Add("Subject", std::string("a\r\nEvil: 2\0", 11));
    CHECK(WriteSipMessage(message) ==
          Crlf("OPTIONS sip:a@b SIP/2.0  Evil: 1 SIP/2.0\nSubject: a  Evil: 2 \nContent-Length: 0\n\n"));
  }
}

}  // namespace dialwatch::probes
