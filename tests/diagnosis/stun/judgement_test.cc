#include "diagnosis/stun/judgement.h"

#include <doctest/doctest.h>

#include "base/json.h"
#include "base/names.h"
#include "tests/diagnosis/stun/stun_world.h"

namespace dialwatch::diagnosis {
namespace {

std::vector<std::string> Verdicts(const World& world) {
  std::vector<std::string> verdicts;
  for (const StunJudgement& each :
       JudgeStun(world.picture, world.settings, JudgeMappings(world.picture, world.settings))) {
    verdicts.push_back(each.sample->server + " " + std::string(base::NameOf(each.verdict)));
  }
  return verdicts;
}

}  // namespace

TEST_SUITE("diagnosis/stun/judgement") {
  TEST_CASE("each address has a verdict of its own") {
    World world = WithStun({"a", "b", "c"}, {"203.0.113.10"});
    auto tcp = Maps("c", 1, "192.0.2.7");
    tcp.transport = config::Transport::kTcp;
    world.Round(Maps("a", 1, "203.0.113.10"), At(StunFails("a", 1), "192.0.2.250"), Maps("b", 1, "198.51.100.99"), tcp);
    CHECK(Verdicts(world) == std::vector<std::string>{"a ok", "a failing", "b wrong", "c unexpected"});
  }

  TEST_CASE("who cannot be told right or wrong differs, unless all addresses are expected") {
    World world = WithStun({"a", "b"});
    world.Round(Maps("a", 1, "203.0.113.10"), Maps("b", 1, "198.51.100.7"));
    CHECK(Verdicts(world) == std::vector<std::string>{"a differs", "b differs"});
    world.settings = WithStun({"a", "b"}, {"203.0.113.10", "198.51.100.7"}).settings;
    CHECK(Verdicts(world) == std::vector<std::string>{"a ok", "b ok"});
  }

  TEST_CASE("its JSON has who leads there and what was measured there") {
    World world = WithStun({"telnyx"});
    auto sample = At(Maps("telnyx", 1, "203.0.113.10"), "192.0.2.200", {"google", "quad9"});
    sample.srv_target = "node1.telnyx.com";
    world.Add(sample);
    auto nat = Measures("telnyx", probes::NatBehaviour::kEndpointIndependent, probes::NatBehaviour::kNotMeasurable);
    nat.lifetime.at_least = 120s;
    nat.why = "filtering: the server has one address\x1b";
    world.Add(nat);
    CHECK(base::Dump(
              ToJson(JudgeStun(world.picture, world.settings, JudgeMappings(world.picture, world.settings)).at(0))) ==
          R"({"server":"telnyx","host":"stun.telnyx.com","srv_target":"node1.telnyx.com","address":"192.0.2.200:3478",)"
          R"("transport":"udp","resolvers":["google","quad9"],"outcome":"mapped","verdict":"ok",)"
          R"("at":"2020-08-31T20:05:00Z","mapped":"203.0.113.10:40000","rtt_ms":20.0,)"
          R"("nat":{"mapping":"endpoint-independent","filtering":"not-measurable","at":"2020-08-31T20:05:00Z",)"
          R"("lifetime_at_least":120,"why":"filtering: the server has one address\\027"}})");
  }

  TEST_CASE("an address that most resolvers do not lead to differs, and is not called wrong for that") {
    World world = WithStun({"telnyx"});
    world.Round(At(Maps("telnyx", 1, "203.0.113.10"), "192.0.2.200", {"cloudflare", "quad9"}),
                At(Maps("telnyx", 1, "198.51.100.99"), "192.0.2.66", {"google"}));
    const auto judgements = JudgeStun(world.picture, world.settings, JudgeMappings(world.picture, world.settings));
    REQUIRE(judgements.size() == 2);
    CHECK(judgements[0].verdict == StunVerdict::kDiffers);
    CHECK(judgements[1].verdict == StunVerdict::kOk);
  }
}

}  // namespace dialwatch::diagnosis
