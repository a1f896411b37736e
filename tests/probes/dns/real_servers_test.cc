#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "probes/dns/discovery.h"
#include "tests/free_port.h"
#include "tests/probes/dns/client_bed.h"
#include "tests/probes/dns/server_process.h"

// The client against servers that people run: nsd as the authority, unbound as the resolver in front of it.
namespace dialwatch::probes {
namespace {

std::string Zone() {
  std::string zone = R"($ORIGIN example.com.
$TTL 300
@     IN SOA ns1 hostmaster 2020083100 3600 600 86400 60
@     IN NS  ns1
ns1   IN A   127.0.0.1
d1    IN A   192.0.2.1
d2    86400 IN A 192.0.2.2
d3    60 IN CNAME d1
)";
  for (int i = 0; i < 40; ++i) zone += fmt::format("big IN TXT \"{:060}\"\n", i);  // over 1232 octets
  return zone;
}

std::string NsdConfig(const std::filesystem::path& folder, int port) {
  return fmt::format(R"(
server:
  ip-address: 127.0.0.1@{1}
  username: ""
  chroot: ""
  zonesdir: "{0}"
  database: ""
  pidfile: "{0}/nsd.pid"
  xfrdfile: "{0}/xfrd.state"
  xfrdir: "{0}"
  zonelistfile: "{0}/zone.list"
  server-count: 1
  nsid: "ascii_the-authority"
  verbosity: 0
remote-control:
  control-enable: no
zone:
  name: example.com
  zonefile: example.com.zone
)",
                     folder.string(), port);
}

std::string UnboundConfig(const std::filesystem::path& folder, int port, int authority_port) {
  return fmt::format(R"(
server:
  interface: 127.0.0.1@{1}
  outgoing-interface: 127.0.0.1
  access-control: 127.0.0.0/8 allow
  do-ip6: no
  do-daemonize: no
  do-not-query-localhost: no
  username: ""
  chroot: ""
  directory: "{0}"
  pidfile: ""
  use-syslog: no
  logfile: "{0}/unbound.log"
  module-config: "iterator"
  nsid: "ascii_the-resolver"
  ede: yes
remote-control:
  control-enable: no
stub-zone:
  name: example.com
  stub-addr: 127.0.0.1@{2}
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@{2}
)",
                     folder.string(), port, authority_port);
}

struct RealServers {
  TemporaryFolder folder;
  int authority_port = testing::FreePort();
  int resolver_port = testing::FreePort();
  std::optional<ServerProcess> nsd, unbound;
  EventLoop loop;
  DnsClient client{loop, std::nullopt};

  DnsQuestion To(int port, std::string host, RecordType type = RecordType::kA) const {
    DnsQuestion question = QuestionTo(*Endpoint::Parse(fmt::format("127.0.0.1:{}", port), 53), std::move(host));
    question.type = type;
    if (port == authority_port) question.via.kind = Via::Kind::kAuthority;
    return question;
  }
  DnsSample Ask(const DnsQuestion& question) {
    std::optional<DnsSample> sample;
    client.Ask(question, [&](DnsSample got) { sample = std::move(got); });
    RunUntil(loop, [&] { return sample.has_value(); });
    return sample.value_or(DnsSample{});
  }
  bool IsUp(int port) {
    const auto deadline = std::chrono::steady_clock::now() + 15s;
    while (std::chrono::steady_clock::now() < deadline) {
      const DnsSample sample = Ask(To(port, "d1.example.com"));
      if (sample.outcome == DnsOutcome::kAnswered && sample.rcode == 0) return true;
      usleep(20'000);  // a server that is not there yet refuses at once
    }
    return false;
  }

  // Empty, or why this test cannot run here.
  std::string Start() {
    const std::string nsd_program = FindProgram("nsd"), unbound_program = FindProgram("unbound");
    if (nsd_program.empty() || unbound_program.empty()) return "nsd or unbound is not installed";
    folder.Write("example.com.zone", Zone());
    const auto nsd_config = folder.Write("nsd.conf", NsdConfig(folder.path(), authority_port));
    const auto unbound_config =
        folder.Write("unbound.conf", UnboundConfig(folder.path(), resolver_port, authority_port));
    nsd.emplace(std::vector<std::string>{nsd_program, "-d", "-c", nsd_config});
    unbound.emplace(std::vector<std::string>{unbound_program, "-d", "-c", unbound_config});
    if (!IsUp(authority_port)) return "nsd does not answer within 15 s";
    if (!IsUp(resolver_port)) return "unbound does not answer within 15 s";
    return {};
  }
};

}  // namespace

TEST_SUITE("probes/dns/real_servers") {
  TEST_CASE("nsd and unbound answer as themselves") {
    RealServers servers;
    if (const std::string why = servers.Start(); !why.empty()) {
      std::printf("SKIPPED: %s\n", why.c_str());
      return;
    }
    const int authority = servers.authority_port, resolver = servers.resolver_port;

    const DnsSample own = servers.Ask(servers.To(authority, "d2.example.com"));
    CHECK(own.aa);
    CHECK_FALSE(own.ra);
    CHECK(own.nsid == "the-authority");
    CHECK(own.answers == std::vector<DnsRecord>{{"d2.example.com", RecordType::kA, 86400, "192.0.2.2"}});

    const DnsSample copy = servers.Ask(servers.To(resolver, "d2.example.com"));
    CHECK_FALSE(copy.aa);
    CHECK(copy.ra);
    CHECK(copy.nsid == "the-resolver");
    CHECK(AnswerSet(copy) == std::vector<std::string>{"192.0.2.2"});
    CHECK(AnswerTtl(copy) > std::chrono::seconds(86000));

    const DnsSample chain = servers.Ask(servers.To(resolver, "d3.example.com"));
    REQUIRE(chain.answers.size() == 2);
    CHECK(chain.answers[0].data == "d1.example.com");
    CHECK(AnswerSet(chain) == std::vector<std::string>{"192.0.2.1"});
    CHECK(AnswerTtl(chain) <= std::chrono::seconds(60));

    const DnsSample missing = servers.Ask(servers.To(authority, "d9.example.com"));
    CHECK(missing.rcode == kRcodeNxDomain);
    REQUIRE(missing.authority.size() == 1);
    CHECK(missing.authority[0] == DnsRecord{"example.com", RecordType::kSoa, 60,
                                            "ns1.example.com hostmaster.example.com 2020083100 3600 600 86400 60"});

    const DnsSample refused = servers.Ask(servers.To(authority, "d1.example.net"));
    CHECK(refused.outcome == DnsOutcome::kAnswered);
    CHECK(refused.rcode == kRcodeRefused);

    for (const int port : {authority, resolver}) {
      const DnsSample big = servers.Ask(servers.To(port, "big.example.com", RecordType::kTxt));
      CHECK(big.transport == Transport::kTcp);
      CHECK(big.sends == 2);
      CHECK(big.answers.size() == 40);
    }

    const auto settings = std::make_shared<config::Settings>();
    settings->resolvers = {{"unbound", "unbound", {servers.To(resolver, "").via.server}, Transport::kUdp}};
    AuthorityDiscovery discovery(servers.client, settings);
    std::optional<AuthorityServers> found;
    discovery.Find("d3.example.com", [&](const AuthorityServers& told) { found = told; });
    REQUIRE(RunUntil(servers.loop, [&] { return found.has_value(); }));
    CHECK(found->zone == "example.com");
    CHECK(found->servers == std::vector{*Endpoint::Parse("127.0.0.1", 53)});
  }
}

}  // namespace dialwatch::probes
