#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "probes/relayed_train.h"
#include "probes/train/key_file.h"
#include "tests/e2e/talking.h"
#include "tests/lab/addresses.h"
#include "tests/lab/netns.h"
#include "tests/lab/nft.h"
#include "tests/lab/relay.h"

using namespace dialwatch::e2e;
namespace lab = dialwatch::lab;
namespace base = dialwatch::base;
namespace probes = dialwatch::probes;
using dialwatch::lab::kCounted;
using namespace std::chrono_literals;

// Audio through a relay, where it flows without one.
namespace {

constexpr const char* kRelay = lab::kThirdStun;

struct Relaying {
  lab::TemporaryFolder folder;
  lab::Relay relay;

  explicit Relaying(const std::string& line = "") : relay(folder / "relay", Options(line)) {
    relay.WaitReady();
    lab::WriteFile(folder / "password", "sesame\n");
  }

  static lab::RelayOptions Options(const std::string& line) {
    lab::RelayOptions options;
    options.address = kRelay;
    options.lines = {"lt-cred-mech", "user=webphone:sesame", line};
    return options;
  }
  std::string Config() const {
    return fmt::format(
        "[[turn]]\nname = \"telnyx\"\nuri = \"turn:{}\"\nusername = \"webphone\"\npassword_file = \"{}\"\n", kRelay,
        (folder / "password"));
  }
};

probes::TrainSample SendThroughRelay(const std::string& dialer) {
  probes::EventLoop loop;
  probes::Pacer pacer(loop);
  probes::TrainPlan plan;
  plan.subject.address = {*base::IpAddress::Parse(dialer), 9000};
  auto keys = probes::ParseTrainKeys(lab::kReflectorKey);
  REQUIRE(keys);
  plan.keys = std::make_shared<probes::TrainKeys>(*std::move(keys));
  plan.spacing = 5ms;
  plan.patience = 200ms;
  std::optional<probes::TrainSample> sample;
  probes::Timer watchdog(loop);
  watchdog.Start(10s, [&] { loop.Stop(); });
  const auto train = std::make_shared<probes::RelayedTrain>(
      loop, pacer, plan, probes::TurnRoute{.server = {*base::IpAddress::Parse(kRelay), 3478}},
      probes::TurnCredentials{"webphone", "sesame"});
  train->Start(
      [&](const probes::TrainSample& done) {
        sample = done;
        loop.Stop();
      },
      {});
  loop.Run();
  REQUIRE(sample);
  return *sample;
}

}  // namespace

TEST_SUITE("e2e/relayed") {
  TEST_CASE("what a filter drops between relay and dialer is what the train through the relay misses") {
    if (lab::Missing("turnserver") || lab::Missing("nft")) return;
    lab::AddAddress(kD1, lab::kOffice);
    const lab::Reflector reflector("d1", kD1);
    const Relaying relaying;
    CHECK(SendThroughRelay(kD1).outcome == probes::RtpOutcome::kOk);
    {
      const Wall wall(fmt::format("ip saddr {} udp dport 9000 {} numgen inc mod 7 3 drop", kRelay, kCounted));
      const probes::TrainSample sample = SendThroughRelay(kD1);
      CHECK(sample.measures.up->lost == 7);  // the kernel's own counter says so in e2e/packet_filter
      CHECK(sample.measures.down->lost == 0);
      CHECK(sample.outcome == probes::RtpOutcome::kDegraded);
    }
    const Wall wall(fmt::format("ip daddr {} udp sport 9000 {} numgen inc mod 5 2 drop", kRelay, kCounted));
    const probes::TrainSample sample = SendThroughRelay(kD1);
    CHECK(sample.measures.up->lost == 0);
    CHECK(sample.measures.down->lost == 10);
  }

  TEST_CASE(
      "a relay that carries audio is measured, shown, and nothing is found; a closed way behind it is, and only it") {
    if (lab::Missing("turnserver") || lab::Missing("nft")) return;
    const Relaying relaying;
    const Talking talking("5s", relaying.Config());
    CHECK(talking.Ends("d1", "ok", kD1, "telnyx"));
    CHECK(talking.Ends("d2", "ok", kD2, "telnyx"));
    CHECK(talking.Train("d1", kD1, "telnyx")["echoed_by"] == "d1");
    CHECK(ValueOf(talking.watched.daemon, "dialwatch_rtp_mos{dialer=\"d1\",via=\"relay:telnyx\"}") > 4);
    CHECK(talking.watched.findings().empty());
    {
      const Wall wall(fmt::format("ip saddr {} ip daddr {} udp dport 9000 drop", kRelay, kD1));
      CHECK(talking.Has("turn-relay-broken:telnyx"));
      CHECK(talking.watched.findings() == Strings{"turn-relay-broken:telnyx"});
      CHECK(talking.Ends("d1", "ok", kD1));
      CHECK(talking.Ends("d2", "ok", kD2, "telnyx"));
      const std::string post = talking.watched.Post(1);
      CHECK(Contains(post, "d1 cannot be heard through relay telnyx, directly it can (blackhole)"));
      CHECK(Contains(post, "let the relay's address 192.0.2.82 in at the firewall before these dialers"));
      const auto output = lab::Dialwatch({"probe", "d1", "-c", talking.watched.lab.folder() / "dialwatch.toml"},
                                         talking.watched.lab.folder());
      CAPTURE(output.out);
      CHECK(Contains(output.out, "198.51.100.11:9000 by relay telnyx"));
      CHECK(Contains(output.out, "blackhole"));
    }
    CHECK(talking.IsWell());
    {
      const Wall wall(fmt::format("ip saddr {} ip daddr {} udp sport 9000 {} drop", kD2, kRelay, kCounted));
      CHECK(talking.Ends("d2", "one-way-up", kD2, "telnyx"));
      CHECK(talking.Has("turn-relay-broken:telnyx"));
    }
    CHECK(talking.IsWell());
  }

  TEST_CASE("a relay that may not send to a dialer is named, with what to change there") {
    if (lab::Missing("turnserver")) return;
    const Relaying relaying(fmt::format("denied-peer-ip={}", kD2));
    const Talking talking("5s", relaying.Config());
    CHECK(talking.Has("turn-relay-broken:telnyx"));
    CHECK(talking.Ends("d2", "denied", kD2, "telnyx"));
    CHECK(talking.Ends("d1", "ok", kD1, "telnyx"));
    CHECK(talking.watched.findings() == Strings{"turn-relay-broken:telnyx"});
    CHECK(Contains(talking.watched.Post(1), "have relay telnyx let calls through to 198.51.100.12"));
  }

  TEST_CASE("a relay that refuses us says nothing of the dialers, and a dialer that is down nothing of the relay") {
    if (lab::Missing("turnserver")) return;
    const Relaying relaying;
    Talking talking("5s", relaying.Config());
    CHECK(talking.Ends("d2", "ok", kD2, "telnyx"));
    talking.d2.Stop();
    CHECK(talking.Has("rtp-unreachable:d2"));
    CHECK(talking.Ends("d2", "blackhole", kD2, "telnyx"));
    CHECK(talking.watched.findings() == Strings{"rtp-unreachable:d2"});
    lab::WriteFile(relaying.folder / "password", "mellon\n");
    CHECK(talking.Ends("d1", "no-relay", kD1, "telnyx"));
    CHECK(talking.Has("turn-auth:telnyx"));
    CHECK(talking.watched.findings() == Strings{"rtp-unreachable:d2", "turn-auth:telnyx"});
    CHECK(talking.Ends("d1", "ok", kD1));
  }
}
