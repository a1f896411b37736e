#include "probes/relay_queue.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/free_port.h"
#include "tests/lab/relay.h"
#include "tests/probes/dns/fake_server.h"
#include "tests/probes/train/far_end.h"
#include "tests/probes/turn/fake_relay.h"
#include "tests/temporary_folder.h"

namespace dialwatch::probes {

using namespace std::chrono_literals;

namespace {

// Dialers "d0", "d1", … at one reflector, and a relay: one of the test's own, or the one at `port`.
struct Bed {
  testing::TemporaryFolder folder;
  test::FarEnd far_end;
  EventLoop loop;
  test::FakeRelay relay{loop};  // for one client at a time
  std::shared_ptr<config::Settings> settings = std::make_shared<config::Settings>();
  std::vector<TrainSample> samples;
  std::optional<MediaMeans> means;
  std::optional<Asker> asker;
  std::optional<AddressBook> addresses;
  std::optional<RelayQueue> queue;
  int turns_ended = 0;

  explicit Bed(int workers = 1, std::uint16_t port = 0, const std::string& host = "127.0.0.1") {
    settings->source = folder / "dialwatch.toml";
    settings->media.interval = 6s;
    settings->probing.workers = workers;
    folder.Write("password", "sesame");
    means.emplace(loop, *settings);
    asker.emplace(loop, settings, [this](const Sample& sample) {
      if (const auto* echo = std::get_if<TrainSample>(&sample)) samples.push_back(*echo);
    });
    addresses.emplace(asker->dns, settings, asker->sink, asker->held);
    config::Turn server;
    server.name = "telnyx";
    server.uri = {.relay = true, .host = host, .port = port == 0 ? relay.endpoint().port : port};
    server.username = "webphone";
    server.password_file = "password";
    queue.emplace(*asker, *addresses, *means, server);
  }

  void Add(const std::string& dialer) {
    TrainPlan plan;
    plan.subject = {dialer, "d.example.com", {}, true, far_end.endpoint()};
    plan.keys = std::make_shared<TrainKeys>(test::TestKeys());
    plan.packets = 10;
    plan.spacing = 10ms;
    plan.patience = 100ms;
    queue->Add(plan, {static_cast<const void*>(this), [this](const void*) { ++turns_ended; }});
  }
  std::vector<std::string> Dialers() const {
    std::vector<std::string> dialers;
    for (const TrainSample& each : samples) dialers.push_back(each.subject.dialer);
    return dialers;
  }
};

}  // namespace

TEST_SUITE("probes/relay_queue") {
  TEST_CASE("many dialers never need more of a relay than four allocations at a time") {
    if (lab::Missing("turnserver")) return;
    const testing::TemporaryFolder folder;
    lab::RelayOptions options;
    options.port = testing::FreePort();
    options.lines = {"lt-cred-mech", "user=webphone:sesame", "user-quota=4"};
    lab::Relay relay(folder.path(), options);
    relay.WaitReady();
    Bed bed(1, options.port);
    for (int i = 0; i < 12; ++i) bed.Add(fmt::format("d{}", i));
    REQUIRE(RunUntil(
        bed.loop, [&] { return bed.turns_ended == 12; }, 20s));
    REQUIRE(bed.samples.size() == 12);
    for (const TrainSample& sample : bed.samples) {
      CAPTURE(sample.error);
      CHECK(sample.outcome == RtpOutcome::kOk);
      CHECK(sample.subject.relay == "telnyx");
    }
  }

  TEST_CASE("each has its turn in the order in which it was asked for, and who waits keeps his place") {
    Bed bed(8);  // one at a time
    for (const char* dialer : {"d0", "d1", "d2", "d1"}) bed.Add(dialer);
    CHECK(bed.turns_ended == 1);  // of the one that another came in place of
    REQUIRE(RunUntil(
        bed.loop, [&] { return bed.turns_ended == 4; }, 20s));
    CHECK(bed.Dialers() == std::vector<std::string>{"d0", "d1", "d2"});
    for (const TrainSample& sample : bed.samples) CHECK(sample.outcome == RtpOutcome::kOk);
  }

  TEST_CASE("a relay that cannot be had is left alone for a while, and all who wait are told why") {
    Bed bed(8);
    bed.relay.errors[TurnMethod::kAllocate] = 486;
    for (int i = 0; i < 100; ++i) bed.Add(fmt::format("d{}", i));
    REQUIRE(RunUntil(bed.loop, [&] { return bed.turns_ended == 100; }));
    REQUIRE(bed.samples.size() == 100);
    for (const TrainSample& sample : bed.samples) {
      CHECK(sample.outcome == RtpOutcome::kNoRelay);
      CHECK(sample.error == "quota 486 at allocate: no");
    }
    CHECK(bed.relay.log == std::vector<std::string>{"allocate 401", "allocate 486"});
  }

  TEST_CASE("a password that cannot be read is no word on the dialer") {
    Bed bed;
    std::filesystem::remove(bed.folder / "password");
    bed.Add("d1");
    REQUIRE(bed.samples.size() == 1);
    CHECK(bed.samples[0].outcome == RtpOutcome::kNoRelay);
    CHECK(bed.samples[0].error.find("password") != std::string::npos);
  }

  TEST_CASE("who waits for long keeps his place, but not the turn") {
    Bed bed;
    bed.relay.silent = {TurnMethod::kAllocate};
    bed.settings->media.interval = 200ms;
    for (int i = 0; i < 6; ++i) bed.Add(fmt::format("d{}", i));
    REQUIRE(RunUntil(bed.loop, [&] { return bed.turns_ended == 6; }));
    CHECK(bed.samples.empty());
  }

  TEST_CASE("a relay on the internet is not asked to lead into networks of our own") {
    Bed bed(1, 3478, "192.0.2.1");
    bed.Add("d1");
    CHECK(bed.turns_ended == 1);
    CHECK(bed.samples.empty());
  }
}

}  // namespace dialwatch::probes
