#include "probes/worker.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "tests/probes/call/fake_dialer.h"
#include "tests/probes/dns/fake_server.h"

using namespace std::chrono_literals;

namespace dialwatch::probes {
namespace {

using Methods = std::vector<std::string>;

// A worker that calls a dialer on the test's loop, which does as the test says when it is invited.
struct Bed {
  EventLoop loop;
  std::function<std::vector<std::string>(const SipArrival&)> answer = test::AnswerWell;
  test::FakeDialer dialer{loop, [this](const SipArrival& request) { return answer(request); }};
  std::shared_ptr<config::Settings> settings = std::make_shared<config::Settings>();
  std::shared_ptr<Switchboard> board = std::make_shared<Switchboard>();
  std::atomic<int> samples = 0;
  std::unique_ptr<Worker> worker;

  Bed() {
    settings->dialers = {config::AdHocDialer("d1", *settings)};
    settings->calls = {{.dialer = "d1",
                        .target = {.host = "127.0.0.1", .port = dialer.endpoint().port},
                        .extension = "9196",
                        .interval = 10s}};
    worker = Start();
  }
  std::unique_ptr<Worker> Start() {
    return std::make_unique<Worker>(
        settings, std::vector<Target>{CallTarget{"d1", "d1"}}, [this](const Sample&) { ++samples; },
        std::make_shared<HeldNames>(), board);
  }
  bool Sees(const std::string& method) {
    return RunUntil(
        loop, [&] { return std::ranges::find(dialer.methods(), method) != dialer.methods().end(); }, 5s);
  }
};

}  // namespace

TEST_SUITE("probes/worker") {
  TEST_CASE("one that retires in the middle of a call hangs it up, tells nothing, and ends") {
    Bed bed;
    REQUIRE(bed.Sees("ACK"));
    bed.worker->Retire(20s);
    CHECK_FALSE(bed.worker->ended());
    const auto other = bed.Start();  // as after a reload
    REQUIRE(RunUntil(
        bed.loop, [&] { return bed.worker->ended(); }, 3s));
    CHECK(bed.dialer.methods() == Methods{"OPTIONS", "INVITE", "ACK", "BYE"});
    CHECK(bed.samples == 0);
    bed.worker.reset();
    CHECK_FALSE(bed.board->left());
  }

  TEST_CASE("its patience with a dialer that does not answer BYE ends, and what that leaves is known") {
    Bed bed;
    bed.answer = [](const SipArrival& request) {
      return request.message.method == "BYE" ? std::vector<std::string>{} : test::AnswerWell(request);
    };
    REQUIRE(bed.Sees("ACK"));
    bed.worker->Retire(20s);
    REQUIRE(bed.Sees("BYE"));
    bed.worker->Retire(300ms);
    REQUIRE(RunUntil(
        bed.loop, [&] { return bed.worker->ended(); }, 3s));
    bed.worker.reset();
    CHECK(bed.board->left());
  }

  TEST_CASE("one without a call ends at once") {
    Bed bed;
    bed.answer = [](const SipArrival&) { return std::vector<std::string>{}; };
    bed.board = std::make_shared<Switchboard>(Switchboard::Time::max());
    const auto idle = bed.Start();
    idle->Retire(20s);
    const auto limit = std::chrono::steady_clock::now() + 5s;
    while (!idle->ended() && std::chrono::steady_clock::now() < limit) std::this_thread::yield();
    CHECK(idle->ended());
  }
}

}  // namespace dialwatch::probes
