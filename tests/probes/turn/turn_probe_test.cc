#include "probes/turn_probe.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "probes/prober.h"
#include "tests/probes/turn/fake_relay.h"
#include "tests/temporary_folder.h"

namespace dialwatch::probes {

using namespace std::chrono_literals;

namespace {

// A prober with one relay, whose password stands in a file.
struct Bed {
  testing::TemporaryFolder folder;
  EventLoop loop;
  test::FakeRelay relay{loop};
  std::shared_ptr<config::Settings> settings = std::make_shared<config::Settings>();
  std::optional<Prober> prober;
  std::vector<TurnSample> samples;

  Bed() {
    const auto& at = relay.endpoint();
    settings->source = folder / "dialwatch.toml";
    settings->turn_servers = {{.name = "relay",
                               .uri = {.relay = true, .host = at.address.ToString(), .port = at.port},
                               .username = test::kCaller.username,
                               .password_file = "password"}};
    folder.Write("password", test::kCaller.password);
    prober.emplace(loop, settings, [this](const Sample& sample) { samples.push_back(std::get<TurnSample>(sample)); });
  }

  TurnSample Probe() {
    bool done = false;
    Timer watchdog(loop);
    watchdog.Start(10s, [this] { loop.Stop(); });
    prober->Probe(TurnTarget{"relay"}, [&] {
      done = true;
      loop.Stop();
    });
    loop.Run();
    REQUIRE(done);
    REQUIRE(samples.size() == 1);
    const TurnSample sample = samples.front();
    samples.clear();
    return sample;
  }
};

}  // namespace

TEST_SUITE("probes/turn_probe") {
  TEST_CASE("a relay's turn is one sample, turn by turn") {
    Bed bed;
    for (int turn = 0; turn < 2; ++turn) {
      const TurnSample sample = bed.Probe();
      CHECK(sample.outcome == TurnOutcome::kRelayed);
      CHECK(sample.server == "relay");
      CHECK(sample.uri == fmt::format("turn:127.0.0.1:{}", bed.relay.endpoint().port));
      CHECK(sample.resolved_via.empty());
      CHECK(base::WallClockNow() - sample.at < 5s);
    }
  }

  TEST_CASE("a password that cannot be read is an outcome, and a new one is taken up in the next turn") {
    Bed bed;
    bed.folder.Write("password", "mellon");
    TurnSample sample = bed.Probe();
    CHECK(sample.outcome == TurnOutcome::kUnauthorized);
    CHECK(sample.error.find("mellon") == std::string::npos);
    bed.folder.Write("password", "");
    sample = bed.Probe();
    CHECK(sample.outcome == TurnOutcome::kBadCredentialFile);
    CHECK(sample.step == TurnStep::kCredentials);
    CHECK(sample.error == "password_file " + (bed.folder / "password") +
                              ": its first line is empty; its first line is to be the password");
    bed.folder.Write("password", test::kCaller.password);
    CHECK(bed.Probe().outcome == TurnOutcome::kRelayed);
  }

  TEST_CASE("a prober that ends in the middle of a turn gives back what it was given") {
    Bed bed;
    bed.relay.silent = {TurnMethod::kCreatePermission};
    bed.prober->Probe(TurnTarget{"relay"}, [] {});
    Timer look(bed.loop), watchdog(bed.loop);
    watchdog.Start(5s, [&] { bed.loop.Stop(); });
    look.StartRepeating(5ms, [&] {
      if (!bed.relay.log.empty() && bed.relay.log.back() == "allocate") bed.prober.reset();
      if (!bed.relay.log.empty() && bed.relay.log.back() == "refresh 0") bed.loop.Stop();
    });
    bed.loop.Run();
    CHECK(bed.relay.log.back() == "refresh 0");
    CHECK(bed.samples.empty());
  }
}

}  // namespace dialwatch::probes
