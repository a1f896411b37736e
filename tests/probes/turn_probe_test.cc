#include "probes/turn_probe.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "probes/prober.h"
#include "tests/probes/fake_resolvers.h"
#include "tests/probes/turn/fake_relay.h"
#include "tests/temporary_folder.h"

namespace dialwatch::probes {

using namespace std::chrono_literals;

namespace {

// A prober with one relay, whose password stands in a file. Its name is resolved by "r1", "r2", …
struct Bed {
  testing::TemporaryFolder folder;
  EventLoop loop;
  FakeResolvers resolvers;
  test::FakeRelay relay{loop};
  config::Settings& settings = *resolvers.settings;
  std::optional<Prober> prober;
  std::vector<TurnSample> samples;

  explicit Bed(const std::string& host = "127.0.0.1", bool with_port = true, std::size_t resolver_count = 1)
      : resolvers(loop, resolver_count) {
    settings.source = folder / "dialwatch.toml";
    config::Turn& server = settings.turn_servers.emplace_back();
    server.name = "relay";
    server.uri = {.relay = true, .host = host};
    if (with_port) server.uri.port = relay.endpoint().port;
    server.username = test::kCaller.username;
    server.password_file = "password";
    folder.Write("password", test::kCaller.password);
    prober.emplace(loop, resolvers.settings, [this](const Sample& sample) {
      if (const auto* turn = std::get_if<TurnSample>(&sample)) samples.push_back(*turn);
    });
  }

  TurnSample Probe() {
    bool done = false;
    prober->Probe(TurnTarget{"relay"}, [&] { done = true; });
    REQUIRE(RunUntil(loop, [&] { return done; }));
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

  TEST_CASE("of two addresses each turn takes another, and stays with one that fails") {
    Bed bed("turn.example");
    bed.resolvers.answers[0][{"turn.example", RecordType::kA}] = {ARecord(300, "127.0.0.1"), ARecord(300, "127.0.0.2")};
    TurnSample sample = bed.Probe();
    CHECK(sample.outcome == TurnOutcome::kRelayed);
    CHECK(sample.address == bed.relay.endpoint());
    CHECK(sample.resolved_via == std::vector<std::string>{"r1"});
    for (int turn = 0; turn < 2; ++turn) {
      sample = bed.Probe();
      CHECK(sample.outcome == TurnOutcome::kUnreachable);
      CHECK(sample.address.address.ToString() == "127.0.0.2");
    }
  }

  TEST_CASE("where one resolver leads to nothing and another to the relay, the failing turn says so") {
    Bed bed("turn.example", true, 2);
    bed.resolvers.answers[0][{"turn.example", RecordType::kA}] = {ARecord(300, "127.0.0.2")};
    bed.resolvers.answers[1][{"turn.example", RecordType::kA}] = {ARecord(300, "127.0.0.1")};
    TurnSample sample = bed.Probe();
    if (sample.outcome == TurnOutcome::kRelayed) sample = bed.Probe();
    CHECK(sample.outcome == TurnOutcome::kUnreachable);
    CHECK(sample.address.address.ToString() == "127.0.0.2");
    CHECK(sample.resolved_via == std::vector<std::string>{"r1"});
    CHECK(sample.works_at == TurnElsewhere{bed.relay.endpoint(), {"r2"}});
  }

  TEST_CASE("where no address works, none is said to") {
    Bed bed("turn.example", true, 2);
    bed.resolvers.answers[0][{"turn.example", RecordType::kA}] = {ARecord(300, "127.0.0.2")};
    bed.resolvers.answers[1][{"turn.example", RecordType::kA}] = {ARecord(300, "127.0.0.3")};
    const TurnSample sample = bed.Probe();
    CHECK(sample.outcome == TurnOutcome::kUnreachable);
    CHECK_FALSE(sample.works_at);
  }

  TEST_CASE("a relay without a port in its URI is where SRV records say") {
    Bed bed("example.com", false);
    bed.resolvers.answers[0][{"_turn._udp.example.com", RecordType::kSrv}] = {
        Srv(0, 0, bed.relay.endpoint().port, "relay.example")};
    bed.resolvers.answers[0][{"relay.example", RecordType::kA}] = {ARecord(300, "127.0.0.1")};
    const TurnSample sample = bed.Probe();
    CHECK(sample.outcome == TurnOutcome::kRelayed);
    CHECK(sample.address == bed.relay.endpoint());
  }

  TEST_CASE("a relay whose name nobody knows is unresolved") {
    Bed bed("turn.example");
    const TurnSample sample = bed.Probe();
    CHECK(sample.outcome == TurnOutcome::kUnresolved);
    CHECK(sample.step == TurnStep::kResolve);
    CHECK(sample.error == "no resolver has an address for turn.example");
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
