#include "diagnosis/rules/call_signalling.h"

#include <doctest/doctest.h>

#include "diagnosis/causes/headline.h"
#include "tests/diagnosis/media/call_world.h"

namespace dialwatch::diagnosis {
namespace {

Finding Only(const CallWorld& world) {
  const auto findings = world.Findings();
  REQUIRE(findings.size() == 1);
  return findings[0];
}

Finding AfterTwo(const EchoCallSample& sample) {
  CallWorld world;
  for (int call = 0; call < 2; ++call) world.Call({sample});
  return Only(world);
}

std::vector<EchoCallSample> CallsTo(int dialers, const EchoCallSample& like) {
  std::vector<EchoCallSample> samples;
  for (int i = 1; i <= dialers; ++i) {
    samples.push_back(like);
    samples.back().call.subject.dialer = "d" + std::to_string(i);
    samples.back().call.subject.host = samples.back().call.subject.dialer + ".example.com";
  }
  return samples;
}

}  // namespace

TEST_SUITE("diagnosis/rules/call_signalling") {
  TEST_CASE("calls that are answered, echoed and ended give no finding") {
    CallWorld world(2);
    for (int call = 0; call < 3; ++call) world.Call({Answers("d1"), Answers("d2")});
    CHECK(world.Ids().empty());
  }

  TEST_CASE("two calls running without an answer are a finding, and one that is answered ends it") {
    CallWorld world;
    world.Call({Silence("d1")});
    CHECK(world.Ids().empty());
    world.Call({Silence("d1")});
    REQUIRE(world.Ids() == Ids{"call-signalling:d1"});
    const Finding finding = Only(world);
    CHECK(finding.severity == Severity::kCritical);
    CHECK(finding.summary == "d1 does not answer calls at 198.51.100.11 since 20:06:00 UTC (no answer to OPTIONS)");
    CHECK(finding.affected == std::vector<std::string>{"d1"});
    REQUIRE(finding.evidence.size() == 1);
    CHECK(finding.evidence[0].vantage == "call 198.51.100.11:5060 (authority, cloudflare, google and quad9)");
    CHECK(finding.evidence[0].note == "silent: no answer to OPTIONS");
    CHECK(finding.advice[0] ==
          "see whether the dialer's host is up and its SIP service runs (Asterisk: `pjsip show transports`)");
    CHECK(finding.advice[1] == "see whether a firewall or fail2ban there drops UDP port 5060 from this machine");
    world.Call({Answers("d1")});
    CHECK(world.Ids().empty());
  }

  TEST_CASE("where its reflector echoes meanwhile, it is the signalling alone that is dead") {
    CallWorld world;
    world.settings.dialers[0].reflector_port = 9000;
    const TrainSample train = Echoes("d1", "198.51.100.11", {"google"}, true);
    for (int call = 0; call < 2; ++call) world.Call({Silence("d1")}, {train});
    const Finding finding = Only(world);
    CHECK(finding.summary ==
          "d1 does not answer calls at 198.51.100.11 since 20:06:00 UTC (no answer to OPTIONS); media flows, "
          "signalling does not: its reflector echoes");
    CHECK(finding.advice[0] ==
          "look at its SIP service, not at its host or line: its reflector echoes (Asterisk: is it running? `pjsip "
          "show transports`)");
  }

  TEST_CASE("an echo from before, or at another address, says nothing of that") {
    CallWorld world;
    world.settings.dialers[0].reflector_port = 9000;
    world.Call({Silence("d1")}, {Echoes("d1", "198.51.100.11", {"google"}, true)});
    world.Call({Silence("d1")}, {Echoes("d1", "198.51.100.12", {"google"}, true)});
    CHECK(Only(world).summary.ends_with("(no answer to OPTIONS)"));
  }

  TEST_CASE("silence where nothing else works may be our own network's") {
    CallWorld world(2);
    for (int call = 0; call < 3; ++call) world.CallInSilence({Silence("d1")});
    CHECK(world.Ids().empty());
    world.CallInSilence({Refuses("d2", 503, "Service Unavailable")});
    CHECK(world.Ids() == Ids{"call-signalling:d1"});
  }

  TEST_CASE("a refusal is an answer, whatever else is silent; it says what it was") {
    CallWorld world;
    for (int call = 0; call < 2; ++call) world.CallInSilence({Refuses("d1", 404, "Not Found")});
    const Finding finding = Only(world);
    CHECK(finding.summary ==
          "d1 refuses calls at 198.51.100.11 since 20:05:05 UTC (INVITE was answered with 404 Not Found)");
    CHECK(finding.advice ==
          std::vector<std::string>{
              "see that 9196 is an extension that our user may dial (Asterisk: `dialplan show 9196@CONTEXT`)"});
    CHECK(AfterTwo(Refuses("d1", 486, "Busy Here")).advice[0].find("core show channels") != std::string::npos);
    CHECK(AfterTwo(Refuses("d1", 488, "Not Acceptable Here")).advice[0].find("ulaw") != std::string::npos);
    CHECK(AfterTwo(Refuses("d1", 302, "Moved")).advice[0].find("redirections are not followed") != std::string::npos);
  }

  TEST_CASE("a call that does not end and a wrong account are told at once, since asking again does harm") {
    CallWorld world;
    world.Call({Unended(Answers("d1"))});
    CHECK(Only(world).summary.ends_with("it may hold 1 channel of ours for up to 90 s (its session timer)"));
    world.Call({Fails(SipOutcome::kUnauthorized, "401 Unauthorized", Answers("d1"), 401)});
    CHECK(Only(world).severity == Severity::kWarning);
  }

  TEST_CASE("our own account is a warning, with the place to mend it") {
    const Finding refused =
        AfterTwo(Fails(SipOutcome::kUnauthorized, "401 Unauthorized: user or password is refused", Answers("d1"), 401));
    CHECK(refused.severity == Severity::kWarning);
    CHECK(refused.summary ==
          "d1 refuses dialwatch's own user or password at 198.51.100.11 since 20:06:00 UTC (401 Unauthorized: user or "
          "password is refused); whether it takes calls of others is not tested");
    CHECK(refused.advice[0].starts_with("put right user, password or realm of this [[call]] here"));
  }

  TEST_CASE("a password that cannot be read is told at once") {
    CallWorld world;
    EchoCallSample sample =
        Fails(SipOutcome::kNoPassword, "/etc/dialwatch/d1.pw: No such file or directory", Answers("d1"));
    sample.call.subject.address = {};
    world.Call({sample});
    CHECK(Only(world).severity == Severity::kWarning);
    CHECK(Only(world).summary ==
          "whether d1 takes calls is not tested, since its password cannot be read: /etc/dialwatch/d1.pw: No such file "
          "or directory");
  }

  TEST_CASE("a call that does not end may hold channels of the dialer, and how many is said") {
    Finding finding = AfterTwo(Unended(Answers("d1")));
    CHECK(finding.summary ==
          "d1 does not end calls at 198.51.100.11 since 20:06:00 UTC (no answer to BYE); it may hold 2 channels of "
          "ours for up to 90 s (its session timer)");
    CHECK(finding.advice.size() == 2);
    EchoCallSample untimed = Unended(Answers("d1"));
    untimed.call.result.session_timer.reset();
    CallWorld world;
    for (int call = 0; call < 2; ++call) world.Call({untimed});
    REQUIRE(world.Ids() == Ids{"call-signalling:d1", "call-session-timer"});
    CHECK(world.Findings()[0].summary.ends_with("; it may hold 2 channels of ours for good (it has no session timer)"));
    CHECK(world.Findings()[0].advice[2].find("timers=yes") != std::string::npos);
  }

  TEST_CASE("each other outcome has words of its own") {
    const auto begins = [](SipOutcome outcome, const std::string& with) {
      return AfterTwo(Fails(outcome, "why", Answers("d1"))).summary ==
             "d1 " + with + " at 198.51.100.11 since 20:06:00 UTC (why)";
    };
    CHECK(begins(SipOutcome::kUnreachable, "cannot be called"));
    CHECK(begins(SipOutcome::kTlsFailed, "cannot be called over TLS"));
    CHECK(begins(SipOutcome::kNotAnswered, "lets calls ring"));
    CHECK(begins(SipOutcome::kBadAnswer, "answers calls without audio that can be used"));
    CHECK(begins(SipOutcome::kDropped, "drops calls"));
  }

  TEST_CASE("a call that we stopped ourselves neither fails nor succeeds") {
    CallWorld world;
    const EchoCallSample stopped = Fails(SipOutcome::kStopped, "we hung up before it was answered", Answers("d1"));
    for (int call = 0; call < 3; ++call) world.Call({stopped});
    CHECK(world.Ids().empty());
    world.Call({Silence("d1")});
    world.Call({stopped});
    CHECK(world.Ids().empty());
    world.Call({Silence("d1")});
    REQUIRE(world.Ids() == Ids{"call-signalling:d1"});
    const std::string summary = Only(world).summary;
    world.Call({stopped});
    CHECK(Only(world).summary == summary);
  }

  TEST_CASE("an address that resolvers alone give is not the dialer's fault") {
    CallWorld world;
    EchoCallSample astray =
        Fails(SipOutcome::kSilent, "no answer to OPTIONS", Answers("d1", "203.0.113.66", {"google"}, false));
    for (int call = 0; call < 2; ++call) world.Call({Refuses("d1", 503, "Service Unavailable"), astray});
    REQUIRE(world.Ids() == Ids{"call-signalling:d1"});
    CHECK(Only(world).summary.find("203.0.113.66") == std::string::npos);
  }

  TEST_CASE("one dead address of two is said to be one of two") {
    CallWorld world;
    EchoCallSample second = Fails(SipOutcome::kUnreachable, "Connection refused", Answers("d1", "198.51.100.12"));
    for (int call = 0; call < 2; ++call) world.Call({Answers("d1"), second});
    CHECK(Only(world).summary ==
          "d1 cannot be called at 198.51.100.12, 1 of its 2 addresses, since 20:06:00 UTC (Connection refused)");
    CHECK(Only(world).evidence.size() == 2);
  }

  TEST_CASE("three of four dialers have something in common, and that is us") {
    CallWorld world(4);
    auto samples = CallsTo(4, Silence("d1"));
    samples[2] = Answers("d3");
    for (int call = 0; call < 2; ++call) world.Call(samples);
    REQUIRE(world.Ids() == Ids{"call-signalling"});
    const Finding finding = Only(world);
    CHECK(finding.summary == "calls to 3 of the 4 dialers that are called fail (silent: no answer to OPTIONS)");
    CHECK(finding.affected == std::vector<std::string>{"d1", "d2", "d4"});
    CHECK(finding.advice[0].starts_with("begin with what they have in common"));
  }

  TEST_CASE("three accounts that are wrong stay a warning when they are told as one") {
    CallWorld world(3);
    const auto samples = CallsTo(3, Fails(SipOutcome::kUnauthorized, "401 Unauthorized", Answers("d1"), 401));
    for (int call = 0; call < 2; ++call) world.Call(samples);
    REQUIRE(world.Ids() == Ids{"call-signalling"});
    CHECK(Only(world).severity == Severity::kWarning);
  }

  TEST_CASE("where nothing comes back from its reflector either, it is one incident of the dialer's host") {
    CallWorld world;
    world.settings.dialers[0].reflector_port = 9000;
    const TrainSample train = Silent(Echoes("d1", "198.51.100.11", {"google"}, true));
    for (int call = 0; call < 3; ++call) world.Call({Silence("d1")}, {train});
    const auto causes = Correlate(world.Findings(), world.settings);
    REQUIRE(causes.size() == 1);
    CHECK(causes[0].key == "rtp-unreachable:d1");
    CHECK(
        Headline(causes[0], 1) ==
        "d1 is down or cut off: no audio comes back from d1 at 198.51.100.11 since 20:05:35 UTC (blackhole), nor does "
        "it answer calls");
    REQUIRE(causes[0].symptoms.size() == 1);
    CHECK(causes[0].symptoms[0].rule == "call-signalling");
  }

  TEST_CASE("so too where both are told of our own line") {
    CallWorld world(3);
    std::vector<TrainSample> trains;
    for (config::Dialer& dialer : world.settings.dialers) {
      dialer.reflector_port = 9000;
      trains.push_back(Silent(Echoes(dialer.name, "198.51.100.11", {"google"}, true)));
    }
    for (int call = 0; call < 3; ++call) world.Call(CallsTo(3, Silence("d1")), trains);
    REQUIRE(world.Ids() == Ids{"rtp-unreachable", "call-signalling"});
    CHECK(Correlate(world.Findings(), world.settings).size() == 1);
  }

  TEST_CASE("a dialer's words are made printable") {
    const Finding finding = AfterTwo(Refuses("d1", 403, "\x1b[31mNo\nway"));
    CHECK(finding.summary.find('\x1b') == std::string::npos);
    CHECK(finding.summary.find('\n') == std::string::npos);
    CHECK(finding.evidence[0].note->find('\x1b') == std::string::npos);
  }
}

}  // namespace dialwatch::diagnosis
