#include <doctest/doctest.h>

#include <set>

#include "probes/prober.h"
#include "tests/probes/dns/fake_server.h"
#include "tests/probes/stun/fake_server.h"

using namespace std::chrono_literals;

namespace dialwatch::probes {
namespace {

constexpr const char* kHost = "d1.example.com";

// A dialer whose media server answers STUN at 127.0.0.1; an authority that gives that address, and a resolver that
// gives what the test says.
struct Bed {
  EventLoop loop;
  test::FakeServer media{loop, test::AnswerHonestly};
  FakeServer authority{loop}, resolver{loop};
  std::shared_ptr<config::Settings> settings = std::make_shared<config::Settings>();
  std::vector<PortSample> samples;
  std::optional<Prober> prober;

  explicit Bed(const char* resolver_says) {
    settings->probing.timeout = 400ms;
    settings->authorities = {{"example.com", {authority.endpoint()}, ""}};
    settings->resolvers = {{.name = "google", .operator_name = "google", .addresses = {resolver.endpoint()}}};
    settings->dialers = {config::AdHocDialer(kHost, *settings)};
    settings->dialers[0].name = "d1";
    settings->dialers[0].rtp_port = media.endpoint().port;
    Give(authority, "127.0.0.1");
    Give(resolver, resolver_says);
    prober.emplace(loop, settings, [this](const Sample& sample) {
      if (const auto* port = std::get_if<PortSample>(&sample)) samples.push_back(*port);
    });
  }

  static void Give(FakeServer& server, const char* address) {
    server.on_query = [&server, address](const FakeServer::Query& query) {
      server.Send(query, ReplyTo(query.wire, {.answers = {ARecord(300, address)}, .authoritative = true}));
    };
  }

  void Probe(const Target& target) {
    samples.clear();
    bool done = false;
    prober->Probe(target, [&] { done = true; });
    REQUIRE(RunUntil(loop, [&] { return done; }));
  }
};

}  // namespace

TEST_SUITE("probes/port_probe") {
  TEST_CASE("one port is asked at each address that anybody gives, each turn, and no other one") {
    Bed bed("127.0.0.2");
    bed.Probe(PortTarget{"d1", kHost});
    CHECK(bed.samples.empty());
    bed.Probe(NameTarget{kHost, RecordType::kA});
    for (const std::uint64_t round : {2U, 3U}) {
      bed.Probe(PortTarget{"d1", kHost});
      REQUIRE(bed.samples.size() == 2);
      for (const PortSample& sample : bed.samples) {
        CHECK(sample.round == round);
        CHECK(sample.subject.dialer == "d1");
        CHECK(sample.subject.host == kHost);
        CHECK(sample.subject.address.port == bed.media.endpoint().port);
        if (sample.subject.by_authority) {
          CHECK(sample.subject.address == bed.media.endpoint());
          CHECK(sample.outcome == PortOutcome::kAnswered);
        } else {
          CHECK(sample.subject.resolved_via == std::vector<std::string>{"google"});
          CHECK(sample.subject.address.address.ToString() == "127.0.0.2");
          CHECK(sample.outcome == PortOutcome::kRefused);
        }
      }
    }
    CHECK(bed.media.requests() == 2);
  }

  TEST_CASE("a turn with silence ends with the timeout") {
    Bed bed("127.0.0.1");
    test::FakeServer mute(bed.loop, test::StaySilent, *base::IpAddress::Parse("127.0.0.2"), bed.media.endpoint().port);
    Bed::Give(bed.resolver, "127.0.0.2");
    bed.Probe(NameTarget{kHost, RecordType::kA});
    bed.Probe(PortTarget{"d1", kHost});
    REQUIRE(bed.samples.size() == 2);
    CHECK(bed.samples[0].outcome == PortOutcome::kAnswered);
    CHECK(bed.samples[1].outcome == PortOutcome::kSilent);
    CHECK(bed.samples[1].sends == 1);
  }

  TEST_CASE("a dialer that the settings do not have has a turn without samples") {
    Bed bed("127.0.0.1");
    bed.Probe(PortTarget{"d9", kHost});
    CHECK(bed.samples.empty());
  }
}

}  // namespace dialwatch::probes
