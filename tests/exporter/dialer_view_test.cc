#include "exporter/dialer_view.h"

#include <doctest/doctest.h>

#include "snapshots.h"

using namespace dialwatch::exporter;
using namespace std::chrono_literals;
using dialwatch::diagnosis::Judgement;
using dialwatch::diagnosis::Verdict;

namespace {

DialerView OnlyView(const std::vector<Judgement>& judgements) {
  const auto views = DialerViews(judgements);
  REQUIRE(views.size() == 1);
  return views[0];
}

}  // namespace

TEST_SUITE("exporter/dialer_view") {
  TEST_CASE("the addresses of one resolver are one view, and the worst answer counts") {
    auto judgements = {Judged("d1", Resolver("quad9", "9.9.9.9"), "198.51.100.11", 60, Verdict::kOk),
                       Judged("d1", Resolver("quad9", "149.112.112.112"), "203.0.113.66", 86400, Verdict::kBogus)};
    const DialerView view = OnlyView(judgements);
    CHECK(view.via == "quad9");
    CHECK(view.through_resolver);
    CHECK(view.matches == false);
    CHECK(view.ttl == 86400s);
  }

  TEST_CASE("each authoritative server is a view of its own, named by its address") {
    const auto views = DialerViews({Judged("d1", Authority("192.0.2.54"), "198.51.100.11", 300, Verdict::kOk),
                                    Judged("d1", Authority("192.0.2.53"), "198.51.100.11", 300, Verdict::kOk)});
    REQUIRE(views.size() == 2);
    CHECK(views[0].via == "authority (192.0.2.53)");
    CHECK(views[1].via == "authority (192.0.2.54)");
    CHECK_FALSE(views[0].through_resolver);
  }

  TEST_CASE("the TTL is that of the slowest link of a chain") {
    auto judgement = Judged("d1", Resolver("quad9", "9.9.9.9"), "198.51.100.11", 60, Verdict::kOk);
    auto sample = *judgement.sample;
    sample.answers.insert(sample.answers.begin(),
                          {"d1.example.com", dialwatch::base::RecordType::kCname, 3600, "a.example.com"});
    judgement.sample = std::make_shared<const dialwatch::probes::DnsSample>(sample);
    CHECK(OnlyView({judgement}).ttl == 3600s);
  }

  TEST_CASE("a propagating answer is no match") {
    const auto judgement = Judged("d1", Resolver("quad9", "9.9.9.9"), "198.51.100.9", 60, Verdict::kPropagating);
    CHECK(OnlyView({judgement}).matches == false);
  }

  TEST_CASE("an exchange without an answer neither matches nor differs") {
    auto failing = Judged("d1", Resolver("quad9", "9.9.9.9"), "", 0, Verdict::kFailing);
    auto sample = *failing.sample;
    sample.outcome = dialwatch::probes::DnsOutcome::kTimeout;
    sample.answers.clear();
    failing.sample = std::make_shared<const dialwatch::probes::DnsSample>(sample);
    CHECK(OnlyView({failing}).matches == std::nullopt);
    CHECK(OnlyView({failing}).ttl == std::nullopt);
    CHECK(OnlyView({failing}).last_probe == kNow);

    const auto right = Judged("d1", Resolver("quad9", "149.112.112.112"), "198.51.100.11", 60, Verdict::kOk);
    CHECK(OnlyView({failing, right}).matches == true);
    CHECK(OnlyView({right, failing}).ttl == 60s);
  }

  TEST_CASE("the last wrong copy to go says when all is right again") {
    auto judgements =
        std::vector{Judged("d1", Resolver("quad9", "9.9.9.9"), "203.0.113.66", 60, Verdict::kBogus),
                    Judged("d1", Resolver("quad9", "149.112.112.112"), "203.0.113.66", 30, Verdict::kBogus)};
    judgements[0].eta = kNow + 60s;
    judgements[1].eta = kNow + 30s;
    CHECK(OnlyView(judgements).wrong_until == kNow + 60s);
    judgements[0].spread = {.copies = 2, .wrong = 3, .answers = 9, .until = kNow + 90s};
    CHECK(OnlyView(judgements).wrong_until == kNow + 90s);
  }

  TEST_CASE("a wrong copy behind the address counts, though the newest answer came from another cache") {
    auto hidden = Judged("d1", Resolver("quad9", "9.9.9.9"), "203.0.113.66", 86400, Verdict::kBogus);
    hidden.newest = false;
    hidden.eta = kNow + 86000s;
    const DialerView view =
        OnlyView({Judged("d1", Resolver("quad9", "9.9.9.9"), "198.51.100.11", 60, Verdict::kOk), hidden});
    CHECK(view.matches == false);
    CHECK(view.wrong_until == kNow + 86000s);
    CHECK(view.ttl == 60s);  // of the newest answer
  }
}
