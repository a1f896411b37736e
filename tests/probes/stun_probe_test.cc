#include "probes/stun_probe.h"

#include <doctest/doctest.h>

#include "probes/prober.h"
#include "tests/probes/dns/fake_tls_server.h"
#include "tests/probes/fake_resolvers.h"
#include "tests/probes/stun/fake_server.h"
#include "tests/probes/stun/fake_stream_server.h"

namespace dialwatch::probes {
namespace {

using test::AnswerHonestly;
using StunServer = test::FakeServer;

struct Bed {
  EventLoop loop;
  FakeResolvers resolvers{loop, 2};
  std::vector<StunSample> stuns;
  std::vector<NatSample> nats;
  std::optional<Prober> prober;

  void Watch(const std::string& name, const std::string& uri) {
    resolvers.settings->stun_servers.push_back({name, *config::ParseIceUri(uri)});
  }
  void Turn() {
    if (!prober) {
      prober.emplace(loop, resolvers.settings, [this](const Sample& sample) {
        if (const auto* stun = std::get_if<StunSample>(&sample)) stuns.push_back(*stun);
        if (const auto* nat = std::get_if<NatSample>(&sample)) nats.push_back(*nat);
      });
    }
    stuns.clear();
    bool done = false;
    prober->Probe(StunTarget{}, [&] { done = true; });
    REQUIRE(RunUntil(loop, [&] { return done; }));
  }
  const StunSample& Of(const std::string& server) {
    for (const StunSample& sample : stuns) {
      if (sample.server == server) return sample;
    }
    FAIL("no sample of " << server);
    return stuns.front();
  }
};

std::string Uri(const base::Endpoint& endpoint, const char* tail = "") {
  return "stun:" + endpoint.ToString() + tail;
}

}  // namespace

TEST_SUITE("probes/stun_probe") {
  TEST_CASE("all addresses of a server are asked in one round, with who named each") {
    Bed bed;
    StunServer first(bed.loop, AnswerHonestly);
    StunServer second(bed.loop, AnswerHonestly, *base::IpAddress::Parse("127.0.0.2"), first.endpoint().port);
    bed.resolvers.answers[0][{"stun.example", RecordType::kA}] = {ARecord(300, "127.0.0.1")};
    bed.resolvers.answers[1][{"stun.example", RecordType::kA}] = {ARecord(300, "127.0.0.1"), ARecord(300, "127.0.0.2")};
    bed.Watch("s", "stun:stun.example:" + std::to_string(first.endpoint().port));
    bed.Turn();
    REQUIRE(bed.stuns.size() == 2);
    CHECK(bed.stuns[0].mapped == bed.stuns[1].mapped);
    CHECK(bed.stuns[0].round == bed.stuns[1].round);
    for (const StunSample& sample : bed.stuns) {
      const bool is_first = sample.address == first.endpoint();
      CHECK(sample.resolved_via == (is_first ? std::vector<std::string>{"r1", "r2"} : std::vector<std::string>{"r2"}));
    }
  }

  TEST_CASE("TCP and UDP are asked in one round, each its own way") {
    Bed bed;
    StunServer udp(bed.loop, AnswerHonestly);
    test::FakeStreamServer tcp(bed.loop, [](test::FakeStreamServer& self, int connection, const Octets& request) {
      self.Send(connection, test::MappedAnswer(request, self.PeerOf(connection)));
    });
    bed.Watch("udp", Uri(udp.endpoint()));
    bed.Watch("tcp", Uri(tcp.endpoint(), "?transport=tcp"));
    bed.Turn();
    REQUIRE(bed.stuns.size() == 2);
    CHECK(bed.Of("udp").transport == Transport::kUdp);
    CHECK(bed.Of("tcp").transport == Transport::kTcp);
    CHECK(bed.Of("tcp").mapped == bed.Of("tcp").local);
    CHECK(bed.Of("udp").round == bed.Of("tcp").round);
  }

  TEST_CASE("a stuns: server is asked over TLS, and its certificate held against the name in the URI") {
    Bed bed;
    const base::Endpoint mapped = *base::Endpoint::Parse("203.0.113.5:40000", 0);
    FakeTlsServer tls(bed.loop, GoodCertificate(), "stun");
    tls.on_text = [&](int connection, const Octets& request) {
      tls.Send(connection, test::MappedAnswer(request, mapped));
    };
    const std::string port = std::to_string(tls.endpoint().port);
    for (const char* name : {"dns.test", "other.test"}) {
      bed.resolvers.answers[0][{name, RecordType::kA}] = {ARecord(300, "127.0.0.1")};
    }
    bed.Watch("good", "stuns:dns.test:" + port);
    bed.Watch("literal", "stuns:127.0.0.1:" + port);
    bed.Watch("other", "stuns:other.test:" + port);
    for (int turn = 1; turn <= 2; ++turn) {
      bed.Turn();
      REQUIRE(bed.stuns.size() == 3);
      for (const char* right : {"good", "literal"}) {
        CAPTURE(right);
        CHECK(bed.Of(right).outcome == StunOutcome::kMapped);
        CHECK(bed.Of(right).transport == Transport::kTls);
        CHECK(bed.Of(right).mapped == mapped);
      }
      CHECK(bed.Of("other").outcome == StunOutcome::kTlsFailed);
      CHECK(bed.Of("other").error == "certificate: hostname mismatch");
      CHECK_FALSE(bed.Of("other").mapped);
      CHECK(tls.accepted() == turn * 3);  // a connection each, so that the certificate is seen each time
    }
    CHECK(tls.resumed() == 0);
  }

  TEST_CASE("a stuns: server whose port speaks no TLS fails in the handshake") {
    Bed bed;
    test::FakeStreamServer plain(bed.loop, [](test::FakeStreamServer& self, int connection, const Octets&) {
      self.Send(connection, Octets{'H', 'T', 'T', 'P', '/', '1', '.', '1', ' ', '4', '0', '0'});
    });
    bed.Watch("s", "stuns:" + plain.endpoint().ToString());
    bed.Turn();
    CHECK(bed.Of("s").outcome == StunOutcome::kTlsFailed);
  }

  TEST_CASE("a stuns: server that never ends the handshake is told so") {
    Bed bed;
    bed.resolvers.settings->probing.interval = std::chrono::seconds(1);
    test::FakeStreamServer silent(bed.loop, [](test::FakeStreamServer&, int, const Octets&) {});
    bed.Watch("s", "stuns:" + silent.endpoint().ToString());
    bed.Turn();
    CHECK(bed.Of("s").outcome == StunOutcome::kTimeout);
    CHECK(bed.Of("s").error == "the TLS handshake took too long");
  }

  TEST_CASE("a server that cannot be found has its sample, and the others are asked") {
    Bed bed;
    StunServer server(bed.loop, AnswerHonestly);
    bed.Watch("lost", "stun:lost.example:3478");
    bed.Watch("there", Uri(server.endpoint()));
    bed.Turn();
    CHECK(bed.Of("lost").outcome == StunOutcome::kUnresolved);
    CHECK(bed.Of("lost").error == "no resolver has an address for lost.example");
    CHECK(bed.Of("lost").round == bed.Of("there").round);
    CHECK(bed.Of("there").outcome == StunOutcome::kMapped);
  }

  TEST_CASE("an address of a family that has no way is left out where the other has one") {
    Bed bed;
    StunServer server(bed.loop, AnswerHonestly);
    bed.resolvers.answers[0][{"stun.example", RecordType::kA}] = {ARecord(300, "127.0.0.1")};
    bed.resolvers.answers[0][{"stun.example", RecordType::kAaaa}] = {Aaaa("100::1")};  // RFC 6666: discarded
    bed.Watch("s", "stun:stun.example:" + std::to_string(server.endpoint().port));
    bed.Turn();
    if (HasRoute(*Endpoint::Parse("[100::1]:1", 0))) {
      MESSAGE("SKIPPED: this machine has a way to all of IPv6");
      return;
    }
    CHECK(bed.stuns.size() == 1);
    CHECK(bed.Of("s").outcome == StunOutcome::kMapped);
  }

  TEST_CASE("rounds differ, and what NAT there is is looked at in the first one alone") {
    Bed bed;
    StunServer server(bed.loop, AnswerHonestly);
    bed.Watch("s", Uri(server.endpoint()));
    bed.Turn();
    const auto round = bed.Of("s").round;
    REQUIRE(bed.nats.size() == 1);
    CHECK(bed.nats[0].server == "s");
    CHECK(bed.nats[0].address == server.endpoint());
    CHECK(bed.nats[0].mapping == NatBehaviour::kNotMeasurable);
    CHECK(bed.nats[0].mapped == bed.nats[0].local);
    bed.Turn();
    CHECK(bed.Of("s").round != round);
    CHECK(bed.nats.size() == 1);
    CHECK(server.requests() == 3);
  }

  TEST_CASE("a slow name delays the other servers in the first turn alone") {
    Bed bed;
    bed.resolvers.settings->probing.timeout = std::chrono::milliseconds(1500);
    bed.resolvers.silent[1] = true;
    StunServer server(bed.loop, AnswerHonestly);
    bed.resolvers.answers[0][{"stun.example", RecordType::kA}] = {ARecord(300, "127.0.0.1")};
    const std::string port = std::to_string(server.endpoint().port);
    bed.Watch("there", Uri(server.endpoint()));
    bed.Watch("first", "stun:stun.example:" + port);
    bed.Turn();
    CHECK(bed.Of("first").outcome == StunOutcome::kMapped);
    bed.resolvers.answers[0][{"late.example", RecordType::kA}] = {ARecord(300, "127.0.0.1")};
    bed.Watch("late", "stun:late.example:" + port);
    const auto began = std::chrono::steady_clock::now();
    bed.Turn();
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::milliseconds(1200));
    CHECK(bed.stuns.size() == 3);
    CHECK(bed.Of("there").outcome == StunOutcome::kMapped);
    CHECK(bed.Of("late").outcome == StunOutcome::kUnresolved);
    CHECK(bed.Of("late").error == "looking up late.example took too long");
    CHECK(bed.Of("late").round == bed.Of("there").round);
    REQUIRE(RunUntil(bed.loop, [&] { return std::chrono::steady_clock::now() - began > std::chrono::seconds(2); }));
    CHECK(bed.stuns.size() == 3);
    bed.Turn();
    CHECK(bed.Of("late").outcome == StunOutcome::kMapped);
  }

