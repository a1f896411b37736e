#include "probes/sip/sdp.h"

#include <doctest/doctest.h>

#include "tests/probes/sip/messages.h"

namespace dialwatch::probes {

using test::Crlf;

namespace {

const SdpOffer kOffer{.rtp = *base::Endpoint::Parse("192.0.2.1:40000", 0), .session = 77};

const base::IpAddress kDialer = *base::IpAddress::Parse("203.0.113.5");

// As Asterisk answers.
constexpr std::string_view kAnswer = R"(v=0
o=- 77 3 IN IP4 203.0.113.5
s=Asterisk
c=IN IP4 203.0.113.5
t=0 0
m=audio 12345 RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=ptime:20
a=maxptime:150
a=sendrecv
a=rtcp-mux
)";

SdpAnswer Judge(std::string_view text) {
  return JudgeSdpAnswer(kOffer, kDialer, Crlf(text));
}

// kAnswer with a part of it replaced.
std::string With(std::string_view what, std::string_view by) {
  std::string text(kAnswer);
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

std::string Why(std::string_view text) {
  const auto read = ReadSdp(text);
  return read ? "" : read.error().what;
}

}  // namespace

TEST_SUITE("probes/sip/sdp") {
  TEST_CASE("an offer has one audio stream") {
    CHECK(WriteSdpOffer(kOffer) == Crlf(R"(v=0
o=- 77 1 IN IP4 192.0.2.1
s=-
c=IN IP4 192.0.2.1
t=0 0
m=audio 40000 RTP/AVP 0 8
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=ptime:20
a=sendrecv
a=rtcp-mux
)"));
    const SdpOffer v6{.rtp = *base::Endpoint::Parse("[2001:db8::1]:4000", 0), .codecs = {AudioCodec::kPcma}};
    CHECK(WriteSdpOffer(v6).find("c=IN IP6 2001:db8::1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n") != std::string::npos);
    CHECK((*ReadSdp(WriteSdpOffer(v6)))->rtp == v6.rtp);
  }

  TEST_CASE("an answer tells where audio goes and what it is") {
    const SdpAnswer answer = Judge(kAnswer);
    CHECK(answer.fault == SdpFault::kNone);
    CHECK(answer.audio.rtp.ToString() == "203.0.113.5:12345");
    CHECK(answer.audio.protocol == "RTP/AVP");
    CHECK(answer.codec == AudioCodec::kPcmu);
    CHECK(answer.payload_type == 0);
    CHECK(answer.audio.formats == std::vector<int>{0});  // telephone-event is no audio
    CHECK(answer.usable());
  }

  TEST_CASE("payload types need no rtpmap, and may have another number with one") {
    CHECK(Judge(With("a=rtpmap:0 PCMU/8000\n", "")).codec == AudioCodec::kPcmu);
    const SdpAnswer moved = Judge(With("0 101\na=rtpmap:0 PCMU/8000", "18 96\na=rtpmap:96 pcma/8000/1"));
    CHECK(moved.fault == SdpFault::kNone);
    CHECK(moved.codec == AudioCodec::kPcma);
    CHECK(moved.payload_type == 96);
    CHECK(Judge(With("a=rtpmap:0 PCMU/8000", "a=rtpmap:0 G729/8000")).fault == SdpFault::kNoCodec);
  }

  TEST_CASE("the address of the stream goes before that of the session") {
    CHECK(Judge(With("m=audio 12345 RTP/AVP 0 101", "m=audio 12345 RTP/AVP 0 101\nc=IN IP4 198.51.100.9"))
              .audio.rtp.ToString() == "198.51.100.9:12345");
    CHECK((*ReadSdp(Crlf(With("c=IN IP4 203.0.113.5", "c=IN IP6 2001:db8::5"))))->rtp.ToString() ==
          "[2001:db8::5]:12345");
  }

  TEST_CASE("other streams say nothing of the audio") {
    const SdpAnswer answer = Judge(With("m=audio", "m=video 0 RTP/AVP 31\nc=IN IP4 198.51.100.9\na=inactive\nm=audio"));
    CHECK(answer.fault == SdpFault::kNone);
    CHECK(answer.audio.rtp.ToString() == "203.0.113.5:12345");
    CHECK(Judge(std::string(kAnswer) + "m=audio 0 RTP/AVP 0\na=inactive\n").fault == SdpFault::kNone);
  }

  TEST_CASE("a direction holds for all streams until one has its own") {
    CHECK(Judge(With("t=0 0\n", "t=0 0\na=inactive\n")).fault == SdpFault::kNone);
    CHECK(Judge(With("a=sendrecv\n", "")).fault == SdpFault::kNone);
    std::string text = With("t=0 0\n", "t=0 0\na=recvonly\n");
    text.erase(text.find("a=sendrecv\n"), 11);
    const SdpAnswer answer = Judge(text);
    CHECK(answer.fault == SdpFault::kOneWay);
    CHECK(answer.why == "it lets audio flow one way at most (recvonly)");
    CHECK(answer.audio.rtp.port == 12345);
  }

  TEST_CASE("an answer that cannot be used says why") {
    CHECK(Judge("").why == "it has no session description");
    CHECK(Judge(With("audio 12345", "audio 0")).why == "it rejects the audio stream (port 0)");
    CHECK(Judge(With("audio 12345", "audio 0")).fault == SdpFault::kRejected);
    CHECK(Judge(With("c=IN IP4 203.0.113.5", "c=IN IP4 0.0.0.0")).why ==
          "it wants audio at 0.0.0.0, where it cannot be");
    CHECK(Judge(With("0 101", "18 101")).why == "it has no codec in common with us");
    CHECK(Judge(With("RTP/AVP", "UDP/TLS/RTP/SAVPF")).why == "it speaks UDP/TLS/RTP/SAVPF instead of RTP/AVP");
    CHECK(Judge(With("m=audio", "m=image")).why == "it has no audio stream");
    CHECK(Judge(With("c=IN IP4 203.0.113.5\n", "")).why ==
          "its session description: it has no c= line with the address of the audio");
  }

  TEST_CASE("a loopback address is one only for a dialer that is there itself") {
    const std::string text = With("c=IN IP4 203.0.113.5", "c=IN IP4 127.0.0.1");
    CHECK(Judge(text).why == "it wants audio at 127.0.0.1, where it cannot be");
    CHECK(JudgeSdpAnswer(kOffer, *base::IpAddress::Parse("127.0.0.1"), Crlf(text)).fault == SdpFault::kNone);
  }

  TEST_CASE("who answers does not choose what our audio hits") {
    CHECK(Judge(With("c=IN IP4 203.0.113.5", "c=IN IP4 224.0.0.251")).why ==
          "it wants audio at 224.0.0.251, where it cannot be");
    CHECK(Judge(With("c=IN IP4 203.0.113.5", "c=IN IP6 ff02::fb")).fault == SdpFault::kNoAddress);
    CHECK(Judge(With("audio 12345", "audio 53")).why == "it wants audio at port 53, which other services have");
    CHECK(Judge(With("audio 12345", "audio 1023")).fault == SdpFault::kNoAddress);
    CHECK(Judge(With("audio 12345", "audio 1024")).fault == SdpFault::kNone);
  }

  TEST_CASE("an answer of the other family is the dialer's fault, and not our machine's") {
    CHECK(Judge(With("c=IN IP4 203.0.113.5", "c=IN IP6 2001:db8::5")).why ==
          "it wants audio at 2001:db8::5, but was offered IPv4");
  }

  TEST_CASE("only what was offered is accepted") {
    const SdpOffer pcma{.rtp = kOffer.rtp, .codecs = {AudioCodec::kPcma}};
    CHECK(JudgeSdpAnswer(pcma, kDialer, Crlf(kAnswer)).fault == SdpFault::kNoCodec);
  }

  TEST_CASE("lines that end with LF alone are read") {
    CHECK(Why(kAnswer) == "");
  }

  TEST_CASE("what is no SDP is an error") {
    CHECK(Why("") == "it is empty");
    CHECK(Why("o=x\n") == "it does not begin with v=");
    CHECK(Why("v=1\n") == "its version is not 0");
    CHECK(Why("v=0\nv=0\n") == "it begins twice");
    CHECK(Why("v=0\nhello\n") == "\"hello\" is no line of SDP");
    CHECK(Why("v=0\n\ns=-\n") == "\"\" is no line of SDP");
    CHECK(Why("v=0\nm=audio 1 RTP/AVP\n") == "an m= line has fewer than four words");
    CHECK(Why("v=0\nm=audio 65536 RTP/AVP 0\n") == "an m= line has no port between 0 and 65535");
    CHECK(Why("v=0\nc=IN IP4\n") == "a c= line cannot be read");
    CHECK(Why("v=0\nc=IN IP4 dialer.example.com\n") == "a c= line names \"dialer.example.com\", which is no address");
    CHECK(Why("v=0\nc=IN IP4 2001:db8::1\n") == "a c= line names \"2001:db8::1\", which is no address");
    CHECK(Why(std::string(70000, 'v')) == "it is too long");
  }

  TEST_CASE("an answer cut at any octet is no crash, and no other address") {
    const std::string text = Crlf(kAnswer);
    for (std::size_t size = 0; size < text.size(); ++size) {
      CAPTURE(size);
      const SdpAnswer answer = JudgeSdpAnswer(kOffer, kDialer, std::string_view(text).substr(0, size));
      if (answer.fault == SdpFault::kNone) CHECK(answer.audio.rtp.ToString() == "203.0.113.5:12345");
    }
  }

  TEST_CASE("payload types without end end") {
    std::string formats;
    for (int i = 0; i < 10000; ++i) formats += " 0";
    CHECK(Judge(With(" 0 101", formats)).audio.formats.size() == 61);
  }

  TEST_CASE("an address that is private, or another than the dialer's, is told") {
    const auto note = [](std::string_view media, std::string_view signalling) {
      return DescribeMediaAddress(*base::IpAddress::Parse(media), *base::IpAddress::Parse(signalling));
    };
    CHECK(note("203.0.113.5", "203.0.113.5").empty());
    CHECK(note("10.0.0.5", "203.0.113.5") == "10.0.0.5 is no public address, but the dialer was called at 203.0.113.5");
    CHECK(note("198.51.100.9", "203.0.113.5") ==
          "198.51.100.9 is where it wants the audio, but the dialer was called at 203.0.113.5");
    CHECK(note("10.0.0.6", "10.0.0.5") ==
          "10.0.0.6 is where it wants the audio, but the dialer was called at 10.0.0.5");
  }
}

}  // namespace dialwatch::probes
