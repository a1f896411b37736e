#include "probes/rtp/stream.h"

#include <doctest/doctest.h>

#include <cerrno>
#include <functional>

namespace dialwatch::probes {
namespace {

using namespace std::chrono_literals;

const RtpStream::Time kStart{1000s};
constexpr std::uint32_t kFirstCounted = RtpStream::kWarmUp;

RtpStream Ten() {
  return {kPcmu, 0, 10, 20ms, kStart};
}

std::chrono::nanoseconds At(const RtpStream& stream, std::uint32_t index) {
  return stream.DueOf(index).time_since_epoch();
}

// All packets go out in time, and those that `returns` are back after 5 ms.
RtpResult Run(RtpStream stream, const std::function<bool(std::uint32_t)>& returns) {
  for (std::uint32_t i = 0; i < stream.size() + 3; ++i) {
    stream.NoteTurn(i, stream.DueOf(i));
    stream.NoteSent(i, At(stream, i));
    if (returns(i)) stream.NoteReturned(i, At(stream, i) + 5ms, std::nullopt);
  }
  return stream.Conclude(0, "");
}

}  // namespace

TEST_SUITE("probes/rtp/stream") {
  TEST_CASE("packets are due evenly, warm-up first") {
    const RtpStream stream = Ten();
    CHECK(stream.size() == 14);
    CHECK(stream.DueOf(0) == kStart);
    CHECK(stream.DueOf(13) == kStart + 260ms);
    CHECK_FALSE(stream.IsCounted(3));
    CHECK(stream.IsCounted(4));
    CHECK(stream.IsCounted(13));
    CHECK_FALSE(stream.IsCounted(14));
  }

  TEST_CASE("a packet that is late by more than the spacing moves the others, one by less does not") {
    RtpStream stream = Ten();
    stream.NoteTurn(2, stream.DueOf(2) + 20ms);
    CHECK(stream.DueOf(3) == kStart + 60ms);
    stream.NoteTurn(3, stream.DueOf(3) + 118ms);
    CHECK(stream.DueOf(4) == kStart + 80ms + 118ms);
    CHECK(stream.Conclude(0, "").worst_send_delay == 118ms);
  }

  TEST_CASE("headers count on from a random beginning, the first with the marker") {
    const RtpStream stream = Ten();
    const RtpHeader first = stream.HeaderOf(0), third = stream.HeaderOf(2);
    CHECK(first.marker);
    CHECK_FALSE(third.marker);
    CHECK(third.ssrc == first.ssrc);
    CHECK(static_cast<std::uint16_t>(third.sequence - first.sequence) == 2);
    CHECK(third.timestamp - first.timestamp == 320);
    CHECK_FALSE(Ten().HeaderOf(0) == first);
  }

  TEST_CASE("neither the warm-up nor what comes behind counts") {
    const RtpResult all = Run(Ten(), [](std::uint32_t) { return true; });
    CHECK(all.outcome == RtpOutcome::kOk);
    CHECK(all.measures.round.sent == 10);
    CHECK(all.measures.round.lost == 0);
    const RtpResult rest = Run(Ten(), [](std::uint32_t i) { return i >= kFirstCounted + 2 && i < 14; });
    CHECK(rest.measures.round.lost == 2);
    CHECK(rest.outcome == RtpOutcome::kDegraded);
  }

  TEST_CASE("what the kernel said is told with the outcome that it explains") {
    RtpStream unsent = Ten();
    unsent.NoteUnsent(ENETUNREACH);
    CHECK(unsent.Conclude(0, "").outcome == RtpOutcome::kSendFailed);
    CHECK(unsent.Conclude(0, "").error == "cannot send: Network is unreachable");
    CHECK(Ten().Conclude(0, "no socket").error == "no socket");

    RtpStream silent = Ten();
    silent.NoteSent(0, At(silent, 0));
    CHECK(silent.Conclude(0, "").outcome == RtpOutcome::kBlackhole);
    CHECK(silent.Conclude(0, "").error.empty());
    CHECK(silent.Conclude(1, "Connection refused").outcome == RtpOutcome::kRefused);
    CHECK(silent.Conclude(1, "Connection refused").error == "Connection refused");
    silent.NoteReply(std::nullopt);
    CHECK(silent.Conclude(1, "Connection refused").outcome != RtpOutcome::kRefused);
  }
}

}  // namespace dialwatch::probes
