#include "probes/sip/call.h"

#include <doctest/doctest.h>

#include <chrono>

#include "tests/probes/sip/call_bed.h"

namespace dialwatch::probes {

using namespace std::chrono_literals;
using test::CallBed;
using test::Plan;

namespace {

using Methods = std::vector<std::string>;

const std::vector<SipHeader> kChallenge{{"WWW-Authenticate", "Digest realm=\"dialer\", nonce=\"n1\", qop=\"auth\""}};

}  // namespace

TEST_SUITE("probes/sip/call") {
  TEST_CASE("OPTIONS, INVITE, ACK, BYE: a call that works") {
    CallBed bed;
    bed.Pass(20ms);
    bed.Answer("OPTIONS", {.headers = {{"Server", "Asterisk PBX 20"}}});
    bed.Answer("INVITE", {.status = 100, .to_tag = ""});
    bed.Pass(300ms);
    bed.Answer("INVITE",
               {.headers = {{"Contact", "<sip:9196@203.0.113.5:5060>"}, {"Session-Expires", "90;refresher=uac"}},
                .body = test::Sdp()});
    CHECK(bed.answered);
    CHECK(bed.settled == 0);
    bed.Pass(5s);
    bed.HangUp();
    bed.Answer("BYE", {});
    CHECK(bed.Methods() == Methods{"OPTIONS", "INVITE", "ACK", "BYE"});
    const SipCallResult& result = bed.call.result();
    CHECK(bed.settled == 1);
    CHECK(result.outcome == SipOutcome::kCompleted);
    CHECK(result.why.empty());
    CHECK(result.options_rtt == 20ms);
    CHECK(result.ringing_after == 0ms);
    CHECK(result.answered_after == 300ms);
    CHECK(result.talked == 5s);
    CHECK(result.status == 200);
    CHECK(result.server == "Asterisk PBX 20");
    CHECK(result.session_timer == 90U);
    CHECK(result.answer->audio.rtp.ToString() == "203.0.113.5:12344");
    CHECK(result.address_note.empty());
    CHECK(result.sends == 3);
    CHECK(bed.PassToEnd() == 5s);  // for copies of the last response
  }

  TEST_CASE("an INVITE offers one stream and a session timer that needs no renewal") {
    CallBed bed;
    bed.Answer("OPTIONS", {});
    const SipMessage invite = bed.Last("INVITE").message;
    CHECK(invite.Find("Session-Expires") == "90;refresher=uac");
    CHECK(invite.Find("Supported") == "timer");
    CHECK(invite.Find("Contact") == "<sip:dialwatch@192.0.2.1:5070>");
    CHECK(invite.Find("Content-Type") == "application/sdp");
    CHECK(invite.body.find("m=audio 40000 RTP/AVP 0 8\r\n") != std::string::npos);
    CHECK(bed.Last("OPTIONS").ids.call_id != bed.Last("INVITE").ids.call_id);
  }

  TEST_CASE("an INVITE over UDP fits one packet, with a long name and the longest credentials") {
    const std::string host = std::string(50, 'd') + ".dialers.example.com";
    SipCallPlan plan = Plan();
    plan.party = SipParty::New("sip:9196@" + host, "sip:" + std::string(20, 'u') + "@192.0.2.1", plan.party.local,
                               config::Transport::kUdp);
    CallBed bed(std::move(plan));
    bed.Answer("OPTIONS", {});
    const std::string challenge = "Digest algorithm=SHA-512-256, qop=\"auth\", realm=\"" + host + "\", nonce=\"" +
                                  std::string(80, 'n') + "\", opaque=\"" + std::string(32, 'o') + '"';
    bed.Answer("INVITE", {.status = 401, .headers = {{"WWW-Authenticate", challenge}}});
    CHECK(bed.CountOf("INVITE") == 2);
    CHECK(bed.sent.back().size() <= 1500 - 40 - 8);  // else RFC 3261 §18.1.1 wants TCP, since fragments are lost
  }

  TEST_CASE("any answer to OPTIONS is a sign of life") {
    for (const int status : {200, 401, 404, 405, 503}) {
      CallBed bed;
      bed.Answer("OPTIONS", {.status = status});
      CHECK(bed.CountOf("INVITE") == 1);
    }
  }

  TEST_CASE("silence to OPTIONS opens no call") {
    CallBed bed;
    CHECK(bed.PassToEnd() == 4s);
    CHECK(bed.call.result().outcome == SipOutcome::kSilent);
    CHECK(bed.call.result().why == "no answer to OPTIONS");
    CHECK(bed.Methods() == Methods{"OPTIONS", "OPTIONS", "OPTIONS", "OPTIONS"});
    CHECK_FALSE(bed.call.result().options_rtt);
  }

  TEST_CASE("what is no SIP is no answer, and the cause names it") {
    CallBed bed;
    bed.Give("HTTP/1.1 400 Bad Request\r\n\r\n");
    bed.PassToEnd();
    CHECK(bed.call.result().unreadable == 1);
    CHECK(bed.call.result().why ==
          "no answer to OPTIONS that is SIP (it is not SIP: it begins with \"HTTP/1.1 400 Bad Request\")");
  }

  TEST_CASE("a password is sent once it is asked for, and with BYE too") {
    CallBed bed;
    bed.Answer("OPTIONS", {});
    bed.Answer("INVITE", {.status = 401, .headers = kChallenge});
    CHECK(bed.Methods() == Methods{"OPTIONS", "INVITE", "ACK", "INVITE"});
    const SipArrival invite = bed.Last("INVITE");
    CHECK(invite.ids.cseq == 2);
    CHECK(invite.message.Find("Authorization")->find("username=\"watch\"") != std::string_view::npos);
    bed.Answer("INVITE", {.body = test::Sdp()});
    CHECK(bed.Last("ACK").message.Find("Authorization") == invite.message.Find("Authorization"));
    bed.HangUp();
    CHECK(bed.Last("BYE").ids.cseq == 3);
    CHECK(bed.Last("BYE").message.Find("Authorization")->find("nc=00000002") != std::string_view::npos);
    bed.Answer("BYE", {.status = 401,
                       .headers = {{"WWW-Authenticate", "Digest realm=\"dialer\", nonce=\"n2\", qop=\"auth\""}}});
    CHECK(bed.CountOf("BYE") == 2);
    bed.Answer("BYE", {});
    CHECK(bed.call.result().outcome == SipOutcome::kCompleted);
  }

  TEST_CASE("a password that is refused is not sent again") {
    CallBed bed;
    bed.Answer("OPTIONS", {});
    for (int i = 0; i < 5; ++i) {
      std::vector<SipHeader> challenge{
          {"WWW-Authenticate", "Digest realm=\"dialer\", nonce=\"" + std::to_string(i) + '"'}};
      bed.Answer("INVITE", {.status = 401, .headers = std::move(challenge)});
    }
    CHECK(bed.CountOf("INVITE") == 2);
    CHECK(bed.call.result().outcome == SipOutcome::kUnauthorized);
    CHECK(bed.call.result().why == "401 Reason: the realm \"dialer\" refuses the user or the password");
    bed.PassToEnd();
  }

  TEST_CASE("a refusal ends the call, and is acknowledged") {
    CallBed bed;
    bed.Answer("OPTIONS", {});
    bed.Answer("INVITE", {.status = 404});
    CHECK(bed.Methods() == Methods{"OPTIONS", "INVITE", "ACK"});
    CHECK(bed.call.result().outcome == SipOutcome::kRefused);
    CHECK(bed.call.result().status == 404);
    CHECK(bed.call.result().why == "INVITE was answered with 404 Reason");
    bed.Answer("INVITE", {.status = 404});
    CHECK(bed.CountOf("ACK") == 2);
    CHECK(bed.PassToEnd() == 5s);
  }

  TEST_CASE("a redirection is not followed") {
    CallBed bed;
    bed.Answer("OPTIONS", {});
    bed.Answer("INVITE", {.status = 302, .headers = {{"Contact", "<sip:9196@198.51.100.9>"}}});
    CHECK(bed.call.result().outcome == SipOutcome::kRefused);
    CHECK(bed.CountOf("INVITE") == 1);
  }

  TEST_CASE("a dialer that wants a longer session timer gets it once") {
    CallBed bed;
    bed.Answer("OPTIONS", {});
    bed.Answer("INVITE", {.status = 422, .headers = {{"Min-SE", "600"}}});
    CHECK(bed.Last("INVITE").message.Find("Session-Expires") == "600;refresher=uac");
    CHECK(bed.Last("INVITE").message.Find("Min-SE") == "600");
    bed.Answer("INVITE", {.status = 422, .headers = {{"Min-SE", "900"}}});
    CHECK(bed.CountOf("INVITE") == 2);
    CHECK(bed.call.result().status == 422);
  }

  TEST_CASE("a dialer that asks for a session of days is refused") {
    CallBed bed;
    bed.Answer("OPTIONS", {});
    bed.Answer("INVITE", {.status = 422, .headers = {{"Min-SE", "86400"}}});
    CHECK(bed.CountOf("INVITE") == 1);
  }

  TEST_CASE("each copy of the answer is acknowledged again") {
    CallBed bed;
    bed.Up();
    bed.Answer("INVITE", {.body = test::Sdp()});
    bed.Answer("INVITE", {.body = test::Sdp()});
    CHECK(bed.CountOf("ACK") == 3);
    CHECK(bed.sent[2] == bed.sent[4]);
  }

  TEST_CASE("a call that nobody hangs up is hung up") {
    CallBed bed;
    bed.Up();
    bed.Pass(29999ms);
    CHECK(bed.CountOf("BYE") == 0);
    bed.Pass(1ms);
    CHECK(bed.CountOf("BYE") == 1);
    SipCallPlan plan = Plan();
    plan.talk_limit = 1h;
    CallBed longer(std::move(plan));
    longer.Up();
    longer.Pass(60s);
    CHECK(longer.CountOf("BYE") == 1);
  }

  TEST_CASE("a dialer that hangs up first is told, with its reason") {
    CallBed bed;
    const SipArrival invite = bed.Up();
    bed.Pass(3200ms);
    bed.Give(test::Request(invite, "BYE", 1, {{"Reason", "Q.850;cause=16"}}));
    CHECK(bed.Methods().back() == "200");
    CHECK(bed.CountOf("BYE") == 0);
    CHECK(bed.call.result().outcome == SipOutcome::kDropped);
    CHECK(bed.call.result().why == "the dialer hung up after 3.2 s (Q.850;cause=16)");
    CHECK(bed.call.result().talked == 3200ms);
    bed.PassToEnd();
  }

  TEST_CASE("two that hang up at once have hung up") {
    CallBed bed;
    const SipArrival invite = bed.Up();
    bed.HangUp();
    bed.Give(test::Request(invite, "BYE", 1));
    CHECK(bed.call.result().outcome == SipOutcome::kCompleted);
    bed.Answer("BYE", {.status = 481});
    CHECK(bed.PassToEnd() == 5s);
  }

  TEST_CASE("a dialer may renew the session and ask whether we live") {
    CallBed bed;
    const SipArrival invite = bed.Up();
    bed.Give(test::Request(invite, "UPDATE", 1, {{"Session-Expires", "90"}}));
    CHECK(bed.Methods().back() == "200");
    bed.Give(test::Request(invite, "INVITE", 2, {}, test::Sdp("198.51.100.9")));
    CHECK(bed.Methods().back() == "488");
    bed.Give(test::Request(invite, "OPTIONS", 3));
    CHECK(bed.Methods().back() == "200");
    CHECK(bed.settled == 0);
  }

  TEST_CASE("the private address that an answer names is seen") {
    CallBed bed;
    bed.Up({.body = test::Sdp("10.0.0.5")});
    CHECK(bed.answered);
    CHECK(bed.call.result().address_note == "10.0.0.5 is no public address, but the dialer was called at 203.0.113.5");
  }

  TEST_CASE("an answer with media that cannot be used is acknowledged and hung up") {
    for (const std::string& body : {std::string(), std::string("v=1"), test::Sdp("0.0.0.0")}) {
      CallBed bed;
      bed.Up({.body = body});
      CHECK_FALSE(bed.answered);
      CHECK(bed.Methods() == Methods{"OPTIONS", "INVITE", "ACK", "BYE"});
      CHECK(bed.call.result().outcome == SipOutcome::kBadAnswer);
      bed.Answer("BYE", {});
      bed.PassToEnd();
    }
  }

  TEST_CASE("what the dialer says is made printable") {
    CallBed bed;
    bed.Answer("OPTIONS", {.headers = {{"Server", "\x1B[31mred"}}});
    CHECK(bed.call.result().server == "\\027[31mred");
  }
}

}  // namespace dialwatch::probes
