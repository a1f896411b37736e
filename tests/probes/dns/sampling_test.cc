#include "probes/dns/sampling.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace dialwatch;
using namespace dialwatch::probes;
using namespace std::chrono_literals;
using base::IpPrefix;

namespace {

const Endpoint kFirst = *Endpoint::Parse("192.0.2.1", 53), kSecond = *Endpoint::Parse("192.0.2.2", 53);

DnsSample Answer(const std::vector<std::string>& addresses, std::uint32_t ttl = 300) {
  DnsSample sample;
  sample.host = "d1.example.com";
  sample.outcome = DnsOutcome::kAnswered;
  sample.aa = true;
  for (const auto& address : addresses) sample.answers.push_back({sample.host, RecordType::kA, ttl, address});
  return sample;
}

DnsSample WithRcode(int rcode) {
  DnsSample sample = Answer({});
  sample.rcode = rcode;
  return sample;
}

config::Expectation Expecting(const std::vector<std::string>& networks) {
  config::Dialer dialer;
  for (const auto& network : networks) dialer.expect.push_back(*IpPrefix::Parse(network));
  return {dialer, RecordType::kA};
}

TurnReference ReferenceOf(const std::vector<DnsSample>& samples) {
  TurnReference reference;
  for (const auto& sample : samples) reference.Add(sample);
  return reference;
}

const auto kNothing = Expecting({});

Word WordOn(const DnsSample& sample, TypeBefore before = TypeBefore::kExisted) {
  return WordOf(sample, kNothing, before);
}

Suspicion SuspicionOn(const DnsSample& sample) {
  return SuspicionOf(sample, ReferenceOf({Answer({"198.51.100.11"})}), kNothing);
}

config::Resolver ResolverOf(std::vector<Endpoint> addresses, Transport transport = Transport::kUdp) {
  return {.name = "r", .operator_name = "r", .addresses = std::move(addresses), .transport = transport};
}

long Count(const std::vector<Repeat>& repeats, const Endpoint& server, Transport transport) {
  return std::count_if(repeats.begin(), repeats.end(),
                       [&](const Repeat& each) { return each.server == server && each.transport == transport; });
}

}  // namespace

