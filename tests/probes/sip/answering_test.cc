#include "probes/sip/answering.h"

#include <doctest/doctest.h>

#include <chrono>

#include "tests/probes/sip/replies.h"

namespace dialwatch::probes {

using namespace std::chrono_literals;

namespace {

const SipTime kStart = SipTime() + 1000s;

// An answered call.
struct Bed {
  SipParty party = SipParty::New("sip:9196@d1.example.com", "sip:dialwatch@192.0.2.1",
                                 *base::Endpoint::Parse("192.0.2.1:5070", 0), config::Transport::kUdp);
  SipMessage invite = party.NewRequest("INVITE", 1);
  SipArrival sent = test::Read(WriteSipMessage(invite));
  SipDialog dialog = SipDialog::FromAnswer(
      party, invite, test::Read(test::Write(sent, {.headers = {{"Contact", "<sip:9196@203.0.113.5>"}}})));
  SipAnswering answering;

  Bed() { answering.Agree(**ReadSdp(test::Sdp()), "ours"); }

  SipAnswering::Step Take(const std::string& octets, bool up = true) {
    return answering.OnRequest(party, up ? &dialog : nullptr, test::Read(octets), kStart);
  }
  SipMessage Answer(const std::string& octets, bool up = true) {
    const auto step = Take(octets, up);
    REQUIRE(step.send);
    return test::Read(*step.send).message;
  }
  SipMessage Ask(std::string_view method, std::uint32_t cseq, const std::vector<SipHeader>& headers = {},
                 std::string_view body = {}) {
    return Answer(test::Request(sent, method, cseq, headers, body));
  }
};

}  // namespace

TEST_SUITE("probes/sip/answering") {
  TEST_CASE("BYE is confirmed, and ends the call") {
    Bed bed;
    const auto step = bed.Take(test::Request(bed.sent, "BYE", 1));
    CHECK(step.hung_up);
    CHECK(test::Read(*step.send).message.status == 200);
  }

  TEST_CASE("a copy of a request gets a copy of the response, and has no effect") {
    Bed bed;
    const std::string bye = test::Request(bed.sent, "BYE", 1);
    const auto first = bed.Take(bye);
    const auto second = bed.Take(bye, false);
    CHECK(second.send == first.send);
    CHECK_FALSE(second.hung_up);
  }

  TEST_CASE("BYE, UPDATE and CANCEL of no call are told so, and end nothing") {
    Bed bed;
    for (const char* method : {"BYE", "UPDATE", "CANCEL"})
      CHECK(bed.Answer(test::Request(bed.sent, method, 1), false).status == 481);
    std::string stranger = test::Request(bed.sent, "BYE", 2);
    stranger.replace(stranger.find("tag=dialer"), 10, "tag=forged");
    const auto step = bed.Take(stranger);
    CHECK(test::Read(*step.send).message.status == 481);
    CHECK_FALSE(step.hung_up);
  }

  TEST_CASE("OPTIONS is answered in a call and without one, another call is forbidden") {
    Bed bed;
    CHECK(bed.Ask("OPTIONS", 1).Find("Allow") == kSipAllow);
    std::string outside = test::Request(bed.sent, "OPTIONS", 1);
    outside.erase(outside.find(";tag=" + bed.party.tag), 5 + bed.party.tag.size());
    const SipMessage answer = bed.Answer(outside);
    CHECK(answer.status == 200);
    CHECK(answer.Find("To")->find(";tag=") != std::string_view::npos);
    std::string call = test::Request(bed.sent, "INVITE", 1);
    call.erase(call.find(";tag=" + bed.party.tag), 5 + bed.party.tag.size());
    CHECK(bed.Answer(call).status == 403);
  }

  TEST_CASE("the session is renewed where the media stay the same") {
    Bed bed;
    const SipMessage plain = bed.Ask("UPDATE", 1, {{"Session-Expires", "90"}});
    CHECK(plain.status == 200);
    CHECK(plain.body.empty());
    CHECK(plain.Find("Session-Expires") == "90;refresher=uac");
    CHECK(plain.Find("Require") == "timer");
    const SipMessage same = bed.Ask("UPDATE", 2, {{"x", "90 ; refresher = uas"}}, test::Sdp());
    CHECK(same.status == 200);
    CHECK(same.body == "ours");
    CHECK(same.Find("Session-Expires") == "90;refresher=uas");
    CHECK_FALSE(same.Find("Require"));
    CHECK(bed.Ask("INVITE", 3, {}, test::Sdp()).body == "ours");
    CHECK(bed.Ask("INVITE", 4).body == "ours");  // without an offer it wants ours
  }

  TEST_CASE("other media are refused") {
    Bed bed;
    CHECK(bed.Ask("INVITE", 1, {}, test::Sdp("198.51.100.9")).status == 488);
    CHECK(bed.Ask("UPDATE", 2, {}, test::Sdp("203.0.113.5", "a=inactive\r\n")).status == 488);
    CHECK(bed.Ask("UPDATE", 3, {}, "no sdp").status == 488);
    CHECK_FALSE(bed.answering.wake_at());
  }

  TEST_CASE("the 200 of an INVITE is sent again until its ACK comes, for 32 s at most") {
    Bed bed;
    const auto step = bed.Take(test::Request(bed.sent, "INVITE", 5, {}, test::Sdp()));
    REQUIRE(bed.answering.wake_at() == kStart + 500ms);
    CHECK(bed.answering.OnTime(kStart + 500ms).send == step.send);
    CHECK(bed.answering.wake_at() == kStart + 1500ms);
    int sends = 0;
    SUBCASE("with an ACK") {
      CHECK_FALSE(bed.Take(test::Request(bed.sent, "ACK", 4)).send);
      CHECK(bed.answering.wake_at());
      CHECK_FALSE(bed.Take(test::Request(bed.sent, "ACK", 5)).send);
      CHECK_FALSE(bed.answering.wake_at());
    }
    SUBCASE("without") {
      while (const auto at = bed.answering.wake_at()) sends += bed.answering.OnTime(*at).send ? 1 : 0;
      CHECK(sends == 9);
    }
  }

  TEST_CASE("what is older than what came before is refused") {
    Bed bed;
    CHECK(bed.Ask("OPTIONS", 5).status == 200);
    CHECK(bed.Ask("OPTIONS", 4).status == 500);
    CHECK_FALSE(bed.Take(test::Request(bed.sent, "BYE", 3)).hung_up);
  }

  TEST_CASE("extensions that it insists on, and methods, that we do not know are refused") {
    Bed bed;
    CHECK(bed.Ask("UPDATE", 1, {{"Require", "timer, 100rel"}, {"Require", "x"}}).Find("Unsupported") == "100rel, x");
    CHECK(bed.Ask("INFO", 2).status == 405);
    CHECK(bed.Ask("REFER", 3).Find("Allow") == kSipAllow);
  }

  TEST_CASE("a renewal may move the Contact") {
    Bed bed;
    CHECK(bed.Ask("UPDATE", 1, {{"Contact", "<sip:9196@203.0.113.77>"}}).status == 200);
    CHECK(bed.dialog.NewRequest(bed.party, "BYE").uri == "sip:9196@203.0.113.77");
  }

  TEST_CASE("a flood of requests is not answered for ever") {
    Bed bed;
    std::size_t answers = 0;
    for (std::uint32_t i = 1; i < 1000; ++i) answers += bed.Take(test::Request(bed.sent, "OPTIONS", i)).send ? 1 : 0;
    CHECK(answers == SipAnswering::kMaxAnswers);
  }
}

}  // namespace dialwatch::probes
