// How a call ends where the other side does what it should not.
#include <doctest/doctest.h>

#include <chrono>

#include "probes/sip/call.h"
#include "tests/probes/sip/call_bed.h"

namespace dialwatch::probes {

using namespace std::chrono_literals;
using test::CallBed;
using test::Plan;

namespace {

using Methods = std::vector<std::string>;

// OPTIONS has been answered, and is forgotten.
struct Inviting : CallBed {
  explicit Inviting(SipCallPlan plan = Plan()) : CallBed(std::move(plan)) {
    Answer("OPTIONS", {});
    sent.erase(sent.begin());
  }
};

}  // namespace

TEST_SUITE("probes/sip/call: its end") {
  TEST_CASE("a call that only rings is cancelled") {
    Inviting bed;
    bed.Answer("INVITE", {.status = 180});
    bed.Pass(10s);
    CHECK(bed.call.result().outcome == SipOutcome::kNotAnswered);
    CHECK(bed.Methods() == Methods{"INVITE", "CANCEL"});
    bed.Answer("CANCEL", {});
    bed.Answer("INVITE", {.status = 487});
    CHECK(bed.Methods() == Methods{"INVITE", "CANCEL", "ACK"});
    CHECK(bed.PassToEnd() == 5s);
    CHECK(bed.settled == 1);
  }

  TEST_CASE("CANCEL waits for a provisional response") {
    Inviting bed;
    bed.Pass(10s);
    CHECK(bed.call.result().outcome == SipOutcome::kSilent);
    CHECK(bed.call.result().why == "no answer to INVITE");
    CHECK(bed.CountOf("CANCEL") == 0);
    const std::size_t invites = bed.CountOf("INVITE");
    bed.Pass(10s);
    CHECK(bed.CountOf("INVITE") == invites);  // it is not offered any more
    bed.Answer("INVITE", {.status = 100});
    CHECK(bed.CountOf("CANCEL") == 1);
    bed.Answer("INVITE", {.status = 180});
    CHECK(bed.CountOf("CANCEL") == 1);
  }

  TEST_CASE("one CANCEL is all, however often a dialer takes it and rings on") {
    Inviting bed;
    bed.Answer("INVITE", {.status = 180});
    bed.Pass(10s);
    for (int i = 0; i < 100; ++i) {
      bed.Answer("CANCEL", {});
      bed.Answer("INVITE", {.status = 180});
    }
    bed.Pass(6s);
    bed.Answer("INVITE", {.status = 180});
    CHECK(bed.CountOf("CANCEL") == 1);
    bed.PassToEnd();
  }

  TEST_CASE("a dialer that is silent for ever is waited for until timer B, and no longer") {
    Inviting bed;
    CHECK(bed.PassToEnd() == 37s);
  }

  TEST_CASE("an answer that crosses CANCEL, or comes after our patience, is acknowledged and hung up") {
    for (const bool ringing : {true, false}) {
      Inviting bed;
      if (ringing) bed.Answer("INVITE", {.status = 180});
      bed.Pass(12s);
      bed.Answer("INVITE", {.headers = {{"Contact", "<sip:9196@203.0.113.5>"}}, .body = test::Sdp()});
      CHECK_FALSE(bed.answered);
      CHECK(bed.Methods().at(bed.sent.size() - 2) == "ACK");
      CHECK(bed.Methods().back() == "BYE");
      bed.Answer("BYE", {});
      CHECK(bed.call.result().outcome == (ringing ? SipOutcome::kNotAnswered : SipOutcome::kSilent));
      bed.PassToEnd();
    }
  }

  TEST_CASE("an answer after a refusal, of another fork, is hung up too") {
    Inviting bed;
    bed.Answer("INVITE", {.status = 486});
    bed.Answer("INVITE", {.to_tag = "fork", .body = test::Sdp()});
    CHECK(bed.Methods() == Methods{"INVITE", "ACK", "ACK", "BYE"});
    CHECK(bed.call.result().outcome == SipOutcome::kRefused);
    CHECK_FALSE(bed.answered);
  }

  TEST_CASE("a second fork that answers is acknowledged and hung up, a copy of it acknowledged") {
    Inviting bed;
    bed.Answer("INVITE", {.body = test::Sdp()});
    bed.Answer("INVITE", {.to_tag = "fork", .body = test::Sdp()});
    CHECK(bed.Methods() == Methods{"INVITE", "ACK", "ACK", "BYE"});
    CHECK(bed.Last("BYE").ids.to_tag == "fork");
    bed.Answer("INVITE", {.to_tag = "fork", .body = test::Sdp()});
    CHECK(bed.Methods() == Methods{"INVITE", "ACK", "ACK", "BYE", "ACK"});
    CHECK(bed.settled == 0);
    bed.HangUp();
    CHECK(bed.Last("BYE").ids.to_tag == "dialer");
  }

  TEST_CASE("forks without end are not all answered") {
    Inviting bed;
    for (int i = 0; i < 100; ++i) bed.Answer("INVITE", {.to_tag = "fork" + std::to_string(i), .body = test::Sdp()});
    CHECK(bed.CountOf("ACK") == 9);
    CHECK(bed.PassToEnd() <= 30s + 64s);
  }

  TEST_CASE("forged responses change nothing") {
    Inviting bed;
    std::string forged = test::Write(bed.sent[0], {.body = test::Sdp()});
    const std::string branch = bed.Last("INVITE").ids.via.branch;
    forged.replace(forged.find(branch), branch.size(), std::string(branch.size(), 'x'));
    bed.Give(forged);
    std::string refusal = test::Write(bed.sent[0], {.status = 603});
    refusal.insert(refusal.find("From:"), "Via: SIP/2.0/UDP other;branch=z9hG4bKother\r\n");
    bed.Give(refusal);
    CHECK(bed.sent.size() == 1);
    CHECK(bed.call.result().foreign == 2);
    CHECK(bed.settled == 0);
  }

  TEST_CASE("a BYE without an answer is told, after 32 s") {
    Inviting bed;
    bed.Answer("INVITE", {.body = test::Sdp()});
    bed.HangUp();
    CHECK(bed.PassToEnd() == 37s);
    CHECK(bed.call.result().outcome == SipOutcome::kNotEnded);
    CHECK(bed.call.result().why == "no answer to BYE");
    CHECK(bed.CountOf("BYE") == 11);
  }

  TEST_CASE("a BYE that is refused is told, but a call that is gone has ended") {
    for (const auto& [status, outcome] : {std::pair(500, SipOutcome::kNotEnded), std::pair(481, SipOutcome::kCompleted),
                                          std::pair(408, SipOutcome::kCompleted)}) {
      Inviting bed;
      bed.Answer("INVITE", {.body = test::Sdp()});
      bed.HangUp();
      bed.Answer("BYE", {.status = status});
      CHECK(bed.call.result().outcome == outcome);
      bed.PassToEnd();
    }
  }

  TEST_CASE("a BYE is not authenticated for ever") {
    Inviting bed;
    bed.Answer("INVITE", {.body = test::Sdp()});
    bed.HangUp();
    for (int i = 0; i < 20; ++i) {
      std::vector<SipHeader> stale{
          {"WWW-Authenticate", "Digest realm=\"r\", stale=true, nonce=\"" + std::to_string(i) + '"'}};
      bed.Answer("BYE", {.status = 401, .headers = std::move(stale)});
    }
    CHECK(bed.CountOf("BYE") == 5);
    CHECK(bed.call.result().outcome == SipOutcome::kNotEnded);
  }

  TEST_CASE("hung up before the answer it is cancelled, before the call nothing is left") {
    Inviting bed;
    bed.Answer("INVITE", {.status = 180});
    bed.HangUp();
    CHECK(bed.Methods() == Methods{"INVITE", "CANCEL"});
    CHECK(bed.call.result().outcome == SipOutcome::kStopped);
    CallBed early;
    early.HangUp();
    CHECK(early.call.ended());
    CHECK(early.Methods() == Methods{"OPTIONS"});
  }

  TEST_CASE("hung up twice, one BYE") {
    Inviting bed;
    bed.Answer("INVITE", {.body = test::Sdp()});
    bed.HangUp();
    bed.HangUp();
    CHECK(bed.CountOf("BYE") == 1);
  }

  TEST_CASE("a server that cannot be reached ends the call at once, but an INVITE over UDP stays watched") {
    CallBed bed;
    bed.Lose(SipOutcome::kUnreachable, "Connection refused");
    CHECK(bed.call.ended());
    CHECK(bed.call.result().outcome == SipOutcome::kUnreachable);
    CHECK(bed.call.result().why == "Connection refused");
    Inviting inviting;
    inviting.Lose(SipOutcome::kUnreachable, "Connection refused");
    CHECK(inviting.settled == 1);
    inviting.Answer("INVITE", {.body = test::Sdp()});
    CHECK(inviting.Methods() == Methods{"INVITE", "ACK", "BYE"});
  }

  TEST_CASE("over TCP a lost connection is replaced once, to hang up") {
    Inviting bed(Plan(config::Transport::kTcp));
    bed.Answer("INVITE", {.body = test::Sdp()});
    bed.Lose(SipOutcome::kUnreachable, "the server closed the connection");
    CHECK(bed.call.result().outcome == SipOutcome::kDropped);
    CHECK(bed.CountOf("BYE") == 1);
    SUBCASE("which it then is") {
      bed.Answer("BYE", {});
      CHECK(bed.call.ended());
    }
    SUBCASE("but not twice") {
      bed.Lose(SipOutcome::kUnreachable, "Connection refused");
      CHECK(bed.call.ended());
      CHECK(bed.CountOf("BYE") == 1);
    }
  }

  TEST_CASE("over TCP a connection that is lost during BYE is replaced once") {
    Inviting bed(Plan(config::Transport::kTcp));
    bed.Answer("INVITE", {.body = test::Sdp()});
    bed.HangUp();
    bed.Lose(SipOutcome::kUnreachable, "closed");
    CHECK(bed.CountOf("BYE") == 2);
    bed.Lose(SipOutcome::kUnreachable, "closed");
    CHECK(bed.call.ended());
    CHECK(bed.call.result().outcome == SipOutcome::kNotEnded);
  }

  TEST_CASE("a TLS handshake that fails is told") {
    CallBed bed(Plan(config::Transport::kTls));
    bed.Lose(SipOutcome::kTlsFailed, "certificate has expired");
    CHECK(bed.call.ended());
    CHECK(bed.call.result().outcome == SipOutcome::kTlsFailed);
  }

  TEST_CASE("over TCP it ends with the last answer") {
    Inviting bed(Plan(config::Transport::kTcp));
    bed.Answer("INVITE", {.body = test::Sdp()});
    bed.HangUp();
    bed.Answer("BYE", {});
    CHECK(bed.call.ended());
    CHECK_FALSE(bed.call.wake_at());
  }

  TEST_CASE("whatever is answered to whatever, at any moment, the call ends in time") {
    std::uint32_t seed = 1;
    const auto random = [&](std::uint32_t below) {
      seed = seed * 1664525 + 1013904223;
      return (seed >> 8) % below;
    };
    constexpr int kStatuses[] = {100, 180, 200, 200, 302, 401, 407, 422, 481, 487, 500, 603};
    for (int run = 0; run < 400; ++run) {
      CAPTURE(run);
      CallBed bed(Plan(random(2) == 0 ? config::Transport::kUdp : config::Transport::kTcp));
      const SipTime began = bed.now;
      for (int i = 0; i < 60 && !bed.call.ended(); ++i) {
        bed.Pass(base::Duration(random(4000)));
        if (bed.call.ended()) break;
        const SipArrival request = test::Read(bed.sent[random(static_cast<std::uint32_t>(bed.sent.size()))]);
        const std::uint32_t what = random(20);
        if (what == 0) bed.Lose(SipOutcome::kUnreachable, "lost");
        if (what == 1) bed.HangUp();
        if (what == 2) bed.Give(test::Request(request, "BYE", random(10)));
        if (what == 3) bed.Give(test::Request(request, "INVITE", random(10), {}, test::Sdp()));
        if (what == 4) bed.Give(test::Request(request, "ACK", random(10)));
        if (what > 4 && !request.message.is_response()) {
          bed.Give(test::Write(
              request, {.status = kStatuses[random(12)],
                        .to_tag = "fork" + std::to_string(random(3)),
                        .headers = {{"WWW-Authenticate", "Digest realm=\"r\", nonce=\"" + std::to_string(i) + '"'}},
                        .body = random(2) == 0 ? test::Sdp() : ""}));
        }
      }
      if (!bed.call.ended()) bed.PassToEnd();
      CHECK(bed.now - began <= 4s + 10s + 60s + 64s);
      CHECK(bed.settled == 1);
      CHECK(bed.sent.size() < 1000);
    }
  }
}

}  // namespace dialwatch::probes
