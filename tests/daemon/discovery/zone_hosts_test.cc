#include "daemon/discovery/zone_hosts.h"

#include <doctest/doctest.h>

using namespace dialwatch;
using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

namespace {

// What the server of the zone says, and what it was asked.
struct Server {
  base::Result<std::optional<probes::ZoneContent>> reply{std::optional<probes::ZoneContent>()};
  std::vector<probes::ZoneRequest> requests;
};
Server server;

base::Result<std::optional<probes::ZoneContent>> Answer(const probes::ZoneRequest& request, const std::stop_token&) {
  server.requests.push_back(request);
  return server.reply;
}

daemon::ZoneHosts MakeZone() {
  server = {};
  const config::Discovery discovery{.kind = config::Discovery::Kind::kAxfr,
                                    .server = *base::Endpoint::Parse("192.0.2.53", 53),
                                    .zone = "example.com"};
  return daemon::ZoneHosts(discovery, base::IpAddress::Parse("203.0.113.10").operator*(), 30s, Answer);
}

std::optional<probes::ZoneContent> Content(std::uint32_t serial, std::chrono::seconds refresh, Strings hosts) {
  return probes::ZoneContent{serial, refresh, std::move(hosts)};
}

}  // namespace

TEST_SUITE("daemon/discovery/zone_hosts") {
  TEST_CASE("a zone is asked each interval, with the serial that we have, and kept while that stays") {
    daemon::ZoneHosts zone = MakeZone();
    const daemon::ZoneHosts::Now start{};
    server.reply = Content(7, 3600s, {"d1.example.com"});
    zone.Look(start, {});
    CHECK(zone.hosts() == Strings{"d1.example.com"});
    CHECK_FALSE(server.requests[0].known);
    CHECK(server.requests[0].zone == "example.com");
    CHECK(server.requests[0].server.ToString() == "192.0.2.53:53");
    CHECK(server.requests[0].bind->ToString() == "203.0.113.10");
    zone.Look(start + 29s, {});
    CHECK(server.requests.size() == 1);
    server.reply = std::optional<probes::ZoneContent>();
    zone.Look(start + 30s, {});
    CHECK(server.requests[1].known == 7);
    CHECK(zone.hosts() == Strings{"d1.example.com"});
    server.reply = Content(8, 3600s, {"d2.example.com"});
    zone.Look(start + 60s, {});
    CHECK(zone.hosts() == Strings{"d2.example.com"});
  }

  TEST_CASE("a zone that wants to be refreshed sooner is, but not more than once a second") {
    daemon::ZoneHosts zone = MakeZone();
    server.reply = Content(7, 5s, {});
    zone.Look({}, {});
    zone.Look(daemon::ZoneHosts::Now(4s), {});
    CHECK(server.requests.size() == 1);
    server.reply = Content(8, 0s, {});
    zone.Look(daemon::ZoneHosts::Now(5s), {});
    CHECK(server.requests.size() == 2);
    zone.Look(daemon::ZoneHosts::Now(5900ms), {});
    CHECK(server.requests.size() == 2);
    zone.Look(daemon::ZoneHosts::Now(6s), {});
    CHECK(server.requests.size() == 3);
  }

  TEST_CASE("a failure is told until a transfer works, and what was known stays") {
    daemon::ZoneHosts zone = MakeZone();
    server.reply = Content(7, 3600s, {"d1.example.com"});
    zone.Look({}, {});
    server.reply = base::Error{"transfer of example.com from 192.0.2.53:53: REFUSED"};
    zone.Look(daemon::ZoneHosts::Now(30s), {});
    CHECK(zone.error() == "transfer of example.com from 192.0.2.53:53: REFUSED");
    CHECK(zone.hosts() == Strings{"d1.example.com"});
    server.reply = std::optional<probes::ZoneContent>();
    zone.Look(daemon::ZoneHosts::Now(60s), {});
    CHECK(zone.error().empty());
    CHECK(zone.hosts() == Strings{"d1.example.com"});
  }
}
