// Calls to dialers that others have written.
#include "tests/probes/call/real_dialers.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "tests/probes/call/run_call.h"

namespace dialwatch::probes {

using test::Baresip;
using test::PlanFor;
using test::RunEcho;
using test::Sipp;

namespace {

// An echo on this host, whose machine may be busy.
void CheckEcho(const EchoCallSample& sample) {
  CAPTURE(sample.call.result.why);
  CHECK(sample.call.result.outcome == SipOutcome::kCompleted);
  REQUIRE(sample.talk);
  CHECK(sample.talk->measures.round.sent == 50);
  CHECK(sample.talk->measures.round.lost == 0);
  CHECK(sample.talk->measures.rtt);
}

}  // namespace

TEST_SUITE("probes/call: real dialers") {
  TEST_CASE("sipp, over UDP and TCP") {
    if (!Sipp::IsInstalled()) {
      MESSAGE("SKIPPED: sipp is not installed");
      return;
    }
    for (const auto transport : {config::Transport::kUdp, config::Transport::kTcp}) {
      const Sipp sipp(transport == config::Transport::kUdp ? "u1" : "t1");
      const EchoCallSample sample = RunEcho(PlanFor(sipp.endpoint(), transport));
      CheckEcho(sample);
      CHECK(sample.talk->foreign == 0);
      CHECK(sample.call.result.ringing_after);
      CHECK(sample.call.result.address_note.empty());
    }
  }

  TEST_CASE("baresip, over UDP and TCP, with either codec") {
    if (!Baresip::IsInstalled()) {
      MESSAGE("SKIPPED: baresip is not installed");
      return;
    }
    const Baresip baresip;
    for (const auto transport : {config::Transport::kUdp, config::Transport::kTcp}) {
      for (const auto codec : {AudioCodec::kPcmu, AudioCodec::kPcma}) {
        CallPlan plan = PlanFor(baresip.endpoint(), transport);
        plan.codecs = {codec};
        const EchoCallSample sample = RunEcho(std::move(plan));
        CheckEcho(sample);
        CHECK(sample.talk->codec == codec);
        CHECK(sample.call.result.server.starts_with("baresip"));
      }
    }
  }

  TEST_CASE("baresip, over TLS") {
    if (!Baresip::IsInstalled()) {
      MESSAGE("SKIPPED: baresip is not installed");
      return;
    }
    const testing::TemporaryFolder folder;
    const lab::TestCa ca(folder.path());
    const lab::Certificate certificate = ca.Issue("dialer", {"IP:127.0.0.1"});
    setenv("SSL_CERT_FILE", ca.certificate().c_str(), 1);
    const Baresip baresip(&certificate);
    CallPlan plan = PlanFor(baresip.tls_endpoint(), config::Transport::kTls);
    plan.tls = *TlsPeer::Make(plan.subject.address.address, "", TlsPeer::Use::kRelay);
    CheckEcho(RunEcho(std::move(plan)));
    unsetenv("SSL_CERT_FILE");
  }
}

}  // namespace dialwatch::probes
