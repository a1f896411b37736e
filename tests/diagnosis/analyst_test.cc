#include "diagnosis/analyst.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>

#include "base/names.h"
#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {
namespace {

// What the world answers, round by round, and an Analyst that watches it.
struct Watch {
  std::shared_ptr<const Settings> settings;
  Analyst analyst;
  TimePoint now = kMonday;

  explicit Watch(const Settings& from) : settings(std::make_shared<Settings>(from)), analyst(settings) {}

  template <typename S>
  void Add(S sample) {
    sample.at = now;
    analyst.Add(sample);
  }
  // A round in which all are right, but for what `wrong` says of (resolver, dialer); a resolver says that twice, as the
  // prober asks again.
  std::shared_ptr<const Snapshot> Round(const std::map<std::pair<std::string, std::string>, DnsSample>& wrong = {}) {
    now += 30s;
    for (const config::Dialer& dialer : settings->dialers) {
      for (const auto& via : {kAuthority, kQuad9, kCloudflare, kGoogle}) {
        const auto found = wrong.find({via.name, dialer.name});
        Add(found == wrong.end() ? Gives(via, dialer.name, {"198.51.100.11"}) : found->second);
        if (found != wrong.end() && via != kAuthority) Add(Again(found->second));
      }
    }
    return analyst.Conclude(now);
  }
};

using Wrong = std::map<std::pair<std::string, std::string>, DnsSample>;

std::vector<std::string> StatesOf(const Snapshot& snapshot) {
  std::vector<std::string> states;
  for (const auto& incident : snapshot.incidents) {
    states.push_back(incident.key + " " + std::string(base::NameOf(incident.state)));
  }
  return states;
}

using States = std::vector<std::string>;

}  // namespace

