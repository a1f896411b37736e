// What a STUN binding costs: CPU of the whole process, user and system, for whole turns of the prober, for rounds of
// StunRound, and for a bare client with a codec of its own that asks the same servers, in turn.
//
//   bench_stun_binding ADDRESS:PORT... [--round BINDINGS] [--total BINDINGS] [--repeat TIMES]

#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/random.h"
#include "base/unique_fd.h"
#include "probes/prober.h"
#include "probes/stun/round.h"

namespace {

using namespace dialwatch;
using base::Endpoint;

struct Options {
  std::vector<Endpoint> servers;
  std::size_t round = 200;
  std::size_t total = 200'000;
  int repeat = 5;
};

double CpuMicroseconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto micros = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return micros(usage.ru_utime) + micros(usage.ru_stime);
}

// Both return how many bindings were answered.
std::size_t RunRounds(const Options& options) {
  probes::EventLoop loop;
  std::size_t mapped = 0;
  std::vector<probes::StunSample> begun(options.round);
  for (std::size_t i = 0; i < options.round; ++i) begun[i].address = options.servers[i % options.servers.size()];
  for (std::size_t done = 0; done < options.total; done += options.round) {
    probes::StunRound round(loop, begun, {}, std::chrono::seconds(2));
    round.Start([&](const probes::StunSample& sample) { mapped += sample.outcome == probes::StunOutcome::kMapped; },
                [&] { loop.Stop(); });
    loop.Run();
  }
  return mapped;
}

std::size_t RunTurns(const Options& options) {
  auto settings = std::make_shared<config::Settings>();
  for (std::size_t i = 0; i < options.round; ++i) {
    const Endpoint& server = options.servers[i % options.servers.size()];
    settings->stun_servers.push_back({fmt::format("s{}", i), {.host = server.address.ToString(), .port = server.port}});
  }
  probes::EventLoop loop;
  std::size_t mapped = 0;
  probes::Prober prober(loop, settings, [&](const probes::Sample& sample) {
    const auto* stun = std::get_if<probes::StunSample>(&sample);
    mapped += stun != nullptr && stun->mapped;
  });
  for (std::size_t done = 0; done < options.total; done += options.round) {
    prober.Probe(probes::StunTarget{}, [&] { loop.Stop(); });
    loop.Run();
  }
  return mapped;
}

std::size_t RunBareClient(const Options& options) {
  std::size_t mapped = 0;
  for (std::size_t done = 0; done < options.total; done += options.round) {
    const base::UniqueFd fd(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0));
    const int size = 1 << 20;
    setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    std::unordered_map<std::uint64_t, std::size_t> open;
    for (std::size_t i = 0; i < options.round; ++i) {
      std::uint8_t request[20] = {0x00, 0x01, 0x00, 0x00, 0x21, 0x12, 0xA4, 0x42};
      base::RandomBytes(request + 8, 12);
      std::uint64_t key = 0;
      std::memcpy(&key, request + 12, sizeof key);
      open.emplace(key, i);
      sockaddr_storage to{};
      const socklen_t length = options.servers[i % options.servers.size()].ToSockaddr(&to);
      sendto(fd.get(), request, sizeof request, 0, reinterpret_cast<const sockaddr*>(&to), length);
    }
    pollfd ready{fd.get(), POLLIN, 0};
    while (!open.empty() && poll(&ready, 1, 2000) > 0) {
      std::uint8_t reply[2048];
      ssize_t got = 0;
      while ((got = recv(fd.get(), reply, sizeof reply, 0)) >= 20) {
        std::uint64_t key = 0;
        std::memcpy(&key, reply + 12, sizeof key);
        if (reply[0] != 0x01 || reply[1] != 0x01 || open.erase(key) == 0) continue;
        for (std::size_t at = 20; at + 12 <= static_cast<std::size_t>(got);) {
          const std::size_t length = static_cast<std::size_t>(reply[at + 2] << 8 | reply[at + 3]);
          if (reply[at] == 0x00 && reply[at + 1] == 0x20) {
            ++mapped;
            break;
          }
          at += 4 + (length + 3) / 4 * 4;
        }
      }
    }
  }
  return mapped;
}

Options ReadOptions(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const long value = i + 1 < argc ? std::atol(argv[i + 1]) : 0;
    if (argument.starts_with("--") && value <= 0) break;
    if (argument == "--round") {
      options.round = static_cast<std::size_t>(value);
    } else if (argument == "--total") {
      options.total = static_cast<std::size_t>(value);
    } else if (argument == "--repeat") {
      options.repeat = static_cast<int>(value);
    } else if (const auto server = Endpoint::Parse(argument, 3478)) {
      options.servers.push_back(*server);
      continue;
    }
    ++i;
  }
  return options;
}

void Measure(std::string_view name, const Options& options, std::size_t (*run)(const Options&)) {
  const double before = CpuMicroseconds();
  const std::size_t mapped = run(options);
  const double cost = (CpuMicroseconds() - before) / static_cast<double>(std::max<std::size_t>(mapped, 1));
  fmt::print("{:<10} {:.2f} us CPU a binding, {} answered\n", name, cost, mapped);
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = ReadOptions(argc, argv);
  if (options.servers.empty()) {
    fmt::print(stderr, "usage: {} ADDRESS:PORT... [--round N] [--total N] [--repeat N]\n", argv[0]);
    return 2;
  }
  for (int i = 0; i < options.repeat; ++i) {
    Measure("turns", options, RunTurns);
    Measure("StunRound", options, RunRounds);
    Measure("bare", options, RunBareClient);
  }
}
