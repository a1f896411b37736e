#include "probes/sweep.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "tests/probes/call/fake_dialer.h"
#include "tests/probes/dns/fake_server.h"

using namespace std::chrono_literals;

namespace dialwatch::probes {
namespace {

using Methods = std::vector<std::string>;

std::shared_ptr<config::Settings> Calling(const base::Endpoint& dialer) {
  auto settings = std::make_shared<config::Settings>();
  settings->dialers = {config::AdHocDialer("d1", *settings)};
  settings->calls = {{.dialer = "d1", .target = {.host = "127.0.0.1", .port = dialer.port}, .extension = "9196"}};
  return settings;
}

}  // namespace

TEST_SUITE("probes/sweep") {
  TEST_CASE("who interrupts a command in the middle of a call ends it, and the call first") {
    for (const int signal : {SIGINT, SIGTERM}) {
      EventLoop loop;
      test::FakeDialer dialer(loop, test::AnswerWell);
      const pid_t child = fork();
      REQUIRE(child >= 0);
      if (child == 0) {
        std::signal(signal, SIG_DFL);  // doctest has a handler of its own
        Sweep(Calling(dialer.endpoint()), {CallTarget{"d1", "d1"}}, 3, 1ms, [](const Sample&) {});
        _exit(0);
      }
      const auto sees = [&](const char* method) {
        return RunUntil(
            loop, [&] { return std::ranges::find(dialer.methods(), method) != dialer.methods().end(); }, 5s);
      };
      CHECK(sees("ACK"));
      kill(child, signal);
      CHECK(sees("BYE"));
      int status = 0;
      CHECK(RunUntil(
          loop, [&] { return waitpid(child, &status, WNOHANG) == child; }, 3s));
      CHECK(WIFSIGNALED(status));
      CHECK(WTERMSIG(status) == signal);
      CHECK(dialer.methods() == Methods{"OPTIONS", "INVITE", "ACK", "BYE"});
    }
  }
}

}  // namespace dialwatch::probes
