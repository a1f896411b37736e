#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <string>

#include "probes/dns/client.h"

// What a DNS probe costs: `dns_probe SERVER:PORT HOST [PROBES] [OUTSTANDING] [TLS-NAME | URL]` asks one server as fast
// as it answers, with so many questions outstanding; with a name over TLS, with a URL over HTTPS ($SSL_CERT_FILE is
// whom to trust). Compare its CPU a probe with that of
//   echo "HOST A" | dnsperf -s SERVER -p PORT -q OUTSTANDING -b 4096 -n PROBES
// (user + sys of `time`, by the number of queries), the commands in turn on one processor: docs/architecture.md has the
// goals.
namespace dialwatch::probes {
namespace {

double CpuMicroseconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto micro = [](const timeval& time) {
    return 1e6 * static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec);
  };
  return micro(usage.ru_utime) + micro(usage.ru_stime);
}

struct Run {
  EventLoop loop;
  DnsClient client{loop, std::nullopt};
  DnsQuestion question;
  long to_ask = 0;
  long outstanding = 0;
  long answered = 0, failed = 0, sends = 0;

  void AskOne() {
    if (to_ask == 0) return;
    --to_ask;
    ++outstanding;
    client.Ask(question, [this](const DnsSample& sample) {
      (sample.outcome == DnsOutcome::kAnswered && !sample.answers.empty() ? answered : failed) += 1;
      sends += sample.sends;
      --outstanding;
      AskOne();
      if (outstanding == 0) loop.Stop();
    });
  }
};

int Main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: dns_probe SERVER:PORT HOST [PROBES] [OUTSTANDING] [TLS-NAME | URL]\n");
    return 2;
  }
  const auto server = base::Endpoint::Parse(argv[1], 53);
  if (!server) {
    fmt::print(stderr, "{}\n", server.error().what);
    return 2;
  }
  Run run;
  run.question = {.host = argv[2], .via = {Via::Kind::kAuthority, "bench", *server}};
  run.to_ask = argc > 3 ? std::atol(argv[3]) : 500'000;
  const std::string secure = argc > 5 ? argv[5] : "";
  if (secure.starts_with("https://")) {
    run.question.transport = Transport::kHttps;
    run.question.url = secure;
  } else if (!secure.empty()) {
    run.question.transport = Transport::kTls;
    run.question.tls_name = secure;
  }
  const long window = argc > 4 ? std::atol(argv[4]) : 100;

  const double cpu_before = CpuMicroseconds();
  const auto start = std::chrono::steady_clock::now();
  for (long i = 0; i < window; ++i) run.AskOne();
  run.loop.Run();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  const double cpu = CpuMicroseconds() - cpu_before;

  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const double probes = static_cast<double>(run.answered + run.failed);
  fmt::print("{} answered, {} failed, {} sends, {:.0f} probes/s, {:.2f} us CPU a probe, {} MB resident\n", run.answered,
             run.failed, run.sends, probes / took.count(), cpu / probes, usage.ru_maxrss / 1024);
  return run.failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace dialwatch::probes

int main(int argc, char** argv) {
  return dialwatch::probes::Main(argc, argv);
}
