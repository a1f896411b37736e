// How many packets a second one core reflects, and what one costs: offers packets to a real server at 127.0.0.1 at an
// even rate, and tells how many came back and what CPU the server's thread used.
//
//   bench_reflector [--rate PACKETS_PER_SECOND] [--seconds SECONDS]

#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <vector>

#include "probes/rtp/codec.h"
#include "reflector/server.h"

namespace {

using namespace dialwatch;
using std::chrono::steady_clock;

probes::TrainKeys Keys() {
  probes::TrainKeys keys;
  keys.emplace_back(std::uint8_t{1}, std::array<std::uint8_t, 32>{});
  return keys;
}

double ThreadCpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

using Packets = std::vector<std::vector<std::uint8_t>>;

// Signed beforehand, in trains of 54, so that only the server's signatures are in the way.
Packets SignPackets(std::size_t count) {
  const probes::TrainKeys keys = Keys();
  Packets packets;
  for (std::size_t i = 0; i < count; ++i) {
    packets.push_back(probes::WriteRtp({}, std::vector<std::uint8_t>(160)));
    const std::chrono::nanoseconds now = std::chrono::system_clock::now().time_since_epoch();
    WriteTrainPacket(
        packets.back(),
        {.train = i / 54, .number = static_cast<std::uint32_t>(i % 54), .sent_ns = now.count(), .dialer = {}},
        keys.front());
  }
  return packets;
}

std::size_t Drain(int fd) {
  std::size_t got = 0;
  std::array<std::uint8_t, 2048> buffer{};
  while (recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT) > 0) ++got;
  return got;
}

// Sends what is due each millisecond; returns how many came back.
std::size_t Offer(const base::Endpoint& server, Packets& packets, std::size_t per_millisecond) {
  const base::UniqueFd fd(socket(AF_INET, SOCK_DGRAM, 0));
  const int size = 1 << 22;
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  sockaddr_storage to{};
  const socklen_t length = server.ToSockaddr(&to);
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), length) != 0) std::abort();
  std::size_t back = 0;
  auto due = steady_clock::now();
  for (std::size_t sent = 0; sent < packets.size();) {
    std::vector<iovec> data;
    std::vector<mmsghdr> messages;
    const std::size_t burst = std::min(per_millisecond, packets.size() - sent);
    data.reserve(burst);
    for (std::size_t i = 0; i < burst; ++i) {
      data.push_back({packets[sent + i].data(), packets[sent + i].size()});
      messages.push_back({});
      messages.back().msg_hdr.msg_iov = &data.back();
      messages.back().msg_hdr.msg_iovlen = 1;
    }
    sendmmsg(fd.get(), messages.data(), static_cast<unsigned>(burst), 0);
    sent += burst;
    back += Drain(fd.get());
    due += std::chrono::milliseconds(1);
    std::this_thread::sleep_until(due);
  }
  const auto deadline = steady_clock::now() + std::chrono::milliseconds(200);  // what is not back by then is lost
  for (pollfd waiting{fd.get(), POLLIN, 0}; back < packets.size() && steady_clock::now() < deadline;) {
    poll(&waiting, 1, 10);
    back += Drain(fd.get());
  }
  return back;
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t rate = 50'000, seconds = 3;
  for (int i = 1; i + 1 < argc; i += 2) {
    (std::string_view(argv[i]) == "--rate" ? rate : seconds) =
        static_cast<std::size_t>(std::max(std::atol(argv[i + 1]), 1L));
  }
  auto opened = reflector::Server::Open({*base::IpAddress::Parse("127.0.0.1"), 0},
                                        {{.dialer = "d1", .per_second = 1e9, .most_trains = rate * seconds}, Keys()});
  if (!opened) return 1;
  reflector::Server server = *std::move(opened);
  Packets packets = SignPackets(rate * seconds);

  std::atomic<bool> stop = false;
  double cpu = 0;
  std::thread thread([&] {
    pollfd ready{server.fd(), POLLIN, 0};
    while (!stop) {
      poll(&ready, 1, 10);
      server.HandleBatch();
    }
    cpu = ThreadCpuSeconds();
  });
  const auto began = steady_clock::now();
  const std::size_t back = Offer(server.LocalEndpoint(), packets, rate / 1000);
  const double took = std::chrono::duration<double>(steady_clock::now() - began).count() - 0.2;
  stop = true;
  thread.join();
  const auto& counters = server.reflector().counters();
  fmt::print(
      "offered {} in {:.2f} s, {:.0f} a second; reflected {}, came back {}; {:.2f} us CPU each, {:.0f} % of a core\n",
      packets.size(), took, static_cast<double>(packets.size()) / took, counters.echoed, back,
      cpu * 1e6 / static_cast<double>(counters.echoed), 100 * cpu / took);
}
