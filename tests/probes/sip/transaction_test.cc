#include "probes/sip/transaction.h"

#include <doctest/doctest.h>

#include <chrono>
#include <vector>

#include "probes/sip/dialog.h"
#include "tests/probes/sip/replies.h"

namespace dialwatch::probes {

using namespace std::chrono_literals;

namespace {

const SipTime kStart = SipTime() + 1000s;

SipParty Party() {
  return SipParty::New("sip:9196@d1.example.com", "sip:dialwatch@192.0.2.1",
                       *base::Endpoint::Parse("192.0.2.1:5070", 0), config::Transport::kUdp);
}

SipClientTransaction Begin(std::string_view method, bool reliable = false) {
  return SipClientTransaction(Party().NewRequest(method, 7), reliable, kStart);
}

SipArrival Response(const SipClientTransaction& transaction, int status) {
  return test::Read(test::Write(transaction.octets(), {.status = status}));
}

// Lets time pass until the transaction waits for nothing more; when it sent, in ms from the start.
std::vector<long> Sends(SipClientTransaction& transaction, bool* timed_out = nullptr) {
  std::vector<long> sends;
  while (const auto at = transaction.wake_at()) {
    const auto step = transaction.OnTime(*at);
    if (step.send) sends.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(*at - kStart).count());
    if (step.timed_out && timed_out != nullptr) *timed_out = true;
  }
  return sends;
}

}  // namespace

TEST_SUITE("probes/sip/transaction") {
  TEST_CASE("an INVITE is sent again at doubling intervals, for 32 s (timers A and B)") {
    SipClientTransaction transaction = Begin("INVITE");
    bool timed_out = false;
    CHECK(Sends(transaction, &timed_out) == std::vector<long>{500, 1500, 3500, 7500, 15500, 31500});
    CHECK(timed_out);
    CHECK(transaction.ended());
    CHECK(transaction.sends() == 7);
  }

  TEST_CASE("another request at no more than 4 s (timers E and F)") {
    SipClientTransaction transaction = Begin("OPTIONS");
    CHECK(Sends(transaction) == std::vector<long>{500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500});
  }

  TEST_CASE("over TCP nothing is sent again") {
    for (const char* method : {"INVITE", "BYE"}) {
      SipClientTransaction transaction = Begin(method, true);
      bool timed_out = false;
      CHECK(transaction.wake_at() == kStart + 32s);
      CHECK(Sends(transaction, &timed_out).empty());
      CHECK(timed_out);
    }
  }

  TEST_CASE("a provisional response ends the sends of an INVITE, and its patience") {
    SipClientTransaction transaction = Begin("INVITE");
    CHECK(transaction.OnResponse(Response(transaction, 180), kStart + 100ms).response);
    CHECK(transaction.provisional());
    CHECK_FALSE(transaction.wake_at());
  }

  TEST_CASE("after a provisional response another request is sent every 4 s") {
    SipClientTransaction transaction = Begin("OPTIONS");
    CHECK(transaction.OnResponse(Response(transaction, 100), kStart + 100ms).response);
    CHECK(Sends(transaction) == std::vector<long>{500, 4500, 8500, 12500, 16500, 20500, 24500, 28500});
  }

  TEST_CASE("a refused INVITE is acknowledged, and each copy of the refusal again (timer D)") {
    SipClientTransaction transaction = Begin("INVITE");
    const SipArrival refusal = Response(transaction, 486);
    const auto step = transaction.OnResponse(refusal, kStart + 1s);
    REQUIRE(step.response);
    REQUIRE(step.send);
    const SipArrival ack = test::Read(*step.send);
    CHECK(ack.message.method == "ACK");
    CHECK(ack.message.uri == "sip:9196@d1.example.com");
    CHECK(ack.ids.via.branch == transaction.branch());
    CHECK(ack.ids.cseq == 7);
    CHECK(ack.ids.to_tag == "dialer");
    const auto again = transaction.OnResponse(refusal, kStart + 20s);
    CHECK_FALSE(again.response);
    CHECK(again.send == step.send);
    CHECK(transaction.wake_at() == kStart + 33s);
    CHECK_FALSE(transaction.OnTime(kStart + 33s).timed_out);
    CHECK(transaction.ended());
  }

  TEST_CASE("a 2xx ends an INVITE at once: its ACK is the dialog's") {
    SipClientTransaction transaction = Begin("INVITE");
    const auto step = transaction.OnResponse(Response(transaction, 200), kStart);
    CHECK(step.response);
    CHECK_FALSE(step.send);
    CHECK(transaction.ended());
  }

  TEST_CASE("another request takes copies of its response for 5 s (timer K), over TCP for none") {
    SipClientTransaction transaction = Begin("BYE");
    CHECK(transaction.OnResponse(Response(transaction, 200), kStart + 1s).response);
    CHECK_FALSE(transaction.OnResponse(Response(transaction, 200), kStart + 2s).response);
    CHECK_FALSE(transaction.open());
    CHECK(transaction.wake_at() == kStart + 6s);
    SipClientTransaction reliable = Begin("BYE", true);
    CHECK(reliable.OnResponse(Response(reliable, 200), kStart).response);
    CHECK(reliable.ended());
  }

  TEST_CASE("a response with another branch, method, Call-ID or a second Via is none of it") {
    const SipClientTransaction transaction = Begin("INVITE");
    const SipArrival good = Response(transaction, 200);
    CHECK(transaction.Owns(good));
    SipArrival forged = good;
    forged.ids.via.branch += 'x';
    CHECK_FALSE(transaction.Owns(forged));
    forged = good;
    forged.ids.method = "CANCEL";
    CHECK_FALSE(transaction.Owns(forged));
    forged = good;
    forged.ids.call_id = "another";
    CHECK_FALSE(transaction.Owns(forged));
    forged = good;
    forged.ids.vias = 2;
    CHECK_FALSE(transaction.Owns(forged));
    CHECK_FALSE(transaction.Owns(test::Read(transaction.octets())));
  }

  TEST_CASE("a quiet one sends no more, but waits on") {
    SipClientTransaction transaction = Begin("INVITE");
    transaction.Quiet();
    CHECK(Sends(transaction).empty());
  }
}

}  // namespace dialwatch::probes
