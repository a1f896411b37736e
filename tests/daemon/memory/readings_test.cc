#include "daemon/memory/readings.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/builders.h"
#include "tests/diagnosis/media/call_world.h"
#include "tests/diagnosis/media/media_world.h"

namespace dialwatch::daemon {

using namespace diagnosis;
using state::SampleRow, state::SeriesName;

TEST_SUITE("daemon/memory/readings") {
  TEST_CASE("an answer is remembered by its host, its type and the resolver, with its time and its TTL") {
    probes::DnsSample sample = Gives(kGoogle, "d1", {"203.0.113.66", "198.51.100.11"}, 86400s);
    sample.at = kMonday;
    CHECK(*ReadingOf(sample) == SampleRow{.series = {"d1.example.com", "dns A", "google"},
                                          .at = kMonday,
                                          .said = "198.51.100.11, 203.0.113.66",
                                          .rtt = 12'000,
                                          .ttl = 86400});
    CHECK(ReadingOf(Gives(kAuthority, "d1", {"2001:db8::1"}, 300s, RecordType::kAaaa))->series ==
          SeriesName{"d1.example.com", "dns AAAA", "authority (192.0.2.53)"});
  }

  TEST_CASE("a failure is remembered with what it was, and a denial is none") {
    const auto failed = ReadingOf(Reply(kGoogle, "d1", probes::kRcodeServFail));
    CHECK(failed->said == "SERVFAIL");
    CHECK(failed->failures == 1);
    const auto denied = ReadingOf(Denies(kGoogle, "d1"));
    CHECK(denied->said == "NXDOMAIN");
    CHECK(denied->failures == 0);
    CHECK_FALSE(denied->ttl);
  }

  TEST_CASE("what tells nothing of a dialer or a server is not remembered") {
    probes::DnsSample control = Gives(kGoogle, "x1", {"192.0.2.1"});
    control.purpose = probes::Purpose::kControl;
    CHECK_FALSE(ReadingOf(control));
    CHECK_FALSE(ReadingOf(probes::ResolvConfSample{}));
    CHECK_FALSE(ReadingOf(probes::StateSample{}));
  }

  TEST_CASE("a train is remembered by its dialer and its address, with its loss") {
    probes::TrainSample train = Echoes("d1", "198.51.100.11", {"quad9"}, true);
    train.measures.round = {.sent = 50, .lost = 3, .jitter = {}};
    const auto row = ReadingOf(train);
    CHECK(row->series == SeriesName{"d1", "rtp", train.subject.address.ToString()});
    CHECK(row->said == "ok");
    CHECK(row->failures == 0);
    CHECK(*row->sent == 50);
    CHECK(*row->lost == 3);
    train.subject.relay = "telnyx";
    CHECK(ReadingOf(train)->series.via == train.subject.address.ToString() + " through telnyx");
  }

  TEST_CASE("a call that is refused is a failure") {
    const auto row = ReadingOf(Refuses("d2", 404, "Not Found"));
    CHECK(row->series.kind == "call");
    CHECK(row->said == "refused");
    CHECK(row->failures == 1);
  }
}

}  // namespace dialwatch::daemon