TEST_SUITE("probes/dns/sampling") {
  TEST_CASE("an authority is right with any answer where nothing is expected") {
    CHECK(WordOn(Answer({"203.0.113.66"})) == Word::kRight);
    CHECK(WordOf(Answer({"203.0.113.66"}), Expecting({"198.51.100.11"}), TypeBefore::kExisted) == Word::kWrong);
    CHECK(WordOf(Answer({"198.51.100.11"}), Expecting({"198.51.100.11"}), TypeBefore::kExisted) == Word::kRight);
  }

  TEST_CASE("an authority that denies a name is wrong") {
    CHECK(WordOn(WithRcode(kRcodeNxDomain)) == Word::kWrong);
    CHECK(WordOn(WithRcode(kRcodeNxDomain), TypeBefore::kAbsent) == Word::kWrong);
    CHECK(WordOn(Answer({})) == Word::kWrong);
    CHECK(WordOf(Answer({}), Expecting({"198.51.100.11"}), TypeBefore::kAbsent) == Word::kWrong);
  }

  TEST_CASE("a type that never existed is in doubt until another type is known to exist") {
    CHECK(WordOn(Answer({}), TypeBefore::kUnknown) == Word::kDoubt);
    CHECK(WordOn(Answer({}), TypeBefore::kAbsent) == Word::kRight);
  }

  TEST_CASE("what is no word of the authority is neither right nor wrong") {
    CHECK(WordOn(WithRcode(kRcodeServFail)) == Word::kNone);
    CHECK(WordOn(WithRcode(kRcodeRefused)) == Word::kNone);
    CHECK(WordOn(DnsSample{}) == Word::kNone);
    DnsSample lame = Answer({"198.51.100.11"});
    lame.aa = false;
    CHECK(WordOn(lame) == Word::kNone);
    DnsSample alias = Answer({});
    alias.answers = {{"d1.example.com", RecordType::kCname, 300, "pool.example.net"}};
    CHECK(WordOn(alias) == Word::kNone);
  }

  TEST_CASE("an answer that no authoritative server gives is wrong") {
    CHECK(SuspicionOn(Answer({"198.51.100.11"})) == Suspicion::kNone);
    CHECK(SuspicionOn(Answer({"203.0.113.66"})) == Suspicion::kWrong);
    CHECK(SuspicionOn(Answer({"198.51.100.11", "203.0.113.66"})) == Suspicion::kWrong);
    CHECK(SuspicionOn(Answer({})) == Suspicion::kWrong);
    CHECK(SuspicionOn(WithRcode(kRcodeNxDomain)) == Suspicion::kWrong);
    const auto split = ReferenceOf({Answer({"198.51.100.11"}), Answer({"198.51.100.12"})});
    CHECK(SuspicionOf(Answer({"198.51.100.12"}), split, kNothing) == Suspicion::kNone);
  }

  TEST_CASE("an expected answer is not wrong, whatever the authority says now") {
    const auto reference = ReferenceOf({Answer({"198.51.100.12"})});
    CHECK(SuspicionOf(Answer({"198.51.100.11"}), reference, Expecting({"198.51.100.11"})) == Suspicion::kNone);
  }

  TEST_CASE("while the authority is silent only the expectation tells") {
    CHECK(SuspicionOf(Answer({"203.0.113.66"}), {}, kNothing) == Suspicion::kNone);
    CHECK(SuspicionOf(Answer({"203.0.113.66"}), {}, Expecting({"198.51.100.11"})) == Suspicion::kWrong);
  }

  TEST_CASE("a right answer that is kept longer than any server allows is wrong") {
    CHECK(SuspicionOn(Answer({"198.51.100.11"}, 302)) == Suspicion::kNone);
    CHECK(SuspicionOn(Answer({"198.51.100.11"}, 303)) == Suspicion::kWrong);
  }

  TEST_CASE("a SERVFAIL is a case of its own; other failures are none of sampling's") {
    CHECK(SuspicionOn(WithRcode(kRcodeServFail)) == Suspicion::kServFail);
    CHECK(SuspicionOn(WithRcode(kRcodeRefused)) == Suspicion::kNone);
    CHECK(SuspicionOn(DnsSample{}) == Suspicion::kNone);
  }

  TEST_CASE(
      "a resolver over UDP is asked eight times in all: each address and TCP at once, then its addresses in turn") {
    const auto repeats = RepeatsOf(ResolverOf({kFirst, kSecond}), kSecond);
    CHECK(repeats.size() == 7);
    CHECK(repeats[0] == Repeat{kFirst, Transport::kUdp, true});
    CHECK(repeats[1] == Repeat{kSecond, Transport::kUdp, true});
    CHECK(repeats[2] == Repeat{kSecond, Transport::kTcp, true});
    CHECK(repeats[3] == Repeat{kFirst, Transport::kUdp, false});
    CHECK(Count(repeats, kFirst, Transport::kUdp) == 3);
    CHECK(Count(repeats, kSecond, Transport::kUdp) == 3);
  }

  TEST_CASE("a connection is asked two times more, or once at each address") {
    CHECK(RepeatsOf(ResolverOf({kFirst}, Transport::kTls), kFirst) ==
          std::vector<Repeat>(2, {kFirst, Transport::kTls, true}));
    CHECK(RepeatsOf(ResolverOf({kFirst, kSecond}, Transport::kTcp), kFirst).size() == 2);
  }

  TEST_CASE("a resolver of many addresses is not asked at all of them") {
    const auto repeats = RepeatsOf(ResolverOf(std::vector<Endpoint>(20, kFirst)), kFirst);
    CHECK(repeats.size() == 7);
    CHECK(std::count_if(repeats.begin(), repeats.end(), [](const Repeat& each) { return each.urgent; }) == 5);
  }

  TEST_CASE("no more than 200 questions a second are asked again, and half of them only if urgent") {
    RepeatBudget budget(1);
    RepeatBudget::Time now{};
    const auto take = [&](bool urgent) {
      int taken = 0;
      while (budget.Take(urgent, now)) ++taken;
      return taken;
    };
    CHECK(take(false) == 100);
    CHECK(take(true) == 100);
    now += 100ms;
    CHECK(take(false) == 0);
    CHECK(take(true) == 20);
    now += 1h;
    CHECK(take(true) == 200);
  }

  TEST_CASE("workers share the budget") {
    RepeatBudget budget(4);
    int taken = 0;
    while (budget.Take(true, {})) ++taken;
    CHECK(taken == 50);
  }
}
