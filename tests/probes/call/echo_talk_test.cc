#include "probes/call/echo_talk.h"

#include <doctest/doctest.h>
#include <sys/socket.h>

#include <chrono>

#include "base/unique_fd.h"
#include "tests/probes/call/fake_echo.h"

namespace dialwatch::probes {

using namespace std::chrono_literals;
using test::FakeEcho;

namespace {

using Octets = std::vector<std::uint8_t>;
using Replies = FakeEcho::Replies;

base::IpAddress Loopback() {
  return *base::IpAddress::Parse("127.0.0.1");
}

// With a header of its own, as Echo() has.
Octets Rewritten(const Octets& packet) {
  const auto read = ReadRtp(packet);
  REQUIRE(read);
  RtpHeader header = read->header;
  header.ssrc = 99;
  header.sequence = static_cast<std::uint16_t>(header.sequence + 1000);
  return WriteRtp(header, read->payload);
}

TalkSample Talk(EventLoop& loop, const base::Endpoint& remote, AudioCodec codec = AudioCodec::kPcmu) {
  EchoTalk talk(loop, {.packets = 20, .spacing = 10ms, .patience = 200ms});
  const CallMedia media = talk.media();
  CHECK_FALSE(talk.Conclude());
  const auto local = media.open(Loopback());
  REQUIRE(local);
  CHECK(local->port % 2 == 0);
  SdpAnswer answer;
  answer.audio.rtp = remote;
  answer.codec = codec;
  answer.payload_type = static_cast<int>(codec);
  Timer watchdog(loop);
  watchdog.Start(20s, [&] { loop.Stop(); });
  media.start(answer, [&] { loop.Stop(); });
  loop.Run();
  media.stop();
  const auto sample = talk.Conclude();
  REQUIRE(sample);
  CHECK(sample->local == *local);
  CHECK(sample->remote == remote);
  return *sample;
}

}  // namespace

TEST_SUITE("probes/call/echo_talk") {
  TEST_CASE("an echo with headers of its own is measured") {
    for (const auto codec : {AudioCodec::kPcmu, AudioCodec::kPcma}) {
      EventLoop loop;
      int payload_type = -1;
      std::size_t size = 0;
      FakeEcho echo(loop, [&](int, const Octets& packet) {
        payload_type = ReadRtp(packet)->header.payload_type;
        size = packet.size();
        return Replies{Rewritten(packet)};
      });
      const TalkSample sample = Talk(loop, echo.endpoint, codec);
      CHECK(payload_type == static_cast<int>(codec));
      CHECK(size == 12 + 80);  // 10 ms
      CHECK(sample.measures.round.sent == 20);
      CHECK(sample.measures.round.lost == 0);
      CHECK(sample.foreign == 0);
      CHECK(sample.measures.rtt);
      REQUIRE(sample.quality);
      CHECK(sample.quality->mos > 3);
    }
  }

  TEST_CASE("what the dialer drops at first, until it has learned where we are, is not lost") {
    EventLoop loop;
    FakeEcho echo(loop, [](int index, const Octets& packet) { return index < 4 ? Replies{} : Replies{packet}; });
    CHECK(Talk(loop, echo.endpoint).measures.round.lost == 0);
  }

  TEST_CASE("loss is counted to the packet, copies are not an echo more") {
    EventLoop loop;
    FakeEcho echo(loop, [](int index, const Octets& packet) {
      return index % 5 == 4 ? Replies{} : Replies{packet, packet};
    });
    const TalkSample sample = Talk(loop, echo.endpoint);
    CHECK(sample.measures.round.lost == 4);  // 4, 9, 14, 19 of 4 to 23
    CHECK(sample.measures.duplicates == 16);
    CHECK(sample.outcome == RtpOutcome::kDegraded);
  }

  TEST_CASE("a dialer that holds some packets back until more come loses none") {
    EventLoop loop;
    std::vector<Octets> held;
    FakeEcho echo(loop, [&](int, const Octets& packet) {
      held.push_back(packet);
      return held.size() > 5 ? Replies{held[held.size() - 6]} : Replies{};
    });
    CHECK(Talk(loop, echo.endpoint).measures.round.lost == 0);
  }

  TEST_CASE("a dialer that sends two packets as one loses none") {
    EventLoop loop;
    Octets first;
    FakeEcho echo(loop, [&](int index, const Octets& packet) {
      if (index % 2 == 0) {
        first = packet;
        return Replies{};
      }
      first.insert(first.end(), packet.begin() + 12, packet.end());
      return Replies{first};
    });
    CHECK(Talk(loop, echo.endpoint).measures.round.lost == 0);
  }

  TEST_CASE("a dialer that talks but does not hear us is one way") {
    EventLoop loop;
    FakeEcho echo(
        loop, [](int, const Octets& packet) { return Replies{WriteRtp(ReadRtp(packet)->header, Octets(80, 0x2A))}; });
    const TalkSample sample = Talk(loop, echo.endpoint);
    CHECK(sample.outcome == RtpOutcome::kOneWayDown);
    CHECK(sample.foreign > 20);
    CHECK(sample.measures.round.lost == 20);
  }

  TEST_CASE("silence is a blackhole, and a closed port is refused") {
    EventLoop loop;
    FakeEcho echo(loop, [](int, const Octets&) { return Replies{}; });
    CHECK(Talk(loop, echo.endpoint).outcome == RtpOutcome::kBlackhole);
    echo.Close();
    const TalkSample sample = Talk(loop, echo.endpoint);
    CHECK(sample.outcome == RtpOutcome::kRefused);
    CHECK(sample.error == "Connection refused");
  }

  TEST_CASE("packets that lie about their lengths, and RTCP, are neither ours nor foreign") {
    EventLoop loop;
    FakeEcho echo(loop, [](int, const Octets&) {
      return Replies{{}, {0x80}, Octets(12, 0xBF), {0x81, 0xC8, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}};
    });
    const TalkSample sample = Talk(loop, echo.endpoint);
    CHECK(sample.foreign == 0);
    CHECK(sample.outcome == RtpOutcome::kBlackhole);
  }

  TEST_CASE("only the place that the answer names is heard") {
    EventLoop loop;
    const base::UniqueFd other(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    FakeEcho echo(loop, [&](int, const Octets& packet) {
      sockaddr_storage address{};
      const socklen_t size = echo.peer.ToSockaddr(&address);
      sendto(other.get(), packet.data(), packet.size(), 0, reinterpret_cast<const sockaddr*>(&address), size);
      return Replies{};
    });
    CHECK(Talk(loop, echo.endpoint).outcome == RtpOutcome::kBlackhole);
  }
}

}  // namespace dialwatch::probes
