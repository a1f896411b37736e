// What holds whatever is found: findings of rules that explain each other come, go and mix at random.
#include <doctest/doctest.h>

#include <map>
#include <random>
#include <set>

#include "tests/alerting/desk.h"
#include "tests/diagnosis/incidents/incident_life.h"

namespace dialwatch::alerting {
namespace {

using namespace diagnosis;

Finding Found(const std::string& rule, Severity severity, const Subject& subject,
              const std::vector<std::string>& affected) {
  Finding finding = Bogus();
  finding.rule = finding.summary = rule;
  finding.id = rule + ":" + subject.ToString();
  finding.severity = severity;
  finding.subject = subject;
  finding.affected = affected;
  finding.eta.reset();
  return finding;
}

std::vector<Finding> AllThatMayBeFound() {
  std::vector<Finding> all;
  all.push_back(Found("dns-authority-down", Severity::kCritical, {"", "", "example.com", "", ""}, {"d1", "d2", "d3"}));
  for (const char* resolver : {"google", "quad9"}) {
    all.push_back(Found("dns-resolver-down", Severity::kWarning, {"", resolver, "", "", ""}, {"d1", "d2", "d3"}));
  }
  for (const char* dialer : {"d1", "d2", "d3"}) {
    all.push_back(Found("dns-unexpected", Severity::kCritical, {dialer, "", "example.com", "", ""}, {dialer}));
    all.push_back(Found("rtp-unreachable", Severity::kCritical, {dialer, "", "", "", ""}, {dialer}));
    for (const char* resolver : {"google", "quad9"}) {
      const Subject subject{dialer, resolver, "", "", ""};
      for (const char* rule : {"dns-stale", "media-misdirected"}) {
        all.push_back(Found(rule, Severity::kCritical, subject, {dialer}));
      }
      for (const char* rule : {"dns-failing", "ttl-lingering"}) {
        all.push_back(Found(rule, Severity::kWarning, subject, {dialer}));
      }
    }
  }
  return all;
}

}  // namespace

TEST_SUITE("alerting/any findings") {
  TEST_CASE("each incident has an id and a record of its own, and none is told time and again") {
    for (unsigned seed = 1; seed <= 30; ++seed) {
      CAPTURE(seed);
      std::minstd_rand dice(seed);
      Book b;
      Desk desk;
      b.settings.alerting.wait = seconds(dice() % 3 * 60);
      std::vector<Finding> all = AllThatMayBeFound();
      std::map<std::string, TimePoint> standing;
      std::size_t told = 0, changed = 0;
      for (int step = 0; step < 1500; ++step) {
        b.now += seconds(dice() % 4 == 0 ? dice() % 600 : dice() % 20);
        for (std::size_t i = dice() % 8; i < 2; ++i) {
          const Finding& finding = all[dice() % all.size()];
          ++changed;
          if (standing.erase(finding.id) == 0) standing[finding.id] = b.now;
        }
        std::vector<Finding> findings;
        for (Finding& finding : all) {
          if (!standing.contains(finding.id)) continue;
          finding.since = standing[finding.id];
          findings.push_back(finding);
        }
        std::set<std::string> ids, records;
        for (const Incident& incident : b.Step(0s, findings)) CHECK(ids.insert(incident.id).second);
        for (const Change& change : Plan(b.last, desk.records, desk.outbox, desk.settings, b.now)) {
          CHECK(records.insert(change.record.incident.id).second);
        }
        if (!desk.Round(b.last, b.now).empty()) ++told;
        desk.DeliverAll();
        CHECK(desk.Round(b.last, b.now) == "");
      }
      CHECK(told < 3 * changed);
    }
  }
}

}  // namespace dialwatch::alerting
