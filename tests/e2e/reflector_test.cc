#include <doctest/doctest.h>

#include <csignal>

#include "tests/e2e/train.h"

namespace lab = dialwatch::lab;
using namespace dialwatch::e2e;
using dialwatch::probes::RtpOutcome;

namespace {

constexpr auto kNewKey = "2 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n";

}  // namespace

TEST_SUITE("e2e/reflector") {
  TEST_CASE("it reflects at both families, takes new keys at SIGHUP, and ends at SIGTERM with its count") {
    const lab::TemporaryFolder folder;
    const auto keys = folder.path() / "keys";
    lab::Process reflector = StartReflector(folder.path(), kKey);
    CHECK(lab::Dialwatch(ReflectorArguments(keys), folder.path()).exit == 3);  // the port is taken, which may pass
    CHECK(SendTrain("127.0.0.1", kKey).outcome == RtpOutcome::kOk);
    CHECK(SendTrain("::1", kKey).echoed_by == "d1");
    CHECK(SendTrain("127.0.0.1", kNewKey).outcome == RtpOutcome::kBlackhole);

    WriteKeys(keys, std::string(kNewKey) + kKey);
    reflector.Signal(SIGHUP);
    REQUIRE(Says(reflector, "reload: now with the keys of " + keys.string()));
    CHECK(SendTrain("127.0.0.1", kNewKey).outcome == RtpOutcome::kOk);
    CHECK(SendTrain("127.0.0.1", kKey).outcome == RtpOutcome::kOk);

    WriteKeys(keys, "nonsense\n");
    reflector.Signal(SIGHUP);
    REQUIRE(Says(reflector, "reload: kept the old keys: " + keys.string() + ": line 1: "));
    CHECK(SendTrain("127.0.0.1", kNewKey).outcome == RtpOutcome::kOk);

    reflector.Signal(SIGTERM);
    CHECK(reflector.Wait(std::chrono::seconds(2)) == 0);
    CHECK(Says(reflector, "327 datagrams: 270 echoed, 0 bindings answered, 57 dropped: with an unknown key"));
    CHECK(SendTrain("127.0.0.1", kNewKey).outcome == RtpOutcome::kRefused);
  }

  TEST_CASE("what it is told wrong is said, with exit status 2") {
    const lab::TemporaryFolder folder;
    const auto keys = folder.path() / "keys";
    WriteKeys(keys, kKey, 0644);
    const auto run = [&](std::vector<std::string> arguments) { return lab::Dialwatch(arguments, folder.path()); };
    lab::Output output = run(ReflectorArguments(keys));
    CHECK(output.exit == 2);
    CHECK(output.err == "dialwatch reflector: --key-file: " + keys.string() +
                            ": everybody may open it, but its keys are secret; chmod o= it\n");
    CHECK(run({"reflector", "--key-file", keys, "--name", "d 1"}).exit == 2);
    CHECK(run({"reflector", "--key-file", keys, "--name", "d1", "--listen", "here"}).exit == 2);
    CHECK(run({"reflector", "--name", "d1"}).exit == 2);
  }
}
