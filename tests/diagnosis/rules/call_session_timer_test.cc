#include "diagnosis/rules/call_session_timer.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/media/call_world.h"

namespace dialwatch::diagnosis {

TEST_SUITE("diagnosis/rules/call_session_timer") {
  TEST_CASE("dialers that answer without one are one info, with their names") {
    CallWorld world(3);
    EchoCallSample untimed = Answers("d3");
    untimed.call.result.session_timer.reset();
    EchoCallSample other = Answers("d1");
    other.call.result.session_timer.reset();
    world.Call({other, Answers("d2"), untimed});
    REQUIRE(world.Ids() == Ids{"call-session-timer"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kInfo);
    CHECK(finding.affected == std::vector<std::string>{"d1", "d3"});
    CHECK(finding.summary ==
          "without a session timer: 2 dialers; a call whose caller dies keeps its channel until somebody hangs it up");
  }

  TEST_CASE("a call that was not answered says nothing of that") {
    CallWorld world;
    world.Call({Silence("d1")});
    CHECK(world.Ids().empty());
  }
}

}  // namespace dialwatch::diagnosis
