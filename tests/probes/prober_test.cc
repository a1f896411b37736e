#include "probes/prober.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "tests/probes/dns/fake_server.h"

using namespace std::chrono_literals;

namespace dialwatch::probes {
namespace {

using Query = FakeServer::Query;

constexpr const char* kGood = "198.51.100.11";
constexpr const char* kBad = "203.0.113.66";
constexpr std::uint8_t kCheckingDisabled = 0x10;  // RFC 4035 §3.2.2: in the fourth octet

bool IsIdentity(const Query& query) {
  return QuestionType(query.wire) == RecordType::kTxt;
}

// And not about its zone.
bool IsForName(const Query& query) {
  const auto type = QuestionType(query.wire);
  return type == RecordType::kA || type == RecordType::kAaaa;
}

// An authority, and a resolver with two addresses, that answer as the test says.
struct Bed {
  EventLoop loop;
  FakeServer authority{loop}, resolver{loop}, second{loop};
  std::shared_ptr<config::Settings> settings = std::make_shared<config::Settings>();
  std::vector<DnsSample> samples;
  ReplyParts authority_says = Says(kGood), resolver_says = Says(kGood);
  bool authority_answers = true;
  std::optional<Prober> prober;

  Bed() {
    settings->probing.timeout = 400ms;
    settings->authorities = {{"example.com", {authority.endpoint()}, "probe"}};
    settings->resolvers = {{.name = "r", .operator_name = "r", .addresses = {resolver.endpoint(), second.endpoint()}}};
    settings->dialers = {config::AdHocDialer("d1.example.com", *settings)};
    authority.on_query = [this](const Query& query) {
      if (authority_answers) authority.Send(query, ReplyTo(query.wire, authority_says));
    };
    for (FakeServer* server : {&resolver, &second}) {
      server->on_query = [this, server](const Query& query) {
        if (!IsIdentity(query)) server->Send(query, ReplyTo(query.wire, resolver_says));
        if (IsIdentity(query)) server->Send(query, ReplyTo(query.wire, {.rcode = kRcodeRefused}));
      };
    }
  }

  static ReplyParts Says(const char* address, std::uint32_t ttl = 300) {
    return {.answers = {ARecord(ttl, address)}, .authoritative = true};
  }
  static ReplyParts Denies(int rcode = kRcodeNxDomain) { return {.rcode = rcode, .authoritative = true}; }

  void Probe(const Target& target) {
    if (!prober) {
      prober.emplace(loop, settings, [this](const Sample& sample) {
        if (const auto* dns = std::get_if<DnsSample>(&sample)) samples.push_back(*dns);
      });
    }
    samples.clear();
    bool done = false;
    prober->Probe(target, [&] { done = true; });
    REQUIRE(RunUntil(loop, [&] { return done; }));
  }
  void Probe(RecordType type = RecordType::kA) { Probe(NameTarget{"d1.example.com", type}); }