  TEST_CASE("where one resolver alone leads into our own networks, nothing is sent, and its sample says so") {
    Bed bed;
    StunServer server(bed.loop, AnswerHonestly);
    bed.resolvers.settings->probing.interval = std::chrono::seconds(1);
    bed.resolvers.answers[0][{"stun.example", RecordType::kA}] = {ARecord(300, "192.0.2.1")};
    bed.resolvers.answers[1][{"stun.example", RecordType::kA}] = {ARecord(300, "127.0.0.1")};
    bed.Watch("s", "stun:stun.example:" + std::to_string(server.endpoint().port));
    bed.Turn();
    REQUIRE(bed.stuns.size() == 2);
    CHECK(server.requests() == 0);
    CHECK(bed.Of("s").outcome == StunOutcome::kUnreachable);
    CHECK(bed.Of("s").address == server.endpoint());
    CHECK(bed.Of("s").resolved_via == std::vector<std::string>{"r2"});
    CHECK(bed.Of("s").error == "not asked, since it is no public address as the server's others are");
  }

  TEST_CASE("a dead TCP server does not delay the samples of the others") {
    Bed bed;
    bed.resolvers.settings->probing.interval = std::chrono::seconds(1);
    test::FakeStreamServer dead(bed.loop, [](test::FakeStreamServer&, int, const Octets&) {});
    StunServer server(bed.loop, AnswerHonestly);
    bed.Watch("dead", Uri(dead.endpoint(), "?transport=tcp"));
    bed.Watch("s", Uri(server.endpoint()));
    bed.Turn();
    REQUIRE(bed.stuns.size() == 2);
    CHECK(bed.stuns[0].server == "s");
    CHECK(bed.Of("dead").outcome == StunOutcome::kTimeout);
    CHECK(bed.Of("dead").at - bed.Of("s").at > std::chrono::milliseconds(700));
  }
}

}  // namespace dialwatch::probes
