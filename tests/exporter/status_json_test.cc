#include "exporter/status_json.h"

#include <doctest/doctest.h>

#include "base/json.h"
#include "tests/diagnosis/media/call_world.h"
#include "tests/exporter/snapshots.h"

using namespace dialwatch;
using namespace dialwatch::exporter;
using base::Json;

namespace {

std::vector<std::string> Keys(const Json& json) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  return keys;
}

}  // namespace

TEST_SUITE("exporter/status_json") {
  TEST_CASE("the status has a cell for each dialer through each vantage point") {
    const auto snapshot = The2020Case();
    const Json status = Json::parse(RenderStatus(&snapshot, ReadySelf()));
    CHECK(Keys(status) == std::vector<std::string>{"version", "at", "settings", "targets", "stun", "turn", "media",
                                                   "calls", "ports", "ice_configs", "own_resolvers", "findings",
                                                   "incidents", "self"});
    CHECK(status["version"] == 1);
    CHECK(status["at"] == "2020-08-31T13:05:00Z");
    CHECK(status["settings"] == "/etc/dialwatch/dialwatch.toml");
    REQUIRE(status["targets"].size() == 2);
    CHECK(status["targets"][1]["dialer"] == "d2");
    const Json& d1 = status["targets"][0];
    CHECK(d1["dialer"] == "d1");
    CHECK(d1["labels"] == Json{{"account", "acme"}});
    CHECK(d1["state"] == "failing");
    REQUIRE(d1["vias"].size() == 3);
    CHECK(d1["vias"][1] == Json{{"via", "google (8.8.8.8)"},
                                {"kind", "resolver"},
                                {"name", "google"},
                                {"address", "8.8.8.8:53"},
                                {"type", "A"},
                                {"verdict", "bogus"},
                                {"outcome", "answered"},
                                {"transport", "udp"},
                                {"sends", 1},
                                {"at", "2020-08-31T13:05:00Z"},
                                {"confirmed", true},
                                {"spread", {{"copies", 2}, {"wrong", 7}, {"answers", 24}}},
                                {"eta", "2020-09-01T12:05:00Z"},
                                {"rcode", "NOERROR"},
                                {"answer", {"203.0.113.66"}},
                                {"ttl", 82800},
                                {"rtt_ms", 1.5}});
  }

  TEST_CASE("STUN servers, findings, incidents and the process itself are told") {
    const auto snapshot = The2020Case();
    const Json status = Json::parse(RenderStatus(&snapshot, ReadySelf()));
    REQUIRE(status["stun"].size() == 2);
    CHECK(status["stun"][1] == Json{{"server", "telnyx"},
                                    {"host", "stun.telnyx.example"},
                                    {"address", "192.0.2.80:3478"},
                                    {"transport", "udp"},
                                    {"outcome", "mapped"},
                                    {"verdict", "ok"},
                                    {"at", "2020-08-31T13:05:00Z"},
                                    {"mapped", "203.0.113.10:40000"},
                                    {"rtt_ms", 20.0}});
    REQUIRE(status["findings"].size() == 1);
    CHECK(status["findings"][0]["id"] == "dns-bogus:d1:google");
    CHECK(status["incidents"][0]["findings"] == Json{"dns-bogus:d1:google"});
    const Json& self = status["self"];
    CHECK(self["version"] == "0.1.0");
    CHECK(self["healthy"] == true);
    CHECK(self["deliveries"]["oncall"] == Json{{"delivered", 7},
                                               {"failed", {{"network", 2}}},
                                               {"queued", 1},
                                               {"oldest_pending", "2020-08-31T13:03:30Z"}});
  }

  TEST_CASE("what clients are told to use, and whom this machine asks") {
    auto snapshot = The2020Case();
    probes::IceConfigSample sample;
    sample.kind = config::IceConfig::Kind::kUrl;
    sample.location = "https://phone.example.com/?pass=secret";
    sample.at = kNow;
    sample.outcome = probes::IceConfigOutcome::kIncomplete;
    sample.error = "/app.js: HTTP 404";
    sample.servers = {
        {"https://phone.example.com/", {7, 3, "stun:${h}", {}, "is no URI"}},
        {"https://phone.example.com/", {8, 3, "stun:A.example.com", *config::ParseIceUri("stun:a.example.com")}}};
    snapshot.picture.Add(sample);
    probes::ResolvConfSample own;
    own.resolvers = {{*base::IpAddress::Parse("9.9.9.9"), "/etc/resolv.conf:1"}};
    snapshot.picture.Add(own);
    const Json status = Json::parse(RenderStatus(&snapshot, ReadySelf()));
    REQUIRE(status["ice_configs"].size() == 1);
    CHECK(status["ice_configs"][0] ==
          Json{{"location", "https://phone.example.com/"},
               {"kind", "url"},
               {"outcome", "incomplete"},
               {"at", "2020-08-31T13:05:00Z"},
               {"error", "/app.js: HTTP 404"},
               {"servers", Json::array({Json{{"where", "https://phone.example.com/:7:3"}, {"text", "stun:${h}"}},
                                        Json{{"where", "https://phone.example.com/:8:3"},
                                             {"text", "stun:A.example.com"},
                                             {"uri", "stun:a.example.com"}}})}});
    CHECK(status["own_resolvers"] == Json::array({Json{{"address", "9.9.9.9"}, {"where", "/etc/resolv.conf:1"}}}));
  }

  TEST_CASE("a timeout has an outcome and no answer") {
    auto snapshot = The2020Case();
    auto sample = *snapshot.judgements[2].sample;
    sample.outcome = probes::DnsOutcome::kTimeout;
    sample.error = "late\x1b[31m";
    snapshot.judgements[2].sample = std::make_shared<const probes::DnsSample>(sample);
    snapshot.judgements[2].verdict = diagnosis::Verdict::kFailing;
    const Json cell = Json::parse(RenderStatus(&snapshot, ReadySelf()))["targets"][0]["vias"][2];
    CHECK(cell["outcome"] == "timeout");
    CHECK(cell["verdict"] == "failing");
    CHECK(cell["error"] == "late\\027[31m");
    CHECK_FALSE(cell.contains("answer"));
    CHECK_FALSE(cell.contains("rcode"));
  }

  TEST_CASE("octets of strangers that are not UTF-8 do not spoil the JSON") {
    auto snapshot = The2020Case();
    snapshot.findings[0].summary = "bad \xff octet";
    CHECK(Json::accept(RenderStatus(&snapshot, ReadySelf())));
  }

  TEST_CASE("relays are told with how far their turn came") {
    const auto snapshot = The2020Case();
    CHECK(Json::parse(RenderStatus(&snapshot, ReadySelf()))["turn"] ==
          Json::array({{{"server", "relay"},
                        {"uri", "turns:turn.example.com"},
                        {"outcome", "relayed"},
                        {"step", "release"},
                        {"at", "2020-08-31T13:05:00Z"},
                        {"resolvers", Json::array({"google"})},
                        {"address", "192.0.2.210:5349"},
                        {"relayed", "198.51.100.20:50011"},
                        {"mapped", "203.0.113.10:40000"},
                        {"rtt_ms", 20.0},
                        {"out", {{"sent", 20}, {"arrived", 20}}},
                        {"back", {{"sent", 20}, {"arrived", 19}}},
                        {"certificate_expires", "2020-09-01T13:05:00Z"}}}));
  }

  TEST_CASE("trains are told for each address that is given now") {
    auto snapshot = The2020Case();
    snapshot.picture.Add(diagnosis::Echoes("d1", "198.51.100.11", {"quad9"}, true));
    const Json media = Json::parse(RenderStatus(&snapshot, ReadySelf()))["media"];
    REQUIRE(media.size() == 1);
    CHECK(media[0]["dialer"] == "d1");
    CHECK(media[0]["authority"] == true);
    CHECK(media[0]["outcome"] == "ok");
  }

  TEST_CASE("calls are told for each address, with what became of their audio") {
    auto snapshot = The2020Case();
    auto call = diagnosis::Answers("d1", "198.51.100.11", {"quad9"});
    call.call.at = kNow;
    call.call.result.server = "Asterisk\x1b";
    snapshot.picture.Add(call);
    snapshot.picture.Add(diagnosis::Refuses("d2", 404, "Not Found"));
    const Json calls = Json::parse(RenderStatus(&snapshot, ReadySelf()))["calls"];
    REQUIRE(calls.size() == 2);
    CHECK(calls[0] == Json{{"dialer", "d1"},
                           {"extension", "9196"},
                           {"transport", "udp"},
                           {"resolvers", Json::array({"quad9"})},
                           {"authority", true},
                           {"outcome", "completed"},
                           {"at", "2020-08-31T13:05:00Z"},
                           {"address", "198.51.100.11:5060"},
                           {"status", 200},
                           {"server", "Asterisk\\027"},
                           {"options_ms", 21.0},
                           {"answered_ms", 120.0},
                           {"talked_ms", 2100.0},
                           {"session_timer", 90},
                           {"audio",
                            {{"outcome", "ok"},
                             {"address", "198.51.100.11:10000"},
                             {"codec", "PCMU"},
                             {"foreign", 0},
                             {"round", {{"sent", 100}, {"lost", 0}, {"late", 0}, {"jitter_ms", 0.3}}},
                             {"duplicates", 0},
                             {"reordered", 0},
                             {"rtt_ms", {{"min", 20.0}, {"p50", 23.0}, {"p95", 25.0}}},
                             {"mos", 4.36},
                             {"r", 91.2},
                             {"estimate", false},
                             {"worst_send_delay_ms", 0.0}}}});
    CHECK(calls[1]["outcome"] == "refused");
    CHECK(calls[1]["why"] == "INVITE was answered with 404 Not Found");
    CHECK_FALSE(calls[1].contains("audio"));
  }

  TEST_CASE("so is what an RTP port says") {
    auto snapshot = The2020Case();
    snapshot.picture.Add(diagnosis::Says("d1", "198.51.100.11", {"quad9"}, diagnosis::PortOutcome::kRefused, true));
    Json ports = Json::parse(RenderStatus(&snapshot, ReadySelf()))["ports"];
    REQUIRE(ports.size() == 1);
    ports[0].erase("at");
    CHECK(ports[0] == Json{{"dialer", "d1"},
                           {"resolvers", Json::array({"quad9"})},
                           {"authority", true},
                           {"address", "198.51.100.11:10000"},
                           {"outcome", "refused"},
                           {"sends", 1},
                           {"error", "Connection refused, says 198.51.100.11"}});
  }

  TEST_CASE("before the first snapshot the lists are empty and the time is left out") {
    const Json status = Json::parse(RenderStatus(nullptr, ReadySelf()));
    CHECK(Keys(status) == std::vector<std::string>{"version", "settings", "targets", "stun", "turn", "media", "calls",
                                                   "ports", "ice_configs", "own_resolvers", "findings", "incidents",
                                                   "self"});
    CHECK(status["targets"] == Json::array());
  }
}
