// Whatever moment the process is killed at, each alert arrives, and hardly any arrives twice.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <thread>

#include "base/random.h"
#include "tests/alerting/fixtures.h"
#include "tests/alerting/webhook_server.h"

namespace dialwatch::alerting {
namespace {

using namespace std::chrono_literals;

pid_t StartVictim(const std::string& folder, int count) {
  const std::string number = std::to_string(count);
  const pid_t child = fork();
  if (child == 0) {
    execl(ALERTING_VICTIM, "victim", folder.c_str(), number.c_str(), nullptr);
    _exit(127);
  }
  return child;
}

void Kill(pid_t child) {
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

}  // namespace

TEST_SUITE("alerting/crash") {
  TEST_CASE("over ten kills each alert arrives at least once, and at most one a kill arrives twice") {
    constexpr int kKills = 10;
    constexpr int kIncidents = 20;
    const TemporaryFolder folder;
    WebhookServer server;
    std::vector<Reply> script;
    for (int i = 0; i < 30; ++i) script.push_back({.status = i % 7 == 3 ? 503 : 200});
    server.Script(script);
    folder.Write("oncall.url", server.Url());
    const CapturedStderr log;  // the victims' too

    for (int i = 0; i < kKills; ++i) {
      const pid_t victim = StartVictim(folder.path(), (i + 1) * kIncidents / kKills);
      std::this_thread::sleep_for(std::chrono::milliseconds(20 + base::Random16() % 700));
      Kill(victim);
    }
    const pid_t last = StartVictim(folder.path(), kIncidents);
    std::map<std::string, int> arrived;
    const auto all_arrived = [&] {
      arrived.clear();
      for (const Received& request : server.requests()) {
        for (auto at = request.body.find("crash-1"); at != std::string::npos;
             at = request.body.find("crash-1", at + 1)) {
          ++arrived[request.body.substr(at, 10)];
        }
      }
      return arrived.size() == kIncidents;
    };
    for (const auto deadline = std::chrono::steady_clock::now() + 60s;
         !all_arrived() && std::chrono::steady_clock::now() < deadline;) {
      std::this_thread::sleep_for(20ms);
    }
    Kill(last);
    CHECK(arrived.size() == kIncidents);
    CHECK(server.requests().size() <= kIncidents + kKills + 5);  // five of the script's replies were 503
  }
}

}  // namespace dialwatch::alerting
