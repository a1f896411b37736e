// The day on which dialwatch matters most is one on which names do not resolve.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "alerting/http_client.h"
#include "base/unique_fd.h"
#include "tests/alerting/fixtures.h"

namespace dialwatch::alerting {
namespace {

using namespace std::chrono_literals;

// Moves this process into a network of its own whose only name server takes queries and never answers. The server, or
// nothing where that is not permitted.
base::UniqueFd HangNames(const std::string& folder) {
  if (unshare(CLONE_NEWNS | CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET) != 0) return {};
  base::UniqueFd server(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq loopback{};
  std::strcpy(loopback.ifr_name, "lo");
  loopback.ifr_flags = IFF_UP;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(53);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::ofstream(folder + "/resolv.conf") << "nameserver 127.0.0.1\n";
  mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
  const bool ready = ioctl(server.get(), SIOCSIFFLAGS, &loopback) == 0 &&
                     bind(server.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
                     mount((folder + "/resolv.conf").c_str(), "/etc/resolv.conf", nullptr, MS_BIND, nullptr) == 0;
  return ready ? std::move(server) : base::UniqueFd();
}

// How long the longest wait and the end of a client took, as text.
std::string TimeClient() {
  const auto now = [] { return std::chrono::steady_clock::now(); };
  auto longest = 0ns;
  auto client = std::make_unique<HttpClient>(500ms);
  client->Post(1, "http://hooks.example.com/", "{}");
  std::string outcome;
  while (client->in_flight() > 0) {
    const auto start = now();
    for (const HttpResult& result : client->Wait(100ms)) outcome = result.outcome.why;
    longest = std::max(longest, now() - start);
  }
  client->Post(2, "http://hooks.example.com/", "{}");
  client->Wait(100ms);
  const auto start = now();
  client.reset();
  return fmt::format("{}; wait {}, end {}", outcome, longest < 2s ? "short" : "long",
                     now() - start < 2s ? "short" : "long");
}

}  // namespace

TEST_SUITE("alerting/hung_resolver") {
  TEST_CASE("a name server that never answers holds up neither the others nor the stop") {
    const TemporaryFolder folder;
    const std::string outcome = InChild([&]() -> std::string {
      const base::UniqueFd server = HangNames(folder.path());
      if (!server) return fmt::format("SKIPPED: no network of our own: {}", std::strerror(errno));
      return TimeClient();
    });
    if (outcome.starts_with("SKIPPED:")) {
      fmt::print("{}\n", outcome);
      return;
    }
    CHECK(outcome == "Timeout was reached; wait short, end short");
  }
}

}  // namespace dialwatch::alerting
