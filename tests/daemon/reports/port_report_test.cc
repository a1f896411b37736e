#include "daemon/reports/port_report.h"

#include <doctest/doctest.h>

#include "base/json.h"
#include "tests/diagnosis/media/media_world.h"

using namespace dialwatch;
using namespace dialwatch::diagnosis;

namespace {

Snapshot SnapshotOf(const std::vector<PortSample>& samples) {
  Snapshot snapshot;
  for (const PortSample& sample : samples) snapshot.picture.Add(sample);
  return snapshot;
}

}  // namespace

TEST_SUITE("daemon/reports/port_report") {
  TEST_CASE("a row for each address, with what it says of the host and who gives it") {
    CHECK(daemon::RenderPorts(SnapshotOf({Says("d1", "198.51.100.11", {"quad9"}, PortOutcome::kAnswered, true),
                                          Says("d1", "203.0.113.66", {"google"}, PortOutcome::kSilent)}),
                              "d1", {}) ==
          "d1 a port of its RTP range\n"
          "  RTP PORT             STUN      RTT      RESOLVED BY          NOTE\n"
          "  198.51.100.11:10000  answered  20.0 ms  authority and quad9  it answers\n"
          "  203.0.113.66:10000   silent             google               not known: silence is no sign\n\n");
  }

  TEST_CASE("who said what stands in the note") {
    const auto refused = Says("d1", "198.51.100.11", {"quad9"}, PortOutcome::kRefused);
    CHECK(daemon::RenderPorts(SnapshotOf({refused}), "d1", {})
              .find("as it is while there is no call (Connection refused, says 198.51.100.11)\n") != std::string::npos);
    CHECK(daemon::PortsJson(SnapshotOf({refused}), "d1").size() == 1);
  }

  TEST_CASE("a dialer without a port to try has no row") {
    CHECK(daemon::RenderPorts(SnapshotOf({}), "d1", {}).empty());
    CHECK(daemon::PortsJson(SnapshotOf({}), "d1").empty());
  }
}
