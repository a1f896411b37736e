#include "exporter/pages.h"

#include <doctest/doctest.h>

#include "base/json.h"
#include "tests/exporter/snapshots.h"

using namespace dialwatch;
using namespace dialwatch::exporter;

namespace {

Page PageAt(std::string_view path, const SelfReport& self = ReadySelf()) {
  return RenderPage(path, {}, FixedSources(std::make_shared<const diagnosis::Snapshot>(The2020Case()), self), kNow);
}

constexpr char kList[] =
    "/                     this list\n"
    "/metrics              for Prometheus\n"
    "/api/v1/status        all that is known now\n"
    "/api/v1/incidents     open incidents, and those of the last year\n"
    "/api/v1/incidents/ID  one of them\n"
    "/api/v1/samples       what was seen: ?dialer=NAME&from=TIME\n"
    "/-/healthy            200 while all threads make progress, else 503\n"
    "/-/ready              200 once the first round of probes has ended, before that 503\n";

}  // namespace

TEST_SUITE("exporter/pages") {
  TEST_CASE("the index tells the version and what there is") {
    CHECK(PageAt("/").status == 200);
    CHECK(PageAt("/").body == std::string("dialwatch 0.1.0\n\n") + kList);
  }

  TEST_CASE("metrics come in the text format, as of now") {
    const Page page = PageAt("/metrics");
    CHECK(page.status == 200);
    CHECK(std::string(page.content_type) == "text/plain; version=0.0.4; charset=utf-8");
    CHECK(page.body.find("\ndialwatch_notification_oldest_pending_seconds{receiver=\"oncall\"} 90\n") !=
          std::string::npos);
  }

  TEST_CASE("the API answers in JSON") {
    for (const char* path :
         {"/api/v1/status", "/api/v1/incidents", "/api/v1/incidents/dns-bogus:google:20200831T130400Z"}) {
      CHECK(PageAt(path).status == 200);
      CHECK(std::string(PageAt(path).content_type) == "application/json");
      CHECK(base::Json::accept(PageAt(path).body));
    }
  }

  TEST_CASE("an unknown path says what there is") {
    for (const char* path : {"/metric", "/metrics/", "", "//", "/-/health"}) {
      CHECK(PageAt(path).status == 404);
      CHECK(PageAt(path).body == std::string("no such page; there are:\n\n") + kList);
    }
  }

  TEST_CASE("an unknown path of the API says so in JSON") {
    for (const char* path : {"/api/v1/incidents/", "/api/v1/sample", "/api/v2/status"}) {
      const Page page = PageAt(path);
      CHECK(page.status == 404);
      const auto body = base::Json::parse(page.body);
      CHECK(body["error"].is_string());
      CHECK(body["routes"][1] == "/metrics");
    }
  }

  TEST_CASE("healthy is 200, or 503 with the reason") {
    SelfReport self = ReadySelf();
    CHECK(PageAt("/-/healthy", self).status == 200);
    CHECK(PageAt("/-/healthy", self).body == "healthy\n");
    self.unhealthy = "the delivery thread has made no progress for 60s";
    CHECK(PageAt("/-/healthy", self).status == 503);
    CHECK(PageAt("/-/healthy", self).body == "unhealthy: the delivery thread has made no progress for 60s\n");
  }

  TEST_CASE("ready is 503 until the first round has ended") {
    SelfReport self = ReadySelf();
    CHECK(PageAt("/-/ready", self).status == 200);
    self.ready = false;
    CHECK(PageAt("/-/ready", self).status == 503);
    CHECK(PageAt("/-/ready", self).body == "not ready: the first round of probes has not ended yet\n");
  }
}
