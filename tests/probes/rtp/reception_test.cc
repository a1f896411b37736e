#include "probes/rtp/reception.h"

#include <doctest/doctest.h>

#include <set>

namespace dialwatch::probes {

using namespace std::chrono_literals;

namespace {

using Stamp = RtpReception::Stamp;

constexpr auto kReflectorsClock = 1'000'000s;  // ahead of ours

// Sends `packets`, of which the reflector never gets some and we never get others back. Each way takes 10 ms, and the
// reflector 1 ms.
RtpReception Send(std::uint32_t packets, const std::set<std::uint32_t>& lost_up,
                  const std::set<std::uint32_t>& lost_down) {
  RtpReception reception(packets);
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < packets; ++i) {
    const RtpReception::Time sent = i * 20ms;
    reception.NoteSent(i, sent);
    if (lost_up.contains(i)) continue;
    ++count;
    if (lost_down.contains(i)) continue;
    reception.NoteReturned(i, sent + 21ms,
                           Stamp{kReflectorsClock + sent + 10ms, kReflectorsClock + sent + 11ms, count});
  }
  return reception;
}

}  // namespace

TEST_SUITE("probes/rtp/reception") {
  TEST_CASE("where nothing is lost, all is zero but the round trip") {
    const RtpReception reception = Send(50, {}, {});
    CHECK(reception.IsComplete());
    const RtpMeasures measures = reception.Measure();
    const RtpDirection whole{.sent = 50, .lost = 0, .late = 0, .jitter = 0us};
    CHECK(measures.round == whole);
    CHECK(measures.up == whole);
    CHECK(measures.down == whole);
    CHECK(measures.rtt == RoundTrip{20ms, 20ms, 20ms});  // without the reflector's own millisecond
    CHECK(measures.duplicates == 0);
    CHECK(measures.reordered == 0);
    CHECK(measures.burst_ratio == 1);
  }

  TEST_CASE("losses are told apart by direction, to the packet") {
    RtpReception reception = Send(50, {3, 4, 49}, {10, 48});
    CHECK_FALSE(reception.IsComplete());
    reception.NoteFinalCount(47);
    const RtpMeasures measures = reception.Measure();
    CHECK(measures.round.lost == 5);
    CHECK(measures.up->sent == 50);
    CHECK(measures.up->lost == 3);
    CHECK(measures.down->sent == 47);
    CHECK(measures.down->lost == 2);
    CHECK(measures.up->LossPercent() == doctest::Approx(6));
  }

  TEST_CASE("without a final count what is lost behind the last reply belongs to no direction") {
    const RtpMeasures measures = Send(50, {3, 4, 49}, {10, 48}).Measure();
    CHECK(measures.round.lost == 5);
    CHECK(measures.up->sent == 48);
    CHECK(measures.up->lost == 2);
    CHECK(measures.down->sent == 46);
    CHECK(measures.down->lost == 1);
  }

  TEST_CASE("when only the answer to the last question comes, the direction is known all the same") {
    RtpReception reception(50);
    for (std::uint32_t i = 0; i < 50; ++i) reception.NoteSent(i, i * 20ms);
    reception.NoteFinalCount(50);
    RtpMeasures measures = reception.Measure();
    CHECK(measures.up->lost == 0);
    CHECK(measures.down->lost == 50);
    CHECK_FALSE(measures.rtt);
    RtpReception deaf(50);
    for (std::uint32_t i = 0; i < 50; ++i) deaf.NoteSent(i, i * 20ms);
    deaf.NoteFinalCount(0);
    measures = deaf.Measure();
    CHECK(measures.up->lost == 50);
    CHECK(measures.down->sent == 0);
  }

  TEST_CASE("a train of which nothing returns has no directions") {
    RtpReception reception(50);
    for (std::uint32_t i = 0; i < 50; ++i) reception.NoteSent(i, i * 20ms);
    const RtpMeasures measures = reception.Measure();
    CHECK(measures.round == RtpDirection{.sent = 50, .lost = 50, .late = 0, .jitter = {}});
    CHECK_FALSE(measures.up);
    CHECK_FALSE(measures.down);
  }

  TEST_CASE("an echo without a reflector has a round trip only") {
    RtpReception reception(3);
    for (std::uint32_t i = 0; i < 3; ++i) reception.NoteSent(i, i * 20ms);
    for (std::uint32_t i = 0; i < 3; ++i) reception.NoteReturned(i, i * 20ms + 30ms, std::nullopt);
    const RtpMeasures measures = reception.Measure();
    CHECK(measures.rtt->p50 == 30ms);
    CHECK(measures.round.lost == 0);
    CHECK_FALSE(measures.up);
  }

  TEST_CASE("copies are counted and are no replies") {
    RtpReception reception = Send(3, {1}, {});
    reception.NoteReturned(0, 200ms, Stamp{kReflectorsClock, kReflectorsClock, 1});
    reception.NoteReturned(0, 210ms, Stamp{kReflectorsClock, kReflectorsClock, 1});
    const RtpMeasures measures = reception.Measure();
    CHECK(measures.duplicates == 2);
    CHECK(measures.round.lost == 1);
    CHECK(measures.reordered == 0);
  }

  TEST_CASE("what was never sent neither counts nor crashes") {
    RtpReception reception(2);
    reception.NoteSent(0, 0ms);
    reception.NoteSent(7, 0ms);
    reception.NoteReturned(1, 1ms, Stamp{});
    reception.NoteReturned(2, 1ms, Stamp{});
    reception.NoteReturned(0xFFFFFFFF, 1ms, Stamp{});
    CHECK(reception.Measure().round == RtpDirection{.sent = 1, .lost = 1, .late = 0, .jitter = {}});
  }

  TEST_CASE("a packet that could not be sent is not lost") {
    RtpReception reception(3);
    reception.NoteSent(0, 0ms);
    reception.NoteSent(2, 40ms);
    reception.NoteReturned(0, 20ms, Stamp{10ms, 10ms, 1});
    reception.NoteReturned(2, 60ms, Stamp{50ms, 50ms, 2});
    const RtpMeasures measures = reception.Measure();
    CHECK(measures.round.sent == 2);
    CHECK(measures.up->lost == 0);
    CHECK(measures.burst_ratio == 1);
  }

  TEST_CASE("a reflector that starts anew in the middle never makes more arrive than were sent") {
    RtpReception reception(4);
    for (std::uint32_t i = 0; i < 4; ++i) {
      reception.NoteSent(i, i * 20ms);
      reception.NoteReturned(i, i * 20ms + 20ms, Stamp{i * 20ms, i * 20ms, i % 2 + 1});
    }
    const RtpMeasures measures = reception.Measure();
    CHECK(measures.down->lost == 0);
    CHECK(measures.up->lost == 0);
    RtpReception liar(1);
    liar.NoteSent(0, 0ms);
    liar.NoteReturned(0, 1ms, Stamp{0ms, 0ms, 4'000'000'000});
    CHECK(liar.Measure().down->sent == 1);
  }

  TEST_CASE("jitter belongs to the way that has it") {
    RtpReception reception(2);
    reception.NoteSent(0, 0ms);
    reception.NoteSent(1, 20ms);
    // 16 ms more on the way up, and the reflector keeps it another 8 ms
    reception.NoteReturned(0, 20ms, Stamp{10ms, 10ms, 1});
    reception.NoteReturned(1, 64ms, Stamp{46ms, 54ms, 2});
    const RtpMeasures measures = reception.Measure();
    CHECK(measures.up->jitter == 1000us);
    CHECK(measures.down->jitter == 0us);
    CHECK(measures.round.jitter == 1000us);
    CHECK(measures.rtt->min == 20ms);
    CHECK(measures.rtt->p95 == 36ms);
  }

  TEST_CASE("replies that overtake each other are counted, and do not move the jitter of the way up") {
    RtpReception reception(3);
    for (std::uint32_t i = 0; i < 3; ++i) reception.NoteSent(i, i * 20ms);
    reception.NoteReturned(1, 40ms, Stamp{30ms, 30ms, 2});
    reception.NoteReturned(0, 50ms, Stamp{10ms, 10ms, 1});
    reception.NoteReturned(2, 60ms, Stamp{50ms, 50ms, 3});
    const RtpMeasures measures = reception.Measure();
    CHECK(measures.reordered == 1);
    CHECK(measures.up->jitter == 0us);
    CHECK(measures.down->late == 1);  // 30 ms behind the others, where the buffer has 27 ms
  }
}

}  // namespace dialwatch::probes