  std::vector<DnsSample> Of(Purpose purpose) const {
    std::vector<DnsSample> some;
    std::copy_if(samples.begin(), samples.end(), std::back_inserter(some),
                 [&](const DnsSample& sample) { return sample.purpose == purpose; });
    return some;
  }
  // How often the resolver was asked for the name, at both addresses.
  long Asked() const {
    const auto count = [](const FakeServer& server) {
      return std::count_if(server.queries().begin(), server.queries().end(), IsForName);
    };
    return count(resolver) + count(second);
  }
  // The same of the authority, for addresses.
  long AskedAuthority() const {
    return std::count_if(authority.queries().begin(), authority.queries().end(), IsForName);
  }
};

}  // namespace

TEST_SUITE("probes/prober") {
  TEST_CASE("when all is well a turn is one question to each, and the next address comes next") {
    Bed bed;
    bed.Probe();
    CHECK(bed.Of(Purpose::kName).size() == 2);
    CHECK(bed.Of(Purpose::kConfirm).empty());
    bed.Probe();
    CHECK(bed.samples.size() == 2);
    CHECK(bed.samples[1].via.server == bed.second.endpoint());
    CHECK(bed.AskedAuthority() == 3);  // once by the discovery, whether it is an alias
    CHECK(bed.Asked() == 2);
  }

  TEST_CASE("the authority is asked before the resolvers") {
    Bed bed;
    long asked_before = 99;
    bed.authority.on_query = [&](const Query& query) {
      if (IsForName(query)) asked_before = bed.Asked();
      bed.authority.Send(query, ReplyTo(query.wire, bed.authority_says));
    };
    bed.Probe();
    CHECK(asked_before == 0);
    CHECK(bed.Asked() == 1);
  }

  TEST_CASE("all questions for a name ask for signatures") {
    Bed bed;
    bed.Probe();
    const auto& wire = bed.resolver.queries().back().wire;
    CHECK(wire[wire.size() - 8] == 0x80);  // RFC 3225 §3: DO, before the length and the NSID option
  }

  TEST_CASE("a silent authority delays the resolvers by half the timeout and no more") {
    Bed bed;
    bed.authority_answers = false;
    bed.Probe();
    CHECK(bed.Asked() == 1);
    REQUIRE(bed.samples.size() >= 2);
    CHECK(bed.samples.front().via.kind == Via::Kind::kResolver);
    CHECK(bed.samples.back().outcome == DnsOutcome::kTimeout);
    CHECK(bed.samples.back().via.kind == Via::Kind::kAuthority);
  }

  TEST_CASE("while the authority is wrong no resolver is asked for the name") {
    Bed bed;
    SUBCASE("it denies the name") {
      bed.authority_says = Bed::Denies();
    }
    SUBCASE("it has no such type any more") {
      bed.authority_says = Bed::Denies(kRcodeNoError);
    }
    SUBCASE("it gives what is not expected") {
      bed.settings->dialers[0].expect = {*base::IpPrefix::Parse(kGood)};
      bed.authority_says = Bed::Says(kBad);
    }
    bed.Probe();
    CHECK(bed.Of(Purpose::kName).size() == 1);
    CHECK(bed.Asked() == 0);
    bed.authority_answers = false;
    bed.Probe();
    CHECK(bed.Asked() == 0);
    bed.authority_answers = true;
    bed.authority_says = Bed::Says(kGood);
    bed.Probe();
    CHECK(bed.Asked() == 1);
  }

  TEST_CASE("while the authority of a dialer is wrong, nobody is asked for it as a STUN server either") {
    Bed bed;
    bed.settings->stun_servers = {{"d1", *config::ParseIceUri("stun:d1.example.com:3478")}};
    bed.authority_says = Bed::Denies();
    bed.Probe();
    bed.Probe(StunTarget{});
    CHECK(bed.Asked() == 0);
    bed.authority_says = Bed::Says("127.0.0.1");
    bed.resolver_says = Bed::Says("127.0.0.1");
    bed.settings->probing.interval = 1s;  // so that the STUN server that is not there does not take long
    bed.Probe();
    CHECK(bed.Asked() == 1);
    bed.Probe(StunTarget{});
    CHECK(bed.Asked() == 3);
  }

  TEST_CASE("one wrong server among several is enough") {
    Bed bed;
    FakeServer other(bed.loop);
    other.on_query = [&](const Query& query) { other.Send(query, ReplyTo(query.wire, Bed::Denies())); };
    bed.settings->authorities[0].servers.push_back(other.endpoint());
    bed.Probe();
    CHECK(bed.Of(Purpose::kName).size() == 2);
    CHECK(bed.Asked() == 0);
  }

  TEST_CASE("a type that never existed beside one that does is no harm") {
    Bed bed;
    bed.settings->dialers[0].types = {RecordType::kA, RecordType::kAaaa};
    bed.authority.on_query = [&](const Query& query) {
      const bool has = QuestionType(query.wire) == RecordType::kA;
      bed.authority.Send(query, ReplyTo(query.wire, has ? bed.authority_says : Bed::Denies(kRcodeNoError)));
    };
    bed.resolver_says = Bed::Denies(kRcodeNoError);
    bed.Probe(RecordType::kAaaa);
    CHECK(bed.Asked() == 1);
    CHECK(bed.Of(Purpose::kName).size() == 2);
    bed.Probe(RecordType::kAaaa);
    CHECK(bed.Asked() == 2);
    CHECK(bed.AskedAuthority() == 4);  // twice for AAAA, once whether it has A, once whether it is an alias
  }

  TEST_CASE("where no type exists any more no resolver is asked for any") {
    Bed bed;
    bed.settings->dialers[0].types = {RecordType::kA, RecordType::kAaaa};
    bed.authority_says = Bed::Denies(kRcodeNoError);
    for (const RecordType type : {RecordType::kA, RecordType::kAaaa, RecordType::kA}) bed.Probe(type);
    CHECK(bed.Asked() == 0);
  }

  TEST_CASE("a wrong answer is asked again from other ports, at each address, and over TCP") {
    Bed bed;
    bed.resolver_says = Bed::Says(kBad, 86400);
    bed.Probe();
    const auto confirmed = bed.Of(Purpose::kConfirm);
    CHECK(confirmed.size() == kSamples - 1);
    CHECK(std::count_if(confirmed.begin(), confirmed.end(),
                        [](const DnsSample& sample) { return sample.transport == Transport::kTcp; }) == 1);
    for (const FakeServer* server : {&bed.resolver, &bed.second}) {
      std::set<std::uint16_t> ports;
      std::size_t datagrams = 0;
      for (const Query& query : server->queries()) {
        if (query.tcp() || IsIdentity(query)) continue;
        ports.insert(query.from.port);
        ++datagrams;
      }
      CHECK(datagrams >= 3);
      CHECK(ports.size() == datagrams);
    }
  }

  TEST_CASE("a right answer that lives too long is asked again too") {
    Bed bed;
    bed.resolver_says = Bed::Says(kGood, 86400);
    bed.Probe();
    CHECK(bed.Of(Purpose::kConfirm).size() == kSamples - 1);
  }

  TEST_CASE("a resolver is watched closely for three turns after its last wrong answer") {
    Bed bed;
    bed.resolver_says = Bed::Says(kBad);
    bed.Probe();
    bed.resolver_says = Bed::Says(kGood);
    for (int i = 0; i < 3; ++i) {
      bed.Probe();
      CHECK(bed.Of(Purpose::kConfirm).size() == kSamples - 1);
    }
    bed.Probe();
    CHECK(bed.Of(Purpose::kConfirm).empty());
  }

  TEST_CASE("after a SERVFAIL the resolver is asked once more without validation") {
    Bed bed;
    bed.resolver_says = Bed::Denies(kRcodeServFail);
    bed.Probe();
    CHECK(bed.Of(Purpose::kUnchecked).size() == 1);
    CHECK(bed.Of(Purpose::kConfirm).empty());
    CHECK((bed.resolver.queries().back().wire[3] & kCheckingDisabled) != 0);
    CHECK(bed.Asked() == 2);
  }

  TEST_CASE("each turn of a zone has a control name of its own, the same for all") {
    Bed bed;
    bed.Probe(ControlTarget{"example.com"});
    const auto first = bed.Of(Purpose::kControl);
    REQUIRE(first.size() == 2);
    CHECK(first.size() == bed.samples.size());
    CHECK(first[0].host == first[1].host);
    CHECK(first[0].host.ends_with(".probe.example.com"));
    CHECK(first[0].zone == "example.com");
    CHECK(first[1].zone == "example.com");
    bed.Probe(ControlTarget{"example.com"});
    CHECK(bed.samples.front().host != first[0].host);
    CHECK(bed.second.queries().size() == 1);
  }

  TEST_CASE("who answers is asked at each address, once") {
    Bed bed;
    bed.Probe();
    const auto identities = bed.Of(Purpose::kIdentity);
    REQUIRE(identities.size() == 2);
    CHECK(identities[0].host == "id.server");
    CHECK(identities[0].via.server != identities[1].via.server);
    bed.Probe();
    CHECK(bed.Of(Purpose::kIdentity).empty());
  }

  TEST_CASE(
      "a resolver that is silent on our name is asked for one that is not ours, once a turn; an error is a reply") {
    Bed bed;
    bed.settings->resolvers[0].reference = "www.example.net";
    bed.resolver_says = Bed::Denies(kRcodeServFail);
    bed.Probe();
    CHECK(bed.Of(Purpose::kReference).empty());
    for (FakeServer* server : {&bed.resolver, &bed.second}) server->on_query = [](const Query&) {};
    bed.Probe();
    const auto references = bed.Of(Purpose::kReference);
    REQUIRE(references.size() == 1);
    CHECK(references[0].host == "www.example.net");
    CHECK(references[0].outcome == DnsOutcome::kTimeout);
    bed.Probe();
    CHECK(bed.Of(Purpose::kReference).empty());
  }

  TEST_CASE("a resolver of an operator that has no name of its own is asked for none") {
    Bed bed;
    for (FakeServer* server : {&bed.resolver, &bed.second}) server->on_query = [](const Query&) {};
    bed.Probe();
    CHECK(bed.Of(Purpose::kReference).empty());
  }

  TEST_CASE("a prober that ends amid a burst leaves nothing behind") {
    Bed bed;
    bed.resolver_says = Bed::Says(kBad);
    bed.prober.emplace(bed.loop, bed.settings, [&](const Sample& sample) {
      if (const auto* dns = std::get_if<DnsSample>(&sample)) bed.samples.push_back(*dns);
    });
    bed.prober->Probe(NameTarget{"d1.example.com"}, [] {});
    REQUIRE(RunUntil(bed.loop, [&] { return bed.Of(Purpose::kConfirm).size() == 3; }));
    bed.prober.reset();
    CHECK(bed.Of(Purpose::kConfirm).size() == 3);
  }
}

}  // namespace dialwatch::probes
