#include "alerting/alerting.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "tests/alerting/fixtures.h"
#include "tests/alerting/webhook_server.h"
#include "tests/state/hanging_disk.h"

namespace dialwatch::alerting {
namespace {

using namespace std::chrono_literals;

// A config with one Slack receiver whose webhook is `server`, and a store.
struct Place {
  TemporaryFolder folder;
  WebhookServer server;
  std::shared_ptr<const config::Settings> settings;

  Place() {
    folder.Write("oncall.url", server.Url());
    settings = std::make_shared<const config::Settings>(SettingsWith({"oncall"}, folder.path()));
  }
  std::unique_ptr<Alerting> Start() const { return std::make_unique<Alerting>(settings, folder / "dialwatch.db"); }
};

Incident Now(Incident incident) {
  incident.since = base::WallClockNow() - 60s;
  return incident;
}

Incident Ended(const Incident& incident) {
  return ResolvedAt(incident, base::WallClockNow());
}

}  // namespace

TEST_SUITE("alerting/alerting") {
  TEST_CASE("an incident is posted when it fires and when it ends") {
    Place place;
    const auto alerting = place.Start();
    CHECK(alerting->OpenIncidents().empty());
    const Incident incident = Now(BogusAtGoogle());
    alerting->Observe({incident});
    auto requests = place.server.WaitFor(1);
    REQUIRE(requests.size() == 1);
    CHECK(requests[0].body.find("CRITICAL since") != std::string::npos);
    alerting->Observe({incident});
    alerting->Observe({Ended(incident)});
    requests = place.server.WaitFor(2);
    REQUIRE(requests.size() == 2);
    CHECK(requests[1].body.find("RESOLVED after") != std::string::npos);
    CHECK(Eventually([&] { return alerting->Stats().at("oncall").delivered == 2; }));
  }

  TEST_CASE("after a restart what fires is known, is not told again, and its end is told") {
    Place place;
    const Incident incident = Now(BogusAtGoogle());
    {
      const auto alerting = place.Start();
      alerting->Observe({incident});
      REQUIRE(place.server.WaitFor(1).size() == 1);
      REQUIRE(Eventually([&] { return alerting->Stats().at("oncall").delivered == 1; }));
    }
    const auto alerting = place.Start();
    const auto open = alerting->OpenIncidents();
    REQUIRE(open.size() == 1);
    CHECK(open[0].findings == incident.findings);
    CHECK(open[0].key == incident.key);
    alerting->Observe(open);
    alerting->Observe({Ended(open[0])});
    const auto requests = place.server.WaitFor(2);
    REQUIRE(requests.size() == 2);
    CHECK(requests[1].body.find("RESOLVED after") != std::string::npos);
  }

  TEST_CASE("a message that a dead webhook did not take arrives after a restart") {
    Place place;
    const CapturedStderr log;
    place.server.Script({{.status = 503, .headers = "Retry-After: 1\r\n"}});
    {
      const auto alerting = place.Start();
      alerting->Observe({Now(BogusAtGoogle())});
      REQUIRE(place.server.WaitFor(1).size() == 1);
      REQUIRE(Eventually([&] { return alerting->Stats().at("oncall").failed.count("server") == 1; }));
    }
    const auto alerting = place.Start();
    const auto requests = place.server.WaitFor(2);
    REQUIRE(requests.size() == 2);
    CHECK(requests[0].body == requests[1].body);
    CHECK(requests[1].at - requests[0].at >= 1s);
    CHECK(Eventually([&] { return alerting->Stats().at("oncall").delivered == 1; }));
  }

  TEST_CASE("what ends before its alert could be delivered is one message that says so") {
    Place place;
    const CapturedStderr log;
    place.server.Script({{.status = 503, .headers = "Retry-After: 1\r\n"}});
    const auto alerting = place.Start();
    const Incident incident = Now(BogusAtGoogle());
    alerting->Observe({incident});
    REQUIRE(place.server.WaitFor(1).size() == 1);
    alerting->Observe({Ended(incident)});
    const auto requests = place.server.WaitFor(2);
    REQUIRE(requests.size() == 2);
    CHECK(requests[1].body.find("WAS CRITICAL from") != std::string::npos);
    CHECK(Eventually([&] { return alerting->Stats().at("oncall").queued == 0; }));
    CHECK(alerting->Stats().at("oncall").delivered == 1);
  }

  TEST_CASE("it stops within two seconds though the webhook hangs, and sends the message after the restart") {
    Place place;
    place.server.Script({{.manner = Reply::Manner::kHang}});
    std::chrono::steady_clock::time_point stop;
    {
      const auto alerting = place.Start();
      alerting->Observe({Now(BogusAtGoogle())});
      REQUIRE(place.server.WaitFor(1).size() == 1);
      stop = std::chrono::steady_clock::now();
    }
    CHECK(std::chrono::steady_clock::now() - stop < 2s);
    const auto alerting = place.Start();
    CHECK(place.server.WaitFor(2).size() == 2);
  }

  TEST_CASE("what is observed just before the stop is not lost") {
    Place place;
    place.Start()->Observe({Now(BogusAtGoogle())});
    CHECK(place.server.requests().size() == 1);
    CHECK(place.Start()->OpenIncidents().size() == 1);
  }

  TEST_CASE("alerts are delivered though the store cannot be opened, and are remembered once it can") {
    Place place;
    const CapturedStderr log;
    std::filesystem::create_directory(place.folder / "dialwatch.db");
    {
      const auto alerting = place.Start();
      CHECK(alerting->degraded());
      alerting->Observe({Now(BogusAtGoogle())});
      CHECK(place.server.WaitFor(1).size() == 1);
      std::filesystem::remove(place.folder / "dialwatch.db");
      CHECK(Eventually([&] { return !alerting->degraded(); }));
    }
    CHECK(place.Start()->OpenIncidents().size() == 1);
    CHECK(place.server.requests().size() == 1);
  }

  TEST_CASE("what was told, but could be read only after the start, is not told to be over for not being listed") {
    Place place;
    const CapturedStderr log;
    {
      const auto alerting = place.Start();
      alerting->Observe({Now(BogusAtGoogle())});
      REQUIRE(place.server.WaitFor(1).size() == 1);
      REQUIRE(Eventually([&] { return alerting->Stats().at("oncall").delivered == 1; }));
    }
    const testing::HangingDisk disk;
    const auto started = std::chrono::steady_clock::now();
    const auto alerting = place.Start();
    CHECK(std::chrono::steady_clock::now() - started < 10s);
    CHECK(alerting->OpenIncidents().empty());
    alerting->Observe({});
    testing::HangingDisk::Release();
    const auto beats = alerting->heartbeat();
    REQUIRE(Eventually([&] { return alerting->heartbeat() > beats + 3; }));
    CHECK_FALSE(alerting->degraded());
    CHECK(place.server.requests().size() == 1);
  }

  TEST_CASE("without a store it delivers and is not degraded") {
    Place place;
    Alerting alerting(place.settings, "");
    alerting.Observe({Now(BogusAtGoogle())});
    CHECK(place.server.WaitFor(1).size() == 1);
    CHECK_FALSE(alerting.degraded());
  }

  TEST_CASE("a reload brings new receivers, which hear what fires, and takes away old ones") {
    Place place;
    const auto alerting = place.Start();
    alerting->Observe({Now(BogusAtGoogle())});
    REQUIRE(place.server.WaitFor(1).size() == 1);
    WebhookServer other;
    place.folder.Write("desk.url", other.Url());
    alerting->Apply(std::make_shared<const config::Settings>(SettingsWith({"desk"}, place.folder.path())));
    CHECK(other.WaitFor(1).size() == 1);
    CHECK(Eventually([&] { return alerting->Stats().size() == 1 && alerting->Stats().contains("desk"); }));
  }

  TEST_CASE("the heartbeat goes on while the webhook hangs") {
    Place place;
    place.server.Script({{.manner = Reply::Manner::kHang}});
    const auto alerting = place.Start();
    alerting->Observe({Now(BogusAtGoogle())});
    REQUIRE(place.server.WaitFor(1).size() == 1);
    const std::uint64_t before = alerting->heartbeat();
    CHECK(Eventually([&] { return alerting->heartbeat() >= before + 2; }));
  }

  TEST_CASE("observing many times while nothing can be stored or sent returns at once") {
    Place place;
    place.server.Script({{.manner = Reply::Manner::kHang}});
    const auto alerting = place.Start();
    const std::vector<Incident> incidents{Now(BogusAtGoogle())};
    alerting->Observe(incidents);
    REQUIRE(place.server.WaitFor(1).size() == 1);
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 1000; ++i) alerting->Observe(incidents);
    CHECK(std::chrono::steady_clock::now() - start < 1s);
  }

  TEST_CASE("the secret URL is nowhere in the log, nor in the store") {
    Place place;
    const CapturedStderr log;
    place.server.Script({{.status = 500}, {.manner = Reply::Manner::kClose}, {.status = 404}});
    {
      const auto alerting = place.Start();
      alerting->Observe({Now(BogusAtGoogle()), Now(Renamed(BogusAtGoogle(), "i2"))});
      CHECK(place.server.WaitFor(4).size() >= 4);
      place.folder.Write("oncall.url", "htps://hooks.example.com/secretpart");
      alerting->Observe({Now(Renamed(BogusAtGoogle(), "i3"))});
      CHECK(Eventually([&] { return alerting->Stats().at("oncall").failed.contains("secret"); }));
    }
    CHECK(CountOf(log.text(), "alert receiver oncall") >= 3);
    CHECK(CountOf(log.text(), "secretpart") == 0);
    CHECK(CountOf(log.text(), "127.0.0.1") == 0);
    for (const auto& file : std::filesystem::directory_iterator(place.folder.path())) {
      if (file.path().extension() == ".url") continue;
      CHECK(CountOf(ReadWhole(file.path()), "secretpart") == 0);
    }
  }
}

}  // namespace dialwatch::alerting
