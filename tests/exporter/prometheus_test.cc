#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <thread>

#include "base/json.h"
#include "exporter/http_server.h"
#include "exporter/listener.h"
#include "tests/exporter/child_process.h"
#include "tests/exporter/http_client.h"
#include "tests/exporter/snapshots.h"

// A real Prometheus scrapes the server and is asked what it has got.
using namespace dialwatch;
using namespace dialwatch::exporter;
using namespace std::chrono_literals;
using base::Json;

namespace {

base::Endpoint Loopback(std::uint16_t port) {
  return {At("127.0.0.1").address, port};
}

base::Endpoint FreeAddress() {
  const auto listener = Listen(Loopback(0));
  REQUIRE(listener);
  return listener->address;  // free again once the listener is gone
}

// The result of an instant query: [] while Prometheus is not up or has nothing.
Json Query(const base::Endpoint& prometheus, const std::string& expression) {
  const HttpAnswer answer = Get(prometheus, "/api/v1/query?query=" + expression);
  const Json json = Json::parse(answer.body, nullptr, false);
  if (answer.status != 200 || json.is_discarded()) return Json::array();
  return json["data"]["result"];
}

Json QueryUntilThere(const base::Endpoint& prometheus, const std::string& expression, std::chrono::seconds time) {
  const auto deadline = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < deadline) {
    if (const Json result = Query(prometheus, expression); !result.empty()) return result;
    std::this_thread::sleep_for(50ms);
  }
  return Json::array();
}

std::string Config(const base::Endpoint& target) {
  return fmt::format(
      "global: {{ scrape_interval: 1s, scrape_timeout: 1s }}\n"
      "scrape_configs: [ {{ job_name: dialwatch, static_configs: [ {{ targets: [ '{}' ] }} ] }} ]\n",
      target.ToString());
}

}  // namespace

TEST_SUITE("exporter/prometheus") {
  TEST_CASE("a real Prometheus scrapes all series") {
    const auto program = FindProgram("prometheus");
    if (!program) {
      fmt::print("SKIPPED: no prometheus here (Debian package prometheus): nobody scrapes the server for real\n");
      return;
    }
    const auto snapshot = std::make_shared<const diagnosis::Snapshot>(The2020Case());
    const auto server = HttpServer::Start(Loopback(0), FixedSources(snapshot));
    REQUIRE(server);
    const TemporaryFolder folder;
    const base::Endpoint address = FreeAddress();
    const ChildProcess prometheus(
        {*program, "--config.file=" + folder.Write("prometheus.yml", Config((*server)->listening_on())),
         "--storage.tsdb.path=" + (folder / "data"), "--web.listen-address=" + address.ToString()},
        "/dev/null", folder / "log");

    const Json info = QueryUntilThere(address, "dialwatch_build_info", 30s);
    REQUIRE_MESSAGE(info.size() == 1, folder.Read("log"));
    CHECK(info[0]["metric"]["version"] == "0.1.0");
    CHECK(info[0]["value"][1] == "1");
    CHECK(Query(address, "up")[0]["value"][1] == "1");

    const Json wrong = Query(address, "dialwatch_dns_answer_matches==0");
    REQUIRE(wrong.size() == 1);
    CHECK(wrong[0]["metric"]["dialer"] == "d1");
    CHECK(wrong[0]["metric"]["via"] == "google");
    CHECK(Query(address, "histogram_quantile(0.5,dialwatch_stun_rtt_seconds_bucket)").size() == 2);
    CHECK(Query(address, "dialwatch_dns_ttl_seconds*on(dialer)group_left(account)dialwatch_dialer_info").size() == 5);
  }
}
