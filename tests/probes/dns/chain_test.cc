#include "probes/dns/chain.h"

#include <doctest/doctest.h>

namespace dialwatch::probes {
namespace {

using Samples = std::vector<DnsSample>;
using Hops = std::vector<Samples>;

DnsSample From(const std::string& zone, const std::string& host, std::vector<DnsRecord> answers, int last_octet = 53) {
  DnsSample sample;
  sample.host = host;
  sample.via = {Via::Kind::kAuthority, zone, *Endpoint::Parse("192.0.2." + std::to_string(last_octet), 53)};
  sample.outcome = DnsOutcome::kAnswered;
  sample.aa = true;
  sample.answers = std::move(answers);
  return sample;
}

DnsSample Silent(const std::string& zone, const std::string& host) {
  auto sample = From(zone, host, {});
  sample.outcome = DnsOutcome::kTimeout;
  sample.aa = false;
  return sample;
}

const DnsRecord kAlias{"d1.example.com", RecordType::kCname, 300, "lb.example.com"};
const DnsRecord kOut{"lb.example.com", RecordType::kCname, 60, "pool.example.net"};
const DnsRecord kOn{"pool.example.net", RecordType::kCname, 30, "a.example.org"};
const DnsRecord kAddress{"a.example.org", RecordType::kA, 20, "198.51.100.11"};

const AuthorityServers kAuthority{
    "example.com", {}, {{"pool.example.net", "example.net", {}}, {"a.example.org", "example.org", {}}}, ""};

Hops Whole() {
  return {{From("example.com", "d1.example.com", {kAlias, kOut})},
          {From("example.net", "pool.example.net", {kOn}, 1)},
          {From("example.org", "a.example.org", {kAddress}, 2), From("example.org", "a.example.org", {kAddress}, 3)}};
}

}  // namespace

TEST_SUITE("probes/dns/chain") {
  TEST_CASE("a reply leads to the target of its last link, in whatever order the links stand") {
    CHECK(LeadsTo(From("example.com", "d1.example.com", {kAlias, kOut})) == "pool.example.net");
    CHECK(LeadsTo(From("example.com", "d1.example.com", {kOut, kAlias})) == "pool.example.net");
  }

  TEST_CASE("an answer, a denial, a link of another name, and a server that is not authoritative lead nowhere") {
    const DnsRecord address{"lb.example.com", RecordType::kA, 20, "198.51.100.11"};
    CHECK_FALSE(LeadsTo(From("example.com", "d1.example.com", {kAlias, address})));
    CHECK_FALSE(LeadsTo(From("example.com", "d1.example.com", {})));
    CHECK_FALSE(LeadsTo(From("example.com", "d1.example.com", {kOut})));
    CHECK_FALSE(LeadsTo(Silent("example.com", "d1.example.com")));
    auto lame = From("example.com", "d1.example.com", {kAlias});
    lame.aa = false;
    CHECK_FALSE(LeadsTo(lame));
  }

  TEST_CASE("a loop of links ends") {
    const DnsRecord back{"lb.example.com", RecordType::kCname, 60, "d1.example.com"};
    CHECK(LeadsTo(From("example.com", "d1.example.com", {kAlias, back})) == "d1.example.com");
  }

  TEST_CASE("each server of the last zone speaks for the host, with every link and its TTL before its own answer") {
    const auto composed = ComposeChain(Whole());
    REQUIRE(composed.size() == 3);
    CHECK(composed[0] == Whole()[0][0]);
    for (const int i : {1, 2}) {
      const DnsSample& sample = composed[static_cast<std::size_t>(i)];
      CHECK(sample.host == "d1.example.com");
      CHECK(sample.via.name == "example.org");
      CHECK(sample.via.server == *Endpoint::Parse("192.0.2." + std::to_string(i + 1), 53));
      CHECK(sample.answers == std::vector{kAlias, kOut, kOn, kAddress});
      CHECK(sample.aa);
      CHECK(AnswerSet(sample) == std::vector<std::string>{"198.51.100.11"});
      CHECK(AnswerTtl(sample) == std::chrono::seconds(20));
    }
  }

  TEST_CASE("a denial by the last zone is a denial of the host") {
    auto hops = Whole();
    hops[2] = {From("example.org", "a.example.org", {})};
    hops[2][0].rcode = kRcodeNxDomain;
    const auto composed = ComposeChain(hops);
    REQUIRE(composed.size() == 2);
    CHECK(composed[1].host == "d1.example.com");
    CHECK(composed[1].rcode == kRcodeNxDomain);
    CHECK(composed[1].answers.size() == 3);
  }

  TEST_CASE("a zone on the way that does not answer is told as itself, and nothing behind it") {
    auto hops = Whole();
    hops[1] = {Silent("example.net", "pool.example.net")};
    const auto composed = ComposeChain(hops);
    REQUIRE(composed.size() == 2);
    CHECK(composed[1].via.name == "example.net");
    CHECK(composed[1].host == "d1.example.com");
    CHECK(composed[1].outcome == DnsOutcome::kTimeout);
    CHECK(composed[1].answers.empty());
    hops[0] = {Silent("example.com", "d1.example.com")};
    CHECK(ComposeChain(hops) == hops[0]);
  }

  TEST_CASE("a server that is down does not end the chain where another one of its zone leads on") {
    auto hops = Whole();
    hops[0].insert(hops[0].begin(), Silent("example.com", "d1.example.com"));
    CHECK(ComposeChain(hops).size() == 4);
  }

  TEST_CASE("a link that leads elsewhere than where was asked ends the chain there") {
    auto hops = Whole();
    hops[0][0].answers[1].data = "pool.example.org";
    CHECK(ComposeChain(hops) == hops[0]);
  }

  TEST_CASE("no hops, and a single one, are what they are") {
    CHECK(ComposeChain({}).empty());
    const Hops single{
        {From("example.com", "d1.example.com", {{"d1.example.com", RecordType::kA, 300, "198.51.100.11"}})}};
    CHECK(ComposeChain(single) == single[0]);
    CHECK(ComposeChain({{}}).empty());
  }

  TEST_CASE("a chain is followed as long as its links lead where they led") {
    CHECK(FollowsChain(kAuthority, Whole()));
    auto elsewhere = Whole();
    elsewhere[1][0].answers[0].data = "b.example.org";
    CHECK_FALSE(FollowsChain(kAuthority, elsewhere));
    auto cut = Whole();
    cut[0][0].answers = {{"d1.example.com", RecordType::kA, 300, "198.51.100.11"}};
    CHECK_FALSE(FollowsChain(kAuthority, cut));
    auto longer = Whole();
    longer[2] = {From("example.org", "a.example.org", {{"a.example.org", RecordType::kCname, 60, "b.example.net"}})};
    CHECK_FALSE(FollowsChain(kAuthority, longer));
    auto troubled = kAuthority;
    troubled.trouble = "more than 8 zones";
    CHECK(FollowsChain(troubled, longer));
  }

  TEST_CASE("a zone that does not answer, or an alias that ends within its zone, does not tell of a change") {
    auto silent = Whole();
    silent[1] = {Silent("example.net", "pool.example.net")};
    CHECK(FollowsChain(kAuthority, silent));
    auto within = Whole();
    within[2] = {From("example.org", "a.example.org", {{"a.example.org", RecordType::kCname, 60, "b.example.org"}})};
    CHECK(FollowsChain(kAuthority, within));
  }
}

}  // namespace dialwatch::probes
