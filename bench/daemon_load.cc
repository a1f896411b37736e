// What the whole daemon costs: CPU (user + system) per DNS probe and per STUN binding, memory and scrape time, against
// real servers in a network namespace. It prints what it measured and judges nothing.
//   bench_daemon_load PATH/TO/dialwatch dns  [SECONDS]   1,000 dialers × 3 resolvers and their authority, every 5 s
//   bench_daemon_load PATH/TO/dialwatch stun [SECONDS]   200 STUN servers, every second
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/lab/addresses.h"
#include "tests/lab/coturn.h"
#include "tests/lab/http_get.h"
#include "tests/lab/netns.h"
#include "tests/lab/nsd.h"
#include "tests/lab/process.h"

namespace {

using namespace dialwatch::lab;
using std::chrono::steady_clock;

constexpr int kDialers = 1000;
constexpr int kStunServers = 200;
constexpr const char* kListen = "127.0.0.1:10355";

std::string Zone() {
  std::string text =
      "$ORIGIN example.com.\n$TTL 300\n@ IN SOA ns1 hostmaster 1 3600 600 1209600 300\n@ IN NS ns1\nns1 IN A "
      "192.0.2.53\n";
  for (int i = 0; i < kDialers; ++i) text += fmt::format("d{} IN A 198.51.{}.{}\n", i, 100 + i / 250, 1 + i % 250);
  for (int i = 0; i < kStunServers; ++i) text += fmt::format("s{} IN A {}\n", i, i % 2 == 0 ? kStun : kSecondStun);
  return text;
}

std::string DnsConfig() {
  std::string text = fmt::format(
      "[probing]\ninterval = \"5s\"\n[exporter]\nlisten = \"{}\"\n[[authority]]\nzone = \"example.com\"\nservers = "
      "[\"{}\"]\n",
      kListen, kNs1);
  for (int i = 0; i < kDialers; ++i)
    text += fmt::format("[[dialer]]\nname = \"d{0}\"\nhost = \"d{0}.example.com\"\n", i);
  return text + fmt::format("[[stun]]\nname = \"one\"\nuri = \"stun:{}\"\n", kStun);
}

std::string StunConfig() {
  std::string text = fmt::format(
      "[probing]\ninterval = \"1s\"\ntimeout = \"500ms\"\n[exporter]\nlisten = \"{}\"\n[[authority]]\nzone = "
      "\"example.com\"\nservers = [\"{}\"]\n",
      kListen, kNs1);
  text += "[[dialer]]\nname = \"d0\"\nhost = \"d0.example.com\"\n";
  for (int i = 0; i < kStunServers; ++i) {
    text += fmt::format("[[stun]]\nname = \"s{0}\"\nuri = \"stun:s{0}.example.com\"\n", i);
  }
  return text;
}

double CpuSeconds(pid_t pid) {  // proc(5): fields 14 and 15, the 12th and 13th after the name
  const std::string stat = ReadFile(fmt::format("/proc/{}/stat", pid));
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

long ResidentKilobytes(pid_t pid) {
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
  }
  return 0;
}

// The sum of dialwatch_probes_total over all labels, of the kind and with the result asked for.
double Probes(const std::string& exposition, const std::string& kind, bool failed) {
  double sum = 0;
  std::istringstream lines(exposition);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("dialwatch_probes_total{") || line.find("kind=\"" + kind + "\"") == std::string::npos)
      continue;
    const bool good =
        line.find("result=\"noerror\"") != std::string::npos || line.find("result=\"mapped\"") != std::string::npos;
    if (failed == good) continue;
    sum += std::stod(line.substr(line.rfind(' ')));
  }
  return sum;
}

struct Reading {
  double cpu, good, failed;
  steady_clock::time_point at;
};

Reading Read(pid_t pid, const std::string& kind) {
  const auto scrape = HttpGet(kListen, "/metrics").body;
  return {CpuSeconds(pid), Probes(scrape, kind, false), Probes(scrape, kind, true), steady_clock::now()};
}

void Measure(const std::string& binary, const std::string& kind, std::chrono::seconds time) {
  const TemporaryFolder folder;
  for (const char* address : {kOffice, kNs1, kQuad9, kQuad9Second, kCloudflare, kCloudflareSecond, kGoogle,
                              kGoogleSecond, kStun, kSecondStun}) {
    AddAddress(address, kOffice);
  }
  // one server plays all parts: what it costs is not ours, and it never holds us up
  const Nsd nsd(folder.path() / "nsd",
                {kNs1, kQuad9, kQuad9Second, kCloudflare, kCloudflareSecond, kGoogle, kGoogleSecond},
                {{"example.com", Zone()}});
  const Coturn stun(folder.path() / "stun", kStun);
  const Coturn second(folder.path() / "second", kSecondStun);
  nsd.WaitReady();
  stun.WaitReady();
  second.WaitReady();
  const auto config = folder.path() / "dialwatch.toml";
  WriteFile(config, (kind == "dns" ? DnsConfig() : StunConfig()) +
                        fmt::format("[state]\npath = \"{}\"\n", (folder.path() / "state.db").string()));
  Process daemon({binary, "run", "-c", config.string()}, folder.path() / "daemon");
  if (!WaitUntil(std::chrono::seconds(20),
                 [&] { return Probes(HttpGet(kListen, "/metrics").body, kind, false) >= 400; })) {
    throw std::runtime_error("the daemon does not probe:\n" + daemon.err());
  }
  const Reading before = Read(daemon.pid(), kind);
  std::this_thread::sleep_for(time);
  const Reading after = Read(daemon.pid(), kind);
  const double seconds = std::chrono::duration<double>(after.at - before.at).count();
  const double probes = after.good - before.good;
  std::vector<double> scrapes;
  std::size_t size = 0;
  for (int i = 0; i < 15; ++i) {
    const auto start = steady_clock::now();
    size = HttpGet(kListen, "/metrics").body.size();
    scrapes.push_back(std::chrono::duration<double, std::milli>(steady_clock::now() - start).count());
  }
  std::sort(scrapes.begin(), scrapes.end());
  fmt::print("{}: {:.0f} probes/s for {:.0f} s, {:.0f} failed\n", kind, probes / seconds, seconds,
             after.failed - before.failed);
  fmt::print("CPU: {:.1f} us a probe (user + system, whole process), {:.2f} % of a core\n",
             (after.cpu - before.cpu) / probes * 1e6, (after.cpu - before.cpu) / seconds * 100);
  fmt::print("memory: {:.1f} MB resident\nscrape: median {:.1f} ms, {} kB\n",
             static_cast<double>(ResidentKilobytes(daemon.pid())) / 1024, scrapes[scrapes.size() / 2], size / 1024);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3 || (std::string(argv[2]) != "dns" && std::string(argv[2]) != "stun")) {
    fmt::print(stderr, "usage: bench_daemon_load PATH/TO/dialwatch dns|stun [SECONDS]\n");
    return 2;
  }
  if (const auto entered = EnterPrivateNetwork(); !entered) {
    fmt::print(stderr, "daemon_load: {}\n", entered.error().what);
    return 1;
  }
  try {
    Measure(argv[1], argv[2], std::chrono::seconds(argc > 3 ? std::atoi(argv[3]) : 30));
  } catch (const std::exception& error) {
    fmt::print(stderr, "daemon_load: {}\n", error.what());
    return 1;
  }
  return 0;
}
