#include "probes/sip/frames.h"

#include <doctest/doctest.h>

#include <vector>

#include "tests/probes/sip/messages.h"

namespace dialwatch::probes {

using test::Crlf;

namespace {

const std::string kFirst = Crlf("SIP/2.0 200 OK\nCSeq: 1 OPTIONS\nContent-Length: 5\n\nhello");
const std::string kSecond = Crlf("BYE sip:a@b SIP/2.0\nl: 0\n\n");

std::vector<std::string> TakeAll(SipFrames& frames) {
  std::vector<std::string> taken;
  for (;;) {
    const auto message = frames.Next();
    REQUIRE(message);
    if (!*message) return taken;
    taken.emplace_back(**message);
  }
}

std::string Why(std::string_view octets) {
  SipFrames frames;
  frames.Add(octets);
  const auto next = frames.Next();
  return next ? "" : next.error().what;
}

}  // namespace

TEST_SUITE("probes/sip/frames") {
  TEST_CASE("messages are cut alike, however their octets come") {
    const std::string stream = "\r\n\r\n" + kFirst + "\r\n" + kSecond + kFirst;
    for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
      CAPTURE(piece);
      SipFrames frames;
      std::vector<std::string> taken;
      for (std::size_t at = 0; at < stream.size(); at += piece) {
        frames.Add(std::string_view(stream).substr(at, piece));
        for (std::string& each : TakeAll(frames)) taken.push_back(std::move(each));
      }
      CHECK(taken == std::vector<std::string>{kFirst, kSecond, kFirst});
    }
  }

  TEST_CASE("a message is whole with its last octet, not before") {
    SipFrames frames;
    for (std::size_t i = 0; i + 1 < kFirst.size(); ++i) {
      frames.Add(std::string_view(kFirst).substr(i, 1));
      CHECK(TakeAll(frames).empty());
    }
    frames.Add(std::string_view(kFirst).substr(kFirst.size() - 1));
    CHECK(TakeAll(frames) == std::vector<std::string>{kFirst});
  }

  TEST_CASE("without a true Content-Length there is no end") {
    CHECK(Why(Crlf("BYE sip:a@b SIP/2.0\nTo: x\n\n")) ==
          "a message has no Content-Length, so that its end cannot be told");
    CHECK(Why(Crlf("BYE sip:a@b SIP/2.0\nl: 1\nl: 2\n\n")) == "it has two Content-Lengths that differ");
    CHECK(Why(Crlf("BYE sip:a@b SIP/2.0\nl: -1\n\n")) == "its Content-Length \"-1\" is no number");
    CHECK(Why(Crlf("BYE sip:a@b SIP/2.0\nl: 65530\n\n")) == "a message is longer than 65536 octets");
  }

  TEST_CASE("headers without end end") {
    SipFrames frames;
    const std::string line = "X: " + std::string(997, 'y') + "\r\n";
    frames.Add("SIP/2.0 200 OK\r\n");
    bool failed = false;
    for (int i = 0; i < 70 && !failed; ++i) {
      frames.Add(line);
      failed = !frames.Next();
    }
    CHECK(failed);
    CHECK(Why("SIP/2.0 200 OK\r\n" + std::string(70000, 'x')) == "its headers are longer than 65536 octets");
  }
}

}  // namespace dialwatch::probes
