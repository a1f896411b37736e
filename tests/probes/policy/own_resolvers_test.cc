#include "probes/policy/own_resolvers.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/wait.h>

#include <fstream>
#include <thread>

#include "probes/policy/command.h"
#include "tests/temporary_folder.h"

using namespace dialwatch::probes;
using namespace std::chrono_literals;
using dialwatch::testing::TemporaryFolder;

namespace {

std::string Text(const std::vector<OwnResolver>& resolvers) {
  std::vector<std::string> lines;
  for (const auto& each : resolvers) lines.push_back(fmt::format("{} {}", each.address.ToString(), each.where));
  return fmt::format("{}", fmt::join(lines, "\n"));
}

std::string Run(const std::vector<std::string>& command, std::chrono::milliseconds patience = 5s) {
  const auto output = OutputOf(command, 10'000, patience, {});
  return output ? *output : output.error().what;
}

}  // namespace

TEST_SUITE("probes/policy/own_resolvers") {
  TEST_CASE("resolv.conf: its nameserver lines") {
    CHECK(Text(ParseResolvConf("# by DHCP\nsearch example.com\nnameserver 192.0.2.1\nnameserver\t2001:db8::1 # x\n"
                               ";nameserver 192.0.2.9\nnameserver fe80::1%eth0\nnameserver x\nnameserver\n",
                               "r")) == "192.0.2.1 r:3\n2001:db8::1 r:4\nfe80::1 r:6");
    CHECK(ParseResolvConf("", "r").empty());
  }

  TEST_CASE("resolvectl: the servers of all links") {
    CHECK(Text(ParseResolvectl("Global: 9.9.9.9#dns.quad9.net [2001:db8::1]:5353#x\n"
                               "Link 2 (eth0): 192.0.2.1 fe80::1%2\nLink 3 (wg0):\n")) ==
          "9.9.9.9 resolvectl: Global\n2001:db8::1 resolvectl: Global\n192.0.2.1 resolvectl: Link 2 (eth0)\n"
          "fe80::1 resolvectl: Link 2 (eth0)");
  }

  TEST_CASE("behind systemd-resolved's stub those count that it asks") {
    const TemporaryFolder folder;
    const auto conf = folder.Write("resolv.conf", "nameserver 127.0.0.53\n");
    const std::string none = folder / "none";
    const auto seen = ReadOwnResolvers({conf, {"printf", "Global: 192.0.2.1\\n"}}, {});
    CHECK(seen.error == "");
    CHECK(Text(seen.resolvers) == "192.0.2.1 resolvectl: Global");
    const auto unknown = ReadOwnResolvers({conf, {"dialwatch-has-no-such-program"}, none}, {});
    CHECK(Text(unknown.resolvers) ==
          fmt::format(
              "127.0.0.53 {}:1, of systemd-resolved; whom it asks is not known: dialwatch-has-no-such-program: No "
              "such file or directory",
              conf));
    const auto hanging = ReadOwnResolvers({conf, {"sleep", "60"}, none}, {});
    CHECK(Text(hanging.resolvers).ends_with("whom it asks is not known: sleep takes too long"));
    const auto silent = ReadOwnResolvers({conf, {"true"}, none}, {});
    CHECK(Text(silent.resolvers).ends_with("whom it asks is not known: resolvectl names nobody"));
    const auto uplinks = folder.Write("uplinks", "nameserver 192.0.2.7\n");
    CHECK(Text(ReadOwnResolvers({conf, {"false"}, uplinks}, {}).resolvers) == "192.0.2.7 " + uplinks + ":1");
  }

  TEST_CASE("without a stub nobody is run, and a file that is not there is told") {
    const TemporaryFolder folder;
    const auto conf = folder.Write("resolv.conf", "nameserver 192.0.2.1\n");
    CHECK(Text(ReadOwnResolvers({conf, {"printf", "Global: 9.9.9.9"}}, {}).resolvers) == "192.0.2.1 " + conf + ":1");
    CHECK(ReadOwnResolvers({folder.Write("empty", "# nothing\n"), {}}, {}).error ==
          (folder / "empty") + ": names no resolver");
    const auto missing = ReadOwnResolvers({folder / "none", {}}, {});
    CHECK(missing.resolvers.empty());
    CHECK(missing.error == (folder / "none") + ": there is no such file; check the path");
    const auto large = folder.Write("large", std::string(65'537, '\n'));
    CHECK(ReadOwnResolvers({large, {}}, {}).error == large + ": is larger than 64 KiB, the limit");
  }
}

TEST_SUITE("probes/policy/command") {
  TEST_CASE("gives what a program prints, without a shell") {
    CHECK(Run({"printf", "%s", "$HOME; x"}) == "$HOME; x");
    CHECK(Run({"env"}).find("LC_ALL=C\n") != std::string::npos);
    CHECK(Run({"env"}).find("HOME=") == std::string::npos);
  }

  TEST_CASE("a program that fails, talks or sleeps too long is an error, and is ended") {
    CHECK(Run({"false"}) == "false fails");
    CHECK(Run({"no-such-program-here"}) == "no-such-program-here: No such file or directory");
    CHECK(Run({"yes"}) == "yes says too much");
    const auto start = std::chrono::steady_clock::now();
    CHECK(Run({"sleep", "60"}, 200ms) == "sleep takes too long");
    CHECK(Run({"sh", "-c", "exec >&-; sleep 60"}, 200ms) == "sh takes too long");  // its output has an end, it has none
    std::stop_source stop;
    stop.request_stop();
    const auto stopped = OutputOf({"sleep", "60"}, 1000, 60s, stop.get_token());
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().what == "sleep was ended, since dialwatch stops");
    CHECK(std::chrono::steady_clock::now() - start < 10s);
    CHECK(waitpid(-1, nullptr, WNOHANG) == -1);  // no zombies: we have no child left
  }

  TEST_CASE("what a program started ends with it") {
    const TemporaryFolder folder;
    const std::string file = folder / "pid";
    CHECK(Run({"sh", "-c", "sleep 60 & echo $! > " + file + "; wait"}, 500ms) == "sh takes too long");
    std::ifstream in(file);
    pid_t pid = 0;
    in >> pid;
    REQUIRE(pid > 0);
    // whoever takes in orphans may not have waited for it yet
    const auto is_over = [pid] {
      std::string stat;
      std::ifstream state(fmt::format("/proc/{}/stat", pid));
      return !std::getline(state, stat) || stat.find(") Z") != std::string::npos;
    };
    const auto deadline = std::chrono::steady_clock::now() + 5s;
    while (!is_over() && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(1ms);
    CHECK(is_over());
  }
}
