#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <set>

#include "base/names.h"
#include "tests/free_port.h"
#include "tests/probes/dns/client_bed.h"
#include "tests/probes/dns/fake_tls_server.h"
#include "tests/probes/dns/server_process.h"

// DNS over TLS and over HTTPS with a server that people run: unbound.
namespace dialwatch::probes {
namespace {

std::string Config(const std::filesystem::path& folder, int tls_port, int https_port) {
  return fmt::format(R"(
server:
  interface: 127.0.0.1@{1}
  interface: 127.0.0.1@{2}
  tls-port: {1}
  https-port: {2}
  http-endpoint: "/dns-query"
  tls-service-pem: "{3}"
  tls-service-key: "{4}"
  do-ip6: no
  do-daemonize: no
  username: ""
  chroot: ""
  directory: "{0}"
  pidfile: ""
  use-syslog: no
  logfile: "{0}/unbound.log"
  module-config: "iterator"
  nsid: "ascii_the-resolver"
  local-zone: "example.com." static
  local-data: "d1.example.com. 300 IN A 192.0.2.1"
remote-control:
  control-enable: no
)",
                     folder.string(), tls_port, https_port, GoodCertificate().certificate, GoodCertificate().key);
}

// Our ports of the connections that lead to `port`.
std::set<int> ConnectionsTo(int port) {
  std::set<int> ours;
  for (int fd = 0; fd < 1024; ++fd) {
    sockaddr_storage address;
    socklen_t size = sizeof address;
    if (getpeername(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) continue;
    if (base::Endpoint::FromSockaddr(reinterpret_cast<sockaddr*>(&address)).port != port) continue;
    size = sizeof address;
    getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    ours.insert(base::Endpoint::FromSockaddr(reinterpret_cast<sockaddr*>(&address)).port);
  }
  return ours;
}

struct Unbound {
  TemporaryFolder folder;
  int tls_port = testing::FreePort(), https_port = testing::FreePort();
  std::string config = folder.Write("unbound.conf", Config(folder.path(), tls_port, https_port));
  std::optional<ServerProcess> process;
  EventLoop loop;
  DnsClient client{loop, std::nullopt};

  DnsQuestion Over(Transport transport) const {
    const int port = transport == Transport::kTls ? tls_port : https_port;
    DnsQuestion question = QuestionTo(*Endpoint::Parse(fmt::format("127.0.0.1:{}", port), 53));
    question.transport = transport;
    question.tls_name = "dns.test";
    question.url = "https://dns.test/dns-query";
    return question;
  }
  DnsSample Ask(const DnsQuestion& question) {
    std::optional<DnsSample> sample;
    client.Ask(question, [&](DnsSample got) { sample = std::move(got); });
    RunUntil(loop, [&] { return sample.has_value(); });
    return sample.value_or(DnsSample{});
  }
  // Empty, or why this test cannot run here.
  std::string Start() {
    const std::string program = FindProgram("unbound");
    if (program.empty()) return "unbound is not installed";
    process.reset();
    process.emplace(std::vector<std::string>{program, "-d", "-c", config});
    const auto deadline = std::chrono::steady_clock::now() + 15s;
    while (std::chrono::steady_clock::now() < deadline) {
      const base::UniqueFd probe(socket(AF_INET, SOCK_STREAM, 0));
      sockaddr_storage address;
      const socklen_t size = Over(Transport::kHttps).via.server.ToSockaddr(&address);
      if (connect(probe.get(), reinterpret_cast<sockaddr*>(&address), size) == 0) return {};
      usleep(20'000);
    }
    return "unbound does not listen within 15 s";
  }
};

}  // namespace

TEST_SUITE("probes/dns/real_encrypted") {
  TEST_CASE("unbound answers over TLS and HTTPS, on one connection each, and again after a restart") {
    Unbound unbound;
    if (const std::string why = unbound.Start(); !why.empty()) {
      std::printf("SKIPPED: %s\n", why.c_str());
      return;
    }
    for (const Transport transport : {Transport::kTls, Transport::kHttps}) {
      CAPTURE(base::NameOf(transport));
      const DnsQuestion question = unbound.Over(transport);
      const DnsSample first = unbound.Ask(question);
      CHECK(first.outcome == DnsOutcome::kAnswered);
      CHECK(first.error == "");
      CHECK(AnswerSet(first) == std::vector<std::string>{"192.0.2.1"});
      CHECK(first.nsid == "the-resolver");
      CHECK(first.transport == transport);
      const auto connections = ConnectionsTo(question.via.server.port);
      CHECK(connections.size() == 1);
      for (int i = 0; i < 20; ++i) CHECK(unbound.Ask(question).outcome == DnsOutcome::kAnswered);
      CHECK(ConnectionsTo(question.via.server.port) == connections);

      REQUIRE(unbound.Start() == "");
      CHECK(AnswerSet(unbound.Ask(question)) == std::vector<std::string>{"192.0.2.1"});
      const auto renewed = ConnectionsTo(question.via.server.port);
      CHECK(renewed.size() == 1);
      CHECK(renewed != connections);
    }
  }

  TEST_CASE("a server that is silent does not keep unbound's answers waiting") {
    Unbound unbound;
    if (const std::string why = unbound.Start(); !why.empty()) {
      std::printf("SKIPPED: %s\n", why.c_str());
      return;
    }
    FakeTlsServer silent(unbound.loop, GoodCertificate(), "dot");
    silent.stalls = true;
    int silences = 0;
    for (const Transport transport : {Transport::kTls, Transport::kHttps}) {
      DnsQuestion question = unbound.Over(transport);
      question.via.server = silent.endpoint();
      question.timeout = 1s;
      unbound.client.Ask(question, [&](const DnsSample& sample) {
        CHECK(sample.outcome == DnsOutcome::kTimeout);
        ++silences;
      });
    }
    CHECK(unbound.Ask(unbound.Over(Transport::kTls)).outcome == DnsOutcome::kAnswered);
    CHECK(unbound.Ask(unbound.Over(Transport::kHttps)).outcome == DnsOutcome::kAnswered);
    CHECK(silences == 0);
    CHECK(RunUntil(unbound.loop, [&] { return silences == 2; }));
  }
}

}  // namespace dialwatch::probes
