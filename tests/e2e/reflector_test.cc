#include <doctest/doctest.h>
#include <sys/stat.h>

#include <csignal>
#include <optional>

#include "probes/rtp/key_file.h"
#include "probes/rtp/run_train.h"
#include "tests/lab/dialwatch.h"

namespace lab = dialwatch::lab;
using namespace dialwatch::probes;
using namespace std::chrono_literals;

namespace {

constexpr auto kOldKey = "1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
constexpr auto kNewKey = "2 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n";

void WriteKeys(const std::filesystem::path& path, const std::string& text, mode_t mode = 0600) {
  lab::WriteFile(path, text);
  REQUIRE(chmod(path.c_str(), mode) == 0);
}

std::vector<std::string> Arguments(const std::filesystem::path& keys) {
  return {"reflector", "--listen", "[::]:9000", "--key-file", keys, "--name", "d1"};
}

bool Says(const lab::Process& process, const std::string& what) {
  return lab::WaitUntil(5s, [&] { return process.err().find(what) != std::string::npos; });
}

// A train to `address` at port 9000, signed with these keys.
EchoSample Ask(const std::string& address, const std::string& keys) {
  EventLoop loop;
  Pacer pacer(loop);
  TrainPlan plan;
  plan.subject.address = {*dialwatch::base::IpAddress::Parse(address), 9000};
  auto parsed = ParseEchoKeys(keys);
  REQUIRE(parsed);
  plan.keys = std::make_shared<EchoKeys>(*std::move(parsed));
  plan.spacing = 5ms;
  plan.patience = 200ms;
  std::optional<EchoSample> sample;
  Timer watchdog(loop);
  watchdog.Start(10s, [&] { loop.Stop(); });
  RunTrain(loop, pacer, plan, [&](const EchoSample& done) {
    sample = done;
    loop.Stop();
  });
  loop.Run();
  REQUIRE(sample);
  return *sample;
}

}  // namespace

TEST_SUITE("e2e/reflector") {
  TEST_CASE("it reflects at both families, takes new keys at SIGHUP, and ends at SIGTERM with its count") {
    const lab::TemporaryFolder folder;
    const auto keys = folder.path() / "keys";
    WriteKeys(keys, kOldKey);
    lab::Process reflector = lab::StartDialwatch(Arguments(keys), folder.path());
    REQUIRE(Says(reflector, "reflecting as d1 at [::]:9000"));
    CHECK(lab::Dialwatch(Arguments(keys), folder.path()).exit == 3);  // the port is taken, which may pass
    CHECK(Ask("127.0.0.1", kOldKey).outcome == EchoOutcome::kOk);
    CHECK(Ask("::1", kOldKey).echoed_by == "d1");
    CHECK(Ask("127.0.0.1", kNewKey).outcome == EchoOutcome::kBlackhole);

    WriteKeys(keys, std::string(kNewKey) + kOldKey);
    reflector.Signal(SIGHUP);
    REQUIRE(Says(reflector, "reload: now with the keys of " + keys.string()));
    CHECK(Ask("127.0.0.1", kNewKey).outcome == EchoOutcome::kOk);
    CHECK(Ask("127.0.0.1", kOldKey).outcome == EchoOutcome::kOk);

    WriteKeys(keys, "nonsense\n");
    reflector.Signal(SIGHUP);
    REQUIRE(Says(reflector, "reload: kept the old keys: " + keys.string() + ": line 1: "));
    CHECK(Ask("127.0.0.1", kNewKey).outcome == EchoOutcome::kOk);

    reflector.Signal(SIGTERM);
    CHECK(reflector.Wait(2s) == 0);
    CHECK(Says(reflector, "327 datagrams: 270 echoed, 0 bindings answered, 57 dropped: with an unknown key"));
    CHECK(Ask("127.0.0.1", kNewKey).outcome == EchoOutcome::kRefused);
  }

  TEST_CASE("what it is told wrong is said, with exit status 2") {
    const lab::TemporaryFolder folder;
    const auto keys = folder.path() / "keys";
    WriteKeys(keys, kOldKey, 0644);
    const auto run = [&](std::vector<std::string> arguments) { return lab::Dialwatch(arguments, folder.path()); };
    lab::Output output = run(Arguments(keys));
    CHECK(output.exit == 2);
    CHECK(output.err == "dialwatch reflector: --key-file: " + keys.string() +
                            ": everybody may open it, but its keys are secret; chmod o= it\n");
    CHECK(run({"reflector", "--key-file", keys, "--name", "d 1"}).exit == 2);
    CHECK(run({"reflector", "--key-file", keys, "--name", "d1", "--listen", "here"}).exit == 2);
    CHECK(run({"reflector", "--name", "d1"}).exit == 2);
  }
}
