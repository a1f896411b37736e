#include "alerting/planner.h"

#include <doctest/doctest.h>

#include "tests/alerting/desk.h"

namespace dialwatch::alerting {
namespace {

using namespace std::chrono_literals;
using diagnosis::IncidentState;

}  // namespace

TEST_SUITE("alerting/planner") {
  TEST_CASE("an incident is told when it fires and when it ends, each once") {
    Desk desk;
    CHECK(desk.Round({BogusAtGoogle(IncidentState::kPending)}, At(0)) == "");
    CHECK(desk.Round({BogusAtGoogle()}, At(60)) == "oncall CRITICAL");
    desk.DeliverAll();
    CHECK(desk.Round({BogusAtGoogle()}, At(61)) == "");
    CHECK(desk.Round({ResolvedAt(BogusAtGoogle(), At(300))}, At(300)) == "oncall RESOLVED");
    desk.DeliverAll();
    CHECK(desk.Round({ResolvedAt(BogusAtGoogle(), At(300))}, At(301)) == "");
    CHECK(desk.records.empty());
  }

  TEST_CASE("what never fired has no end to tell") {
    Desk desk;
    CHECK(desk.Round({BogusAtGoogle(IncidentState::kPending)}, At(0)) == "");
    CHECK(desk.Round({ResolvedAt(BogusAtGoogle(), At(30))}, At(30)) == "");
    CHECK(desk.Round({}, At(31)) == "");
  }

  TEST_CASE("what goes on is told again after `repeat`, not before") {
    Desk desk;
    desk.settings.alerting.repeat = 4h;
    CHECK(desk.Round({BogusAtGoogle()}, At(0)) == "oncall CRITICAL");
    desk.DeliverAll();
    CHECK(desk.Round({BogusAtGoogle()}, At(4 * 3600 - 1)) == "");
    CHECK(desk.Round({BogusAtGoogle()}, At(4 * 3600)) == "oncall STILL");
    desk.DeliverAll();
    CHECK(desk.Round({BogusAtGoogle()}, At(8 * 3600 - 1)) == "");
    CHECK(desk.Round({BogusAtGoogle()}, At(8 * 3600)) == "oncall STILL");
  }

  TEST_CASE("each receiver is told what reaches its severity, and its end only to those who were told") {
    Desk desk;
    desk.settings = SettingsWith({"boss", "oncall"});
    desk.settings.receivers[0].min_severity = Severity::kCritical;
    Incident warning = BogusAtGoogle();
    warning.severity = Severity::kWarning;
    CHECK(desk.Round({warning}, At(0)) == "oncall WARNING");
    desk.DeliverAll();
    CHECK(desk.Round({ResolvedAt(warning, At(60))}, At(60)) == "oncall RESOLVED");
  }

  TEST_CASE("what gets worse is told at once, to those who know it and to those whom it now concerns") {
    Desk desk;
    desk.settings = SettingsWith({"boss", "oncall"});
    desk.settings.receivers[0].min_severity = Severity::kCritical;
    Incident warning = BogusAtGoogle();
    warning.severity = Severity::kWarning;
    CHECK(desk.Round({warning}, At(0)) == "oncall WARNING");
    desk.DeliverAll();
    CHECK(desk.Round({BogusAtGoogle()}, At(30)) == "boss CRITICAL, oncall CRITICAL");
    desk.DeliverAll();
    CHECK(desk.Round({warning}, At(60)) == "");
    CHECK(desk.Round({BogusAtGoogle()}, At(90)) == "");
    CHECK(desk.Round({ResolvedAt(warning, At(120))}, At(120)) == "boss RESOLVED, oncall RESOLVED");
  }

  TEST_CASE("a cause that comes to light later is told at once, and one end of both") {
    Desk desk;
    CHECK(desk.Round({BogusAtGoogle()}, At(0)) == "oncall CRITICAL");
    desk.DeliverAll();
    Incident intercepted = BogusAtGoogle();
    intercepted.cause = "dns-intercepted";
    intercepted.key = "dns-intercepted:google";
    CHECK(desk.Round({intercepted}, At(30)) == "oncall CRITICAL");
    desk.DeliverAll();
    CHECK(desk.Round({intercepted}, At(60)) == "");
    CHECK(desk.Round({ResolvedAt(intercepted, At(90))}, At(90)) == "oncall RESOLVED");
    CHECK(desk.records.empty());
  }

  TEST_CASE("what grows to twice as many dialers is told again, what grows by two is not") {
    Desk desk;
    const auto of = [](int dialers) { return BogusAtGoogle(IncidentState::kFiring, dialers); };
    CHECK(desk.Round({of(1)}, At(0)) == "oncall CRITICAL");
    desk.DeliverAll();
    CHECK(desk.Round({of(3)}, At(10)) == "");
    CHECK(desk.Round({of(4)}, At(20)) == "oncall GROWN");
    CHECK(desk.told[0].heading ==
          "CRITICAL, GROWN: google gives 203.0.113.66 for d1.example.com · d1, d2, d3, d4 · since 13:05:00 UTC");
    desk.DeliverAll();
    CHECK(desk.Round({of(7)}, At(30)) == "");
    CHECK(desk.Round({of(8)}, At(40)) == "oncall GROWN");
    desk.DeliverAll();
    CHECK(desk.Round({of(8)}, At(40 + 4 * 3600 - 1)) == "");  // which counts for the repeat
    CHECK(desk.Round({of(8)}, At(40 + 4 * 3600)) == "oncall STILL");
  }

  TEST_CASE("growth is of those affected at once: what hits one dialer after the other has not grown") {
    Desk desk;
    Incident rolling = BogusAtGoogle(IncidentState::kFiring, 1);
    CHECK(desk.Round({rolling}, At(0)) == "oncall CRITICAL");
    desk.DeliverAll();
    rolling = BogusAtGoogle(IncidentState::kFiring, 16);
    rolling.peak = {At(30), 2};
    CHECK(desk.Round({rolling}, At(60)) == "");
    rolling.peak = {At(70), 4};
    CHECK(desk.Round({rolling}, At(70)) == "oncall GROWN");
  }

  TEST_CASE("a second resolver of one operator is told as growth is, once, whichever of the two goes on") {
    Desk desk;
    const auto through = [](const std::vector<std::string>& resolvers) {
      Incident incident = BogusAtGoogle(IncidentState::kFiring, static_cast<int>(resolvers.size()));
      for (std::size_t i = 0; i < resolvers.size(); ++i) incident.findings[i].subject.resolver = resolvers[i];
      return incident;
    };
    CHECK(desk.Round({through({"google-udp", "google-udp"})}, At(0)) == "oncall CRITICAL");
    desk.DeliverAll();
    CHECK(desk.Round({through({"google-udp", "google-https"})}, At(60)) == "oncall GROWN");
    desk.DeliverAll();
    for (const auto& record : desk.records) CHECK(FromRow(ToRow(record.second))->told == record.second.told);
    CHECK(desk.Round({through({"google-https"})}, At(70)) == "");
    CHECK(desk.Round({through({"google-udp"})}, At(80)) == "");
  }

  TEST_CASE("what has grown before its first message was delivered is told as new") {
    Desk desk;
    desk.Round({BogusAtGoogle(IncidentState::kFiring, 1)}, At(0));
    CHECK(desk.Round({BogusAtGoogle(IncidentState::kFiring, 9)}, At(20)) == "oncall CRITICAL");
    CHECK(desk.waiting() == 1);
  }

  TEST_CASE("several incidents that fire together are a message each") {
    Desk desk;
    CHECK(desk.Round({Renamed(BogusAtGoogle(), "i1"), Renamed(BogusAtGoogle(), "i2")}, At(0)) ==
          "oncall CRITICAL, oncall CRITICAL");
  }

  TEST_CASE("an end that comes before the first message was delivered makes one message of both") {
    Desk desk;
    desk.Round({BogusAtGoogle()}, At(0));
    CHECK(desk.Round({ResolvedAt(BogusAtGoogle(), At(300))}, At(300)) == "oncall WAS");
    CHECK(desk.waiting() == 1);
    CHECK(desk.records.empty());
  }

  TEST_CASE("an end that comes while only the repeat is undelivered is an end") {
    Desk desk;
    desk.Round({BogusAtGoogle()}, At(0));
    desk.DeliverAll();
    CHECK(desk.Round({BogusAtGoogle()}, At(5 * 3600)) == "oncall STILL");
    CHECK(desk.Round({ResolvedAt(BogusAtGoogle(), At(5 * 3600 + 9))}, At(5 * 3600 + 9)) == "oncall RESOLVED");
    CHECK(desk.waiting() == 1);
  }

  TEST_CASE("a dead receiver gathers one message an incident, the newest, and it is still the first that it hears") {
    Desk desk;
    for (int hour = 0; hour < 24; ++hour) desk.Round({BogusAtGoogle()}, At(hour * 3600));
    CHECK(desk.waiting() == 1);
    const OutboxRow& row = desk.outbox.queues().begin()->second.rows.front();
    CHECK(row.created == At(20 * 3600));
    CHECK(Word(row) == "CRITICAL");
    CHECK(desk.Round({ResolvedAt(BogusAtGoogle(), At(90'000))}, At(90'000)) == "oncall WAS");
  }

  TEST_CASE("a message in flight is waited for before the next is planned") {
    Desk desk;
    desk.settings = SettingsWith({"hung", "oncall"});
    desk.Round({BogusAtGoogle()}, At(0));
    const OutboxRow hung = desk.outbox.Find("hung", BogusAtGoogle().id)->rows.front();
    desk.outbox.Remove(desk.outbox.Find("oncall", BogusAtGoogle().id)->rows.front());
    desk.outbox.MarkInFlight(hung, true);
    const auto resolved = ResolvedAt(BogusAtGoogle(), At(5));
    CHECK(desk.Round({resolved}, At(5)) == "oncall RESOLVED");
    CHECK(desk.Round({resolved}, At(6)) == "");
    SUBCASE("it arrives") {
      desk.outbox.Remove(hung);
      CHECK(desk.Round({resolved}, At(10)) == "hung RESOLVED");
    }
    SUBCASE("it fails") {
      desk.outbox.MarkInFlight(hung, false);
      CHECK(desk.Round({resolved}, At(10)) == "hung WAS");
    }
    CHECK(desk.records.empty());
  }

  TEST_CASE("a restart neither repeats nor forgets") {
    Desk desk;
    desk.Round({BogusAtGoogle()}, At(0));
    Desk after;
    after.outbox = desk.outbox;
    for (const auto& [id, record] : desk.records) after.records[id] = *FromRow(ToRow(record));
    CHECK(after.Round({BogusAtGoogle()}, At(60)) == "");
    after.DeliverAll();
    CHECK(after.Round({ResolvedAt(BogusAtGoogle(), At(90))}, At(90)) == "oncall RESOLVED");
  }

  TEST_CASE("an incident that began anew under another id is the same one") {
    Desk desk;
    desk.Round({BogusAtGoogle()}, At(0));
    desk.DeliverAll();
    Incident again = BogusAtGoogle(IncidentState::kPending);
    again.id = "dns-bogus:google:20200831T140000Z";
    again.since = At(3300);
    CHECK(desk.Round({again}, At(3300)) == "");
    again.state = IncidentState::kFiring;
    CHECK(desk.Round({again}, At(3360)) == "");
    CHECK(desk.Round({ResolvedAt(again, At(3400))}, At(3400)) == "oncall RESOLVED");
  }

  TEST_CASE("a new incident beside the end of its like is told for itself") {
    Desk desk;
    desk.Round({BogusAtGoogle()}, At(0));
    desk.DeliverAll();
    Incident next = BogusAtGoogle();
    next.id = "dns-bogus:google:20200831T140000Z";
    CHECK(desk.Round({next, ResolvedAt(BogusAtGoogle(), At(60))}, At(60)) == "oncall CRITICAL, oncall RESOLVED");
  }

  TEST_CASE("a told incident that is no longer listed has ended") {
    Desk desk;
    desk.Round({BogusAtGoogle()}, At(0));
    desk.DeliverAll();
    CHECK(desk.Round({}, At(60)) == "oncall RESOLVED");
    CHECK(desk.records.empty());
  }

  TEST_CASE("a receiver that is new hears what fires; one that is gone hears nothing and holds up nothing") {
    Desk desk;
    desk.Round({BogusAtGoogle()}, At(0));
    desk.DeliverAll();
    desk.settings = SettingsWith({"new"});
    CHECK(desk.Round({BogusAtGoogle()}, At(60)) == "new CRITICAL");
    desk.DeliverAll();
    CHECK(desk.Round({ResolvedAt(BogusAtGoogle(), At(90))}, At(90)) == "new RESOLVED");
    CHECK(desk.records.empty());
  }

  TEST_CASE("a receiver that was out of the config for one reload hears of what fires, as its message was given up") {
    Desk desk;
    desk.Round({BogusAtGoogle()}, At(0));
    desk.outbox = {};
    desk.settings = SettingsWith({});
    CHECK(desk.Round({BogusAtGoogle()}, At(60)) == "");
    desk.settings = SettingsWith({"oncall"});
    CHECK(desk.Round({BogusAtGoogle()}, At(120)) == "oncall CRITICAL");
    CHECK(desk.Round({BogusAtGoogle()}, At(121)) == "");
  }
}

}  // namespace dialwatch::alerting
