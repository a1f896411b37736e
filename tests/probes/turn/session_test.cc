#include "probes/turn/session.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/probes/turn/fake_relay.h"
#include "tests/probes/turn/run_session.h"

namespace dialwatch::probes {

using base::Endpoint;
using test::FakeRelay;
using test::kCaller;
using test::RunSession;
using namespace std::chrono_literals;

namespace {

struct Bed {
  EventLoop loop;
  FakeRelay relay{loop};

  TurnSample Run(base::Duration deadline = 8s, const TurnCredentials& credentials = kCaller) {
    return RunSession(loop, {.server = relay.endpoint()}, credentials, deadline);
  }
};

bool IsReleased(const FakeRelay& relay) {
  return std::find(relay.log.begin(), relay.log.end(), "refresh 0") != relay.log.end();
}

}  // namespace

TEST_SUITE("probes/turn/session") {
  TEST_CASE("data goes through the relay and comes back, and all is given back") {
    Bed bed;
    const TurnSample sample = bed.Run();
    CHECK(sample.outcome == TurnOutcome::kRelayed);
    CHECK(sample.error.empty());
    CHECK(sample.server == "relay");
    CHECK(sample.address == bed.relay.endpoint());
    CHECK(sample.step == TurnStep::kRelease);
    CHECK(sample.relayed == bed.relay.relayed());
    CHECK(sample.mapped->address.ToString() == "127.0.0.1");
    CHECK(sample.out == TurnFlow{20, 20});
    CHECK(sample.back == TurnFlow{20, 20});
    CHECK(sample.rtt);
    CHECK_FALSE(sample.certificate_expires);
    CHECK(bed.relay.log ==
          std::vector<std::string>{"allocate 401", "allocate", "permit", "bind", "refresh 600", "refresh 0"});
  }

  TEST_CASE("a nonce that has gone stale is replaced, at whichever step") {
    Bed bed;
    bed.relay.stale = 2;
    CHECK(bed.Run().outcome == TurnOutcome::kRelayed);
    CHECK(bed.relay.log[2] == "allocate 438");
  }

  TEST_CASE("a server whose nonces are always stale is not asked without end") {
    Bed bed;
    bed.relay.stale = 1000;
    const TurnSample sample = bed.Run();
    CHECK(sample.outcome == TurnOutcome::kErrorResponse);
    CHECK(sample.error_code == 438);
    CHECK(bed.relay.log.size() == 6);
  }

  TEST_CASE("a wrong password is told apart from a server that asks for one") {
    Bed bed;
    const TurnSample sample = bed.Run(8s, {"webphone", "open"});
    CHECK(sample.outcome == TurnOutcome::kUnauthorized);
    CHECK(sample.error_code == 401);
    CHECK(sample.step == TurnStep::kAllocate);
    CHECK(bed.relay.log == std::vector<std::string>{"allocate 401", "allocate 401"});
  }

  TEST_CASE("errors are outcomes, with their code and the step, and what was given is given back") {
    struct Case {
      TurnMethod method;
      int code;
      TurnOutcome outcome;
      TurnStep step;
    };
    for (const Case& each : {Case{TurnMethod::kAllocate, 437, TurnOutcome::kErrorResponse, TurnStep::kAllocate},
                             Case{TurnMethod::kAllocate, 441, TurnOutcome::kUnauthorized, TurnStep::kAllocate},
                             Case{TurnMethod::kAllocate, 442, TurnOutcome::kErrorResponse, TurnStep::kAllocate},
                             Case{TurnMethod::kAllocate, 486, TurnOutcome::kQuota, TurnStep::kAllocate},
                             Case{TurnMethod::kAllocate, 508, TurnOutcome::kQuota, TurnStep::kAllocate},
                             Case{TurnMethod::kCreatePermission, 403, TurnOutcome::kErrorResponse, TurnStep::kPermit},
                             Case{TurnMethod::kChannelBind, 400, TurnOutcome::kErrorResponse, TurnStep::kBind}}) {
      CAPTURE(each.code);
      Bed bed;
      bed.relay.errors[each.method] = each.code;
      const TurnSample sample = bed.Run();
      CHECK(sample.outcome == each.outcome);
      CHECK(sample.error_code == each.code);
      CHECK(sample.error == "no");
      CHECK(sample.step == each.step);
      CHECK(IsReleased(bed.relay) == (each.method != TurnMethod::kAllocate));
    }
  }

  TEST_CASE("a relay through which nothing flows is found out, and in which direction") {
    struct Case {
      bool out, back;
      const char* error;
    };
    for (const Case& each : {Case{true, false, "nothing that we sent through the relay came to our second socket"},
                             Case{false, true, "nothing came back through the relay from our second socket"},
                             Case{true, true, "nothing came through the relay in either direction"}}) {
      Bed bed;
      bed.relay.drops_out = each.out;
      bed.relay.drops_back = each.back;
      const TurnSample sample = bed.Run();
      CHECK(sample.outcome == TurnOutcome::kNoData);
      CHECK(sample.step == TurnStep::kData);
      CHECK(sample.error == each.error);
      CHECK(sample.out == TurnFlow{10, each.out ? 0 : 10});
      CHECK(sample.back == (each.back ? TurnFlow{3, 0} : TurnFlow{10, 10}));
      CHECK(sample.relayed == bed.relay.relayed());
    }
  }

  TEST_CASE("a relay that names somebody else's address has us send three packets there, not a train") {
    Bed bed;
    std::size_t octets = 0;
    test::FakeServer victim(
        bed.loop, [&](test::FakeServer&, const test::Octets& packet, const Endpoint&) { octets += packet.size(); });
    bed.relay.says_relayed = victim.endpoint();
    CHECK(bed.Run().outcome == TurnOutcome::kNoData);
    CHECK(octets == 3 * TurnPackets::kSize);
  }

  TEST_CASE("nothing is sent to a relayed address with the port of a service") {
    Bed bed;
    bed.relay.says_relayed = *Endpoint::Parse("127.0.0.1:1023", 0);
    const TurnSample sample = bed.Run();
    CHECK(sample.outcome == TurnOutcome::kNoData);
    CHECK(sample.error == "the relayed address has a port below 1024, where no call can be");
    CHECK(sample.back == TurnFlow{0, 0});
    CHECK(IsReleased(bed.relay));
  }

  TEST_CASE("packets that are lost on the way are no silence") {
    Bed bed;
    bed.relay.lost_back = 2;
    const TurnSample sample = bed.Run();
    CHECK(sample.outcome == TurnOutcome::kRelayed);
    CHECK(sample.back == TurnFlow{20, 18});
  }

  TEST_CASE("a channel that carries nothing is found out though indications flow") {
    Bed bed;
    bed.relay.drops_channel_back = true;
    const TurnSample sample = bed.Run();
    CHECK(sample.outcome == TurnOutcome::kNoData);
    CHECK(sample.step == TurnStep::kChannelData);
    CHECK(sample.back == TurnFlow{20, 10});
  }

  TEST_CASE("what is lost is asked again, and what comes twice counts once") {
    Bed bed;
    bed.relay.lost = 1;
    bed.relay.twice = true;
    const TurnSample sample = bed.Run();
    CHECK(sample.outcome == TurnOutcome::kRelayed);
    CHECK(sample.back == TurnFlow{20, 20});
  }

  TEST_CASE("silence ends at the deadline, at the step that it was met at") {
    Bed bed;
    bed.relay.silent = {TurnMethod::kCreatePermission};
    const TurnSample sample = bed.Run(300ms);
    CHECK(sample.outcome == TurnOutcome::kTimeout);
    CHECK(sample.step == TurnStep::kPermit);
    CHECK(sample.error == "no answer");
  }

  TEST_CASE("an answer that is not signed with our password is not believed") {
    Bed bed;
    bed.relay.unsigned_answers = true;
    const TurnSample sample = bed.Run(300ms);
    CHECK(sample.outcome == TurnOutcome::kMalformed);
    CHECK(sample.error == "its answer is not signed with our password");
    CHECK_FALSE(sample.relayed);
  }

  TEST_CASE("what was granted is given back also where its answer was of no use") {
    Bed bed;
    bed.relay.unsigned_answers = true;
    bed.Run(300ms);
    CHECK(IsReleased(bed.relay));
  }

  TEST_CASE("a release is said again where its nonce has gone stale") {
    Bed bed;
    bed.relay.drops_out = bed.relay.drops_back = true;
    bed.relay.stale_releases = 1;
    CHECK(bed.Run().outcome == TurnOutcome::kNoData);
    CHECK(bed.relay.log ==
          std::vector<std::string>{"allocate 401", "allocate", "permit", "refresh 0 438", "refresh 0"});
  }

  TEST_CASE("a release that nobody answers keeps the sample until the deadline at most") {
    Bed bed;
    bed.relay.silent = {TurnMethod::kCreatePermission, TurnMethod::kRefresh};
    const auto began = std::chrono::steady_clock::now();
    CHECK(bed.Run(800ms).step == TurnStep::kPermit);
    CHECK(std::chrono::steady_clock::now() - began < 1500ms);
  }

  TEST_CASE("a redirection is followed, once") {
    EventLoop loop;
    FakeRelay first(loop), second(loop);
    first.alternate = second.endpoint();
    TurnSample sample = RunSession(loop, {.server = first.endpoint()}, kCaller);
    CHECK(sample.outcome == TurnOutcome::kRelayed);
    CHECK(sample.address == second.endpoint());
    second.alternate = first.endpoint();
    sample = RunSession(loop, {.server = first.endpoint()}, kCaller);
    CHECK(sample.outcome == TurnOutcome::kErrorResponse);
    CHECK(sample.error_code == 300);
  }

  TEST_CASE("a session that is destroyed early gives back what it was given") {
    Bed bed;
    bed.relay.silent = {TurnMethod::kCreatePermission};
    auto session =
        std::make_unique<TurnSession>(bed.loop, TurnSample{}, TurnRoute{.server = bed.relay.endpoint()}, kCaller);
    session->Start(8s, [](const TurnSample&) { FAIL("it was destroyed"); });
    Timer look(bed.loop), watchdog(bed.loop);
    watchdog.Start(5s, [&] { bed.loop.Stop(); });
    look.StartRepeating(5ms, [&] {
      const auto& log = bed.relay.log;
      if (session && std::find(log.begin(), log.end(), "allocate") != log.end()) session.reset();
      if (IsReleased(bed.relay)) bed.loop.Stop();
    });
    bed.loop.Run();
    CHECK(IsReleased(bed.relay));
  }

  TEST_CASE("a port that refuses is unreachable, at once") {
    EventLoop loop;
    const test::RefusedPort port;
    const TurnSample sample = RunSession(loop, {.server = port.endpoint()}, kCaller);
    CHECK(sample.outcome == TurnOutcome::kUnreachable);
    CHECK(sample.error == "Connection refused, says 127.0.0.1");
  }

  TEST_CASE("any octets in place of an answer are waited out") {
    for (const char* hex : {"", "00", "0113 0000 2112a442 000102030405060708090a0b", "4000 ffff", "ffffffff"}) {
      Bed bed;
      bed.relay.says = test::FromHex(hex);
      CHECK(bed.Run(100ms).outcome == TurnOutcome::kTimeout);
    }
  }
}

}  // namespace dialwatch::probes
