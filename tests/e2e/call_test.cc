#include <doctest/doctest.h>
#include <fmt/format.h>

#include <csignal>

#include "tests/e2e/scenario.h"
#include "tests/e2e/sip_dialer.h"
#include "tests/lab/addresses.h"

using namespace dialwatch::e2e;
namespace lab = dialwatch::lab;

// Calls to a dialer that somebody else has written.
namespace {

using namespace std::chrono_literals;

constexpr const char* kD1 = "198.51.100.11";

constexpr const char* kCall = "[[call]]\ndialer = \"d1\"\nkind = \"sip\"\nextension = \"9196\"\ninterval = \"10s\"\n";

// d1 as a dialer that echoes, and the daemon that calls it every ten seconds.
struct Calling {
  lab::TemporaryFolder folder;
  SipDialer dialer{kD1};
  Watched watched{Config()};

  lab::Config Config() const {
    lab::Config config;
    config.dialers = {"d1"};
    config.state = folder.path() / "state.db";
    config.more = kCall;
    return config;
  }
  lab::Process& daemon() { return watched.daemon.process(); }
  bool IsMarked() const { return std::filesystem::exists(folder.path() / "state.db.calls"); }
};

bool IsSippMissing() {
  return lab::Missing("sipp");
}

}  // namespace

TEST_SUITE("e2e/call") {
  TEST_CASE("a dialer is called again and again, one call at a time, and each is hung up") {
    if (IsSippMissing()) return;
    Calling calling;
    CHECK(calling.dialer.Gets("BYE", 2));
    CHECK(calling.dialer.Requests() == Strings{"OPTIONS", "INVITE", "ACK", "BYE", "OPTIONS", "INVITE", "ACK", "BYE"});
    CHECK(calling.dialer.MostAtOnce() == 1);
  }

  TEST_CASE("SIGTERM in the middle of a call hangs it up, and the next run calls at once") {
    if (IsSippMissing()) return;
    Calling calling;
    REQUIRE(calling.dialer.Gets("ACK"));
    CHECK(calling.IsMarked());
    calling.daemon().Signal(SIGTERM);
    CHECK(calling.daemon().Wait(2500ms) == 0);
    CHECK(calling.dialer.Requests() == Strings{"OPTIONS", "INVITE", "ACK", "BYE"});
    CHECK_FALSE(calling.IsMarked());
    calling.watched.daemon = lab::Daemon(calling.watched.lab.folder());
    CHECK(calling.dialer.Gets("INVITE", 2));
  }

  TEST_CASE("a reload in the middle of a call hangs it up, and the new settings call when that has ended") {
    if (IsSippMissing()) return;
    Calling calling;
    REQUIRE(calling.dialer.Gets("ACK"));
    calling.daemon().Signal(SIGHUP);
    REQUIRE(WaitUntil(kSoon, [&] { return Contains(calling.watched.daemon.Log(), "reload: now running with"); }));
    CHECK(calling.dialer.CountOf("BYE") <= 1);
    CHECK(calling.dialer.Gets("BYE", 2));
    CHECK(calling.dialer.MostAtOnce() == 1);
    CHECK(calling.daemon().End() == 0);
    CHECK(calling.dialer.CountOf("BYE") == calling.dialer.CountOf("INVITE"));
  }

  TEST_CASE("killed in the middle of a call and started again, it makes none until that one has run out") {
    if (IsSippMissing()) return;
    Calling calling;
    REQUIRE(calling.dialer.Gets("ACK"));
    calling.daemon().Signal(SIGKILL);
    REQUIRE(calling.daemon().Wait(2s));
    CHECK(calling.dialer.CountOf("BYE") == 0);
    for (int start = 0; start < 2; ++start) {  // an orderly stop meanwhile does not shorten it
      calling.watched.daemon = lab::Daemon(calling.watched.lab.folder());
      calling.watched.daemon.WaitReady();
      CHECK(
          Contains(calling.watched.daemon.Log(), "calls: the last run may have left some, so none is made for 100 s"));
      if (start == 1) calling.watched.LetRounds(12);  // each takes a second
      CHECK(calling.daemon().End() == 0);
    }
    CHECK(calling.dialer.CountOf("INVITE") == 1);
    CHECK(calling.IsMarked());
  }

  TEST_CASE("check and probe call once; Ctrl-C in the middle hangs up") {
    if (IsSippMissing()) return;
    const lab::Lab lab;
    const SipDialer dialer(kD1);
    lab::Config config;
    config.dialers = {"d1"};
    config.more = kCall;
    const std::string path = lab::WriteConfig(config, lab.folder());
    lab::Dialwatch({"check", "-c", path}, lab.folder());
    CHECK(dialer.Requests() == Strings{"OPTIONS", "INVITE", "ACK", "BYE"});
    lab::Dialwatch({"probe", "-c", path, "--count", "3", "d1"}, lab.folder());
    CHECK(dialer.CountOf("BYE") == 2);
    lab::Process probe = lab::StartDialwatch({"probe", "-c", path, "d1"}, lab.folder());
    REQUIRE(dialer.Gets("ACK", 3));
    probe.Signal(SIGINT);
    CHECK(probe.Wait(2500ms) == 128 + SIGINT);
    CHECK(dialer.CountOf("BYE") == 3);
    CHECK(dialer.MostAtOnce() == 1);
  }
}