TEST_SUITE("diagnosis/analyst") {
  TEST_CASE("healthy rounds give no finding and no incident") {
    Watch watch(SettingsOf(5));
    for (int i = 0; i < 10; ++i) {
      const auto snapshot = watch.Round();
      CHECK(snapshot->findings.empty());
      CHECK(snapshot->incidents.empty());
      CHECK(snapshot->judgements.size() == 20);
    }
  }

  // Sunday's outage left google with a wrong address for eleven of forty dialers; each copy was taken at another time,
  // so the names heal one by one. One incident, named in the first round, until the last copy has gone.
  TEST_CASE("the case of 2020") {
    Watch watch(SettingsOf(40));
    for (int i = 0; i < 10; ++i) watch.Round();
    const TimePoint poisoned = watch.now;
    const auto copies = [&](TimePoint at) {
      Wrong wrong;
      for (int i = 1; i <= 11; ++i) {
        const auto left = std::chrono::floor<seconds>(poisoned + i * 10min - at);
        const std::string dialer = "d" + std::to_string(i);
        if (left > 0s) wrong[{"google", dialer}] = Gives(kGoogle, dialer, {"203.0.113.66"}, left);
      }
      return wrong;
    };
    auto snapshot = watch.Round(copies(poisoned + 30s));
    REQUIRE(snapshot->incidents.size() == 1);
    Incident incident = snapshot->incidents[0];
    const std::string id = incident.id;
    CHECK(incident.cause == "dns-bogus");
    CHECK(incident.severity == Severity::kCritical);
    CHECK(incident.state == IncidentState::kPending);
    CHECK(incident.summary == "google gives wrong addresses for 11 of 40 dialers (d1, d2, d3 and 8 more)");
    CHECK(incident.affected.size() == 11);
    CHECK(incident.findings.size() == 11);
    CHECK(incident.symptoms.size() == 11);  // ttl-impossible: explained, not told on their own
    CHECK(incident.eta == poisoned + 110min);
    CHECK(incident.advice[0] == "flush the affected names at https://dns.google/cache");

    watch.Round(copies(poisoned + 60s));
    snapshot = watch.Round(copies(poisoned + 90s));
    CHECK(StatesOf(*snapshot) == States{"dns-bogus:google firing"});

    std::size_t healed_one_by_one = 11;
    while (watch.now < poisoned + 110min) {
      snapshot = watch.Round(copies(watch.now + 30s));
      REQUIRE(snapshot->incidents.size() == 1);
      CHECK(snapshot->incidents[0].id == id);
      CHECK(snapshot->incidents[0].state == IncidentState::kFiring);
      CHECK(snapshot->incidents[0].findings.size() <= healed_one_by_one);
      healed_one_by_one = snapshot->incidents[0].findings.size();
    }
    CHECK(healed_one_by_one == 1);
    for (int i = 0; i < 4; ++i) snapshot = watch.Round();
    REQUIRE(snapshot->incidents.size() == 1);
    CHECK(snapshot->incidents[0].state == IncidentState::kResolved);
    CHECK(snapshot->incidents[0].affected.size() == 11);
  }

  TEST_CASE("a planned change propagates without an incident, whoever learns of it first") {
    Watch watch(SettingsOf(1));
    watch.Round();
    watch.Round();
    const auto changed = [&](const probes::Via& via) { return Gives(via, "d1", {"198.51.100.77"}); };
    Wrong wrong;
    for (const auto& via : {kAuthority, kQuad9, kCloudflare, kGoogle}) {
      wrong[{via.name, "d1"}] = changed(via);
      const auto snapshot = watch.Round(wrong);
      CHECK(snapshot->incidents.empty());
      for (const Finding& finding : snapshot->findings) CHECK(finding.rule == "dns-propagating");
    }
    CHECK(watch.Round(wrong)->findings.empty());
  }

  TEST_CASE("a finding keeps the time of its first sight over a lost round, and starts anew after two minutes") {
    Watch watch(SettingsOf(1));
    const Wrong wrong{{{"google", "d1"}, Gives(kGoogle, "d1", {"203.0.113.66"})}};
    watch.Round(wrong);
    CHECK(watch.Round(wrong)->findings.at(0).since == kMonday + 30s);
    watch.Round();
    CHECK(watch.Round(wrong)->findings.at(0).since == kMonday + 30s);
    for (int i = 0; i < 10; ++i) watch.Round();
    CHECK(watch.Round(wrong)->findings.at(0).since == kMonday + 450s);
  }

  TEST_CASE("a finding keeps the time of its first sight through a blind spell") {
    Watch watch(SettingsOf(1));
    const Wrong wrong{{{"google", "d1"}, Gives(kGoogle, "d1", {"203.0.113.66"})}};
    Wrong dark;
    for (const auto& via : {kAuthority, kQuad9, kCloudflare, kGoogle}) dark[{via.name, "d1"}] = Silence(via, "d1");
    watch.Round(wrong);
    for (int i = 0; i < 20; ++i) watch.Round(dark);
    CHECK(watch.analyst.Conclude(watch.now)->findings.at(0).rule == "vantage-blind");
    CHECK(watch.Round(wrong)->findings.at(0).since == kMonday + 30s);
  }

  TEST_CASE("a blind spell of ten minutes is one incident about ourselves") {
    Watch watch(SettingsOf(3));
    watch.Round();
    Wrong dark;
    for (const auto& via : {kAuthority, kQuad9, kCloudflare, kGoogle}) {
      for (const auto* dialer : {"d1", "d2", "d3"}) dark[{via.name, dialer}] = Silence(via, dialer);
    }
    CHECK(watch.Round(dark)->findings.empty());
    for (int i = 0; i < 20; ++i) {
      const auto snapshot = watch.Round(dark);
      REQUIRE(snapshot->incidents.size() == 1);
      CHECK(snapshot->incidents[0].cause == "vantage-blind");
    }
    for (int i = 0; i < 5; ++i) watch.Round();
    CHECK(StatesOf(*watch.analyst.Conclude(watch.now)) == States{"vantage-blind resolved"});
  }

  TEST_CASE("new settings count from the next conclusion on, and memory of what stays is kept") {
    Watch watch(SettingsOf(2));
    watch.Round();
    watch.settings = std::make_shared<Settings>(SettingsOf(1));
    watch.analyst.Apply(watch.settings);
    const auto snapshot = watch.analyst.Conclude(watch.now);
    CHECK(snapshot->settings == watch.settings);
    CHECK(snapshot->judgements.size() == 4);
    CHECK(snapshot->statistics.probes.at({"dns", "google", "noerror"}) == 2);
  }

  TEST_CASE("the order in which the samples of one moment come does not matter") {
    std::mt19937 random(2020);
    Settings settings = SettingsOf(3);
    settings.resolvers[2].addresses.push_back(ViaResolver("google", "8.8.4.4").server);
    const std::vector<probes::Via> vias{kAuthority, ViaAuthority("192.0.2.54"),      kQuad9, kCloudflare,
                                        kGoogle,    ViaResolver("google", "8.8.4.4")};
    for (int run = 0; run < 60; ++run) {
      Watch one(settings), other(settings);
      for (int round = 0; round < 6; ++round) {
        std::vector<DnsSample> samples;
        for (const auto& via : vias) {
          for (const auto* dialer : {"d1", "d2", "d3"}) {
            switch (random() % 8) {
              case 0:
                samples.push_back(Silence(via, dialer));
                break;
              case 1:
                samples.push_back(Denies(via, dialer));
                break;
              case 2:
                samples.push_back(Reply(via, dialer, probes::kRcodeServFail));
                break;
              case 3:
                samples.push_back(Gives(via, dialer, {"203.0.113.66"}, 86400s));
                break;
              default:
                samples.push_back(Gives(via, dialer, {"198.51.100.11"}));
            }
          }
        }
        for (const auto& sample : samples) one.Add(sample);
        std::shuffle(samples.begin(), samples.end(), random);
        for (const auto& sample : samples) other.Add(sample);
        const auto a = one.analyst.Conclude(one.now), b = other.analyst.Conclude(other.now);
        REQUIRE(a->findings == b->findings);
        REQUIRE(a->incidents == b->incidents);
        one.now = other.now += 30s;
      }
    }
  }

  TEST_CASE("whatever happened, once all is well every incident ends, and no finding is left") {
    std::mt19937 random(1305);
    for (int run = 0; run < 60; ++run) {
      Watch watch(SettingsOf(3));
      for (int round = 0; round < 12; ++round) {
        Wrong wrong;
        for (const auto& via : {kAuthority, kQuad9, kCloudflare, kGoogle}) {
          for (const auto* dialer : {"d1", "d2", "d3"}) {
            if (random() % 3 != 0) continue;
            const std::vector<DnsSample> ways{Silence(via, dialer), Denies(via, dialer),
                                              Reply(via, dialer, probes::kRcodeRefused),
                                              Gives(via, dialer, {"203.0.113.66"}, 600s)};
            wrong[{via.name, dialer}] = ways[random() % ways.size()];
          }
        }
        watch.Round(wrong);
      }
      std::shared_ptr<const Snapshot> snapshot;
      for (int round = 0; round < 26; ++round) snapshot = watch.Round();  // the last copy has run out after ten minutes
      CHECK(snapshot->findings.empty());
      for (const Incident& incident : snapshot->incidents) REQUIRE(incident.state == IncidentState::kResolved);
    }
  }
}

}  // namespace dialwatch::diagnosis
