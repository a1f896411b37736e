#include "diagnosis/incidents/dialer_state.h"

#include <doctest/doctest.h>

#include "base/names.h"
#include "diagnosis/analyst.h"
#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {
namespace {

// Two dialers; google says of d1 what it is told to.
struct Watch {
  Analyst analyst{std::make_shared<Settings>(SettingsOf(3))};
  TimePoint now = kMonday;

  std::string Turn(const std::string& answer, bool silence = false) {
    for (const std::string name : {"d1", "d2"}) {
      for (const auto& via : {kAuthority, kQuad9, kCloudflare, kGoogle}) {
        const bool google = via == kGoogle && name == "d1";
        DnsSample sample = silence ? Silence(via, name) : Gives(via, name, {google ? answer : "198.51.100.1"});
        sample.at = now;
        analyst.Add(sample);
        if (google) analyst.Add(Again(sample));
      }
    }
    std::string words;
    for (const auto& [dialer, state] : DialerStates(*analyst.Conclude(now))) {
      words += std::string(words.empty() ? "" : " ") + std::string(base::NameOf(state));
    }
    now += 30s;
    return words;
  }
};

}  // namespace

TEST_SUITE("diagnosis/incidents/dialer_state") {
  TEST_CASE(
      "degraded at once, failing once it has stood, ok once it has been gone; unknown what nobody has asked for") {
    Watch watch;
    CHECK(watch.Turn("198.51.100.1") == "ok ok unknown");
    CHECK(watch.Turn("203.0.113.66") == "degraded ok unknown");
    watch.Turn("203.0.113.66");
    CHECK(watch.Turn("203.0.113.66") == "failing ok unknown");
    for (int turn = 0; turn < 4; ++turn) watch.Turn("198.51.100.1");
    CHECK(watch.Turn("203.0.113.66") == "failing ok unknown");
    int turns = 0;
    while (watch.Turn("198.51.100.1") != "ok ok unknown" && turns < 40) ++turns;
    CHECK(turns < 40);
  }

  TEST_CASE("what flaps counts while it is there, what is over does not") {
    Snapshot snapshot;
    snapshot.settings = std::make_shared<Settings>(SettingsOf(1));
    snapshot.judgements = {{.dialer = "d1", .sample = {}, .verdict = Verdict::kOk}};
    Incident& incident = snapshot.incidents.emplace_back();
    incident.state = IncidentState::kFiring;
    incident.severity = Severity::kCritical;
    incident.flapping = Flapping{3, kMonday, {}};
    incident.course = {{kMonday, {"d1"}, {}}};
    CHECK(DialerStates(snapshot)["d1"] == DialerState::kFailing);
    incident.flapping->gone_since = kMonday + 1h;
    CHECK(DialerStates(snapshot)["d1"] == DialerState::kOk);
    incident.flapping.reset();
    incident.severity = Severity::kWarning;
    CHECK(DialerStates(snapshot)["d1"] == DialerState::kDegraded);
    incident.state = IncidentState::kResolved;
    CHECK(DialerStates(snapshot)["d1"] == DialerState::kOk);
  }

  TEST_CASE("whom a cause has hit that is gone is well, while something is left of it at another") {
    Snapshot snapshot;
    snapshot.settings = std::make_shared<Settings>(SettingsOf(2));
    Incident& incident = snapshot.incidents.emplace_back();
    incident.state = IncidentState::kFiring;
    incident.severity = Severity::kCritical;
    incident.findings.emplace_back().affected = {"d1", "d2"};  // as it was last
    incident.symptoms.emplace_back().affected = {"d1"};
    incident.course = {{kMonday, {"d1", "d2"}, {}}, {kMonday + 1min, {}, {"d2"}}};
    for (const char* dialer : {"d1", "d2"}) snapshot.judgements.push_back({dialer, {}, Verdict::kOk});
    auto states = DialerStates(snapshot);
    CHECK(states["d1"] == DialerState::kFailing);
    CHECK(states["d2"] == DialerState::kOk);
  }

  TEST_CASE("while we are blind nothing is known, whatever was") {
    Watch watch;
    for (int turn = 0; turn < 4; ++turn) watch.Turn("203.0.113.66");
    std::string words;
    for (int turn = 0; turn < 4; ++turn) words = watch.Turn("", true);
    CHECK(words == "unknown unknown unknown");
  }
}

}  // namespace dialwatch::diagnosis
