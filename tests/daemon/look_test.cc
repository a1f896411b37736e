#include "daemon/look.h"

#include <doctest/doctest.h>

using namespace dialwatch;

namespace {

config::Settings OneDialer() {
  auto settings = config::DefaultSettings();
  auto dialer = config::AdHocDialer("d1.example.com", settings);
  dialer.name = "east";
  settings.dialers = {dialer};
  return settings;
}

diagnosis::Snapshot Judged(diagnosis::Verdict verdict) {
  diagnosis::Snapshot snapshot;
  snapshot.settings = std::make_shared<config::Settings>(OneDialer());
  snapshot.judgements = {{"east", std::make_shared<probes::DnsSample>(), verdict, std::nullopt}};
  return snapshot;
}

}  // namespace

TEST_SUITE("daemon/look") {
  TEST_CASE("a dialer is found by its name and by its host, in any case") {
    CHECK(daemon::NarrowedTo(OneDialer(), {"east"})->dialers.at(0).name == "east");
    CHECK(daemon::NarrowedTo(OneDialer(), {"D1.Example.Com."})->dialers.at(0).name == "east");
  }

  TEST_CASE("an unknown host is made up as a dialer with the policy's limit") {
    const auto narrowed = daemon::NarrowedTo(OneDialer(), {"d2.example.com"});
    REQUIRE(narrowed->dialers.size() == 1);
    CHECK(narrowed->dialers[0].host == "d2.example.com");
    CHECK(narrowed->dialers[0].ttl_max == std::chrono::seconds(300));
  }

  TEST_CASE("what is neither a dialer nor a host name is refused") {
    CHECK_FALSE(daemon::NarrowedTo(OneDialer(), {"a b"}));
  }

  TEST_CASE("where no answer can be held against anything, nothing was evaluated") {
    CHECK_FALSE(daemon::CouldEvaluate(Judged(diagnosis::Verdict::kUnknown)));
    CHECK_FALSE(daemon::CouldEvaluate(Judged(diagnosis::Verdict::kFailing)));
    CHECK(daemon::CouldEvaluate(Judged(diagnosis::Verdict::kOk)));
  }

  TEST_CASE("a failure that lasts long enough for a finding was evaluated") {
    auto snapshot = Judged(diagnosis::Verdict::kFailing);
    snapshot.findings.emplace_back().rule = "dns-failing";
    CHECK(daemon::CouldEvaluate(snapshot));
  }

  TEST_CASE("where there are only ICE configs, to have looked at them is enough") {
    diagnosis::Snapshot snapshot;
    snapshot.settings = std::make_shared<config::Settings>();
    CHECK_FALSE(daemon::CouldEvaluate(snapshot));
    snapshot.picture.Add(probes::IceConfigSample{});
    CHECK(daemon::CouldEvaluate(snapshot));
    snapshot.settings = std::make_shared<config::Settings>(OneDialer());
    CHECK_FALSE(daemon::CouldEvaluate(snapshot));
  }

  TEST_CASE("a blind vantage point evaluates nothing") {
    auto snapshot = Judged(diagnosis::Verdict::kFailing);
    snapshot.findings.emplace_back().rule = "vantage-blind";
    CHECK_FALSE(daemon::CouldEvaluate(snapshot));
  }
}
