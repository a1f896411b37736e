// How evenly trains are sent and what they cost: as many as a worker has that sends one to each dialer a minute. Each
// packet is seen where it arrives, by the kernel's stamp, and held against the first of its train.
//
//   bench_rtp_trains [--dialers DIALERS] [--seconds SECONDS]

#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <map>
#include <string_view>
#include <thread>
#include <vector>

#include "base/unique_fd.h"
#include "probes/train/run_train.h"
#include "reflector/control.h"
#include "reflector/reflector.h"

namespace {

using namespace dialwatch;
using std::chrono::nanoseconds;

constexpr std::chrono::milliseconds kSpacing(20);

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

// A reflector that notes when each packet came.
class Observer {
 public:
  Observer() : fd_(socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_storage own{};
    socklen_t size = base::Endpoint{*base::IpAddress::Parse("127.0.0.1"), 0}.ToSockaddr(&own);
    const int buffer = 1 << 22;
    setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    if (bind(fd_.get(), reinterpret_cast<const sockaddr*>(&own), size) != 0 ||
        !reflector::EnableControl(fd_.get(), false)) {
      std::abort();
    }
    getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&own), &size);
    endpoint = base::Endpoint::FromSockaddr(reinterpret_cast<const sockaddr*>(&own));
    thread_ = std::thread([this] {
      while (!stop_) Turn();
    });
  }

  void Stop() {
    stop_ = true;
    thread_.join();
  }

  base::Endpoint endpoint;
  std::vector<double> errors_ms;

 private:
  void Turn() {
    pollfd ready{fd_.get(), POLLIN, 0};
    poll(&ready, 1, 10);
    std::array<std::uint8_t, 2048> octets{};
    sockaddr_storage peer{};
    iovec data{octets.data(), octets.size()};
    reflector::Control control;
    msghdr header{&peer, sizeof peer, &data, 1, nullptr, 0, 0};
    control.AttachTo(&header);
    const ssize_t size = recvmsg(fd_.get(), &header, MSG_DONTWAIT);
    if (size <= 0) return;
    const nanoseconds now = std::chrono::system_clock::now().time_since_epoch();
    const nanoseconds came = reflector::ArrivalOf(header, now);
    const auto packet = std::span(octets).first(static_cast<std::size_t>(size));
    const auto source = base::Endpoint::FromSockaddr(reinterpret_cast<const sockaddr*>(&peer));
    const auto answer = reflector_.Reflect(packet, source, {came, now, std::chrono::steady_clock::now()});
    if (!std::holds_alternative<std::size_t>(answer)) return;
    sendto(fd_.get(), packet.data(), packet.size(), 0, reinterpret_cast<const sockaddr*>(&peer), header.msg_namelen);
    const auto read = probes::ReadTrainPacket(packet, keys_);
    const auto& token = std::get<probes::SignedToken>(read).token;
    const nanoseconds begin = came - token.number * kSpacing;
    const auto first = begins_.try_emplace(token.train, begin).first->second;
    errors_ms.push_back(std::fabs(std::chrono::duration<double, std::milli>(begin - first).count()));
  }

  base::UniqueFd fd_;
  probes::TrainKeys keys_ = Keys();
  reflector::Reflector reflector_{{.dialer = "d1", .per_second = 1e9}, Keys()};
  std::map<std::uint64_t, nanoseconds> begins_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace

int main(int argc, char** argv) {
  long dialers = 1000, seconds = 15;
  for (int i = 1; i + 1 < argc; i += 2) {
    (std::string_view(argv[i]) == "--dialers" ? dialers : seconds) = std::max(std::atol(argv[i + 1]), 1L);
  }
  Observer observer;
  probes::EventLoop loop;
  probes::Pacer pacer(loop);
  probes::TrainPlan plan;
  plan.subject.address = observer.endpoint;
  plan.keys = std::make_shared<probes::TrainKeys>(Keys());
  long started = 0, ended = 0, good = 0;
  std::uint32_t lost = 0;
  const long all = dialers * seconds / 60;
  probes::Timer timer(loop);
  const auto began = std::chrono::steady_clock::now();
  timer.StartRepeating(std::chrono::milliseconds(10), [&] {
    const auto elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    while (started < all && static_cast<double>(started) < elapsed * static_cast<double>(dialers) / 60) {
      ++started;
      probes::RunTrain(loop, pacer, plan, [&](const probes::TrainSample& sample) {
        good += sample.outcome == probes::RtpOutcome::kOk ? 1 : 0;
        lost += sample.measures.round.lost;
        if (++ended == all) loop.Stop();
      });
    }
  });
  loop.Run();
  const double cpu = ThreadCpuSeconds();
  const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  observer.Stop();
  auto& errors = observer.errors_ms;
  std::ranges::sort(errors);
  const auto quantile = [&](double share) {
    return errors[static_cast<std::size_t>(share * static_cast<double>(errors.size() - 1))];
  };
  fmt::print("{} trains, {} ok, {} packets lost; pacing error p50 {:.3f}, p99 {:.3f}, max {:.3f} ms of {} packets\n",
             ended, good, lost, quantile(0.5), quantile(0.99), quantile(1), errors.size());
  fmt::print("{:.2f} us CPU a packet there and back, {:.2f} % of a core\n",
             cpu * 1e6 / static_cast<double>(errors.size()), 100 * cpu / took);
}
