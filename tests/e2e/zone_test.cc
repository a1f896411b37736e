#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/json.h"
#include "tests/e2e/scenario.h"
#include "tests/lab/knot.h"
#include "tests/lab/zone_key.h"

using namespace dialwatch::e2e;
using namespace std::chrono_literals;
namespace lab = dialwatch::lab;

namespace {

// example.com with a third name server, at kNs3, which is no part of the lab.
lab::ExampleZone WithThird() {
  auto zone = lab::ExampleZone::Good();
  zone.servers["ns3"] = lab::kNs3;
  return zone;
}

void PublishWithThird(lab::Lab& lab) {
  auto root = lab::RootZone::Good();
  root.delegations["example.com"].servers["ns3.example.com"] = lab::kNs3;
  lab.PublishRoot(root);
  lab.Publish(WithThird());
}

Json Check(const lab::Lab& lab, Strings arguments) {
  arguments.insert(arguments.begin(), "check");
  arguments.insert(arguments.end(), {"--format", "json"});
  return Json::parse(lab::Dialwatch(arguments, lab.folder()).out);
}

// The finding with this id; null where there is none.
Json FindingOf(const Json& report, const std::string& id) {
  for (const Json& finding : report["findings"]) {
    if (finding["id"] == id) return finding;
  }
  return {};
}

// The notes of the evidence, a line each: "authority (192.0.2.53): serial 2, ns1.example.com".
std::string Notes(const Json& finding) {
  std::string notes;
  for (const Json& row : finding["evidence"]) {
    notes += row["vantage"].get<std::string>() + ": " + row.value("note", "") + "\n";
  }
  return notes;
}

}  // namespace

TEST_SUITE("e2e/zone") {
  TEST_CASE("a secondary that lags is on its way; at one serial there is no excuse, nor for TTLs") {
    if (lab::Missing("knotd")) return;
    lab::Lab lab;
    PublishWithThird(lab);  // serial 2
    auto old = WithThird();
    old.hosts["d1"].address = "198.51.100.7";
    old.hosts["d2"].ttl = 60;
    lab::Knot secondary(lab.folder() / "secondary", {lab::kNs3}, {{"example.com", old.Render(1)}});
    secondary.WaitReady();
    Json report = Check(lab, {"d1.example.com", "d2.example.com"});
    CHECK(FindingIds(report) ==
          Strings{"dns-authority-split:d1.example.com:example.com", "dns-authority-split:example.com"});
    Json split = FindingOf(report, "dns-authority-split:example.com");
    CHECK(split["severity"] == "info");
    CHECK(split["summary"] ==
          "the servers of example.com serve different versions: 192.0.2.53 and 192.0.2.54 have serial 2, ahead of "
          "192.0.2.55 with 1");
    CHECK(Notes(split) ==
          "authority (192.0.2.53): serial 2, ns1.example.com\n"
          "authority (192.0.2.54): serial 2, ns2.example.com\n"
          "authority (192.0.2.55): serial 1, ns3.example.com\n");
    CHECK(FindingOf(report, "dns-authority-split:d1.example.com:example.com")["severity"] == "info");

    secondary.Load("example.com", old.Render(2), 2);
    report = Check(lab, {"d1.example.com", "d2.example.com"});
    CHECK(FindingIds(report) ==
          Strings{"dns-authority-split:d1.example.com:example.com", "ttl-uneven:d2.example.com:example.com"});
    split = FindingOf(report, "dns-authority-split:d1.example.com:example.com");
    CHECK(split["severity"] == "warning");
    CHECK(split["summary"] ==
          "the servers of example.com do not agree on d1.example.com: 192.0.2.53 gives 198.51.100.11 and 192.0.2.55 "
          "gives 198.51.100.7");
    CHECK(split["affected"] == Json::array({"d1.example.com"}));
    CHECK(FindingOf(report, "ttl-uneven:d2.example.com:example.com")["summary"] ==
          "d2.example.com A has a TTL of 1m at 192.0.2.55 and of 5m at 192.0.2.53, in one version of the zone");
  }

  TEST_CASE("serials are compared on their circle") {
    if (lab::Missing("knotd")) return;
    lab::Lab lab;
    PublishWithThird(lab);
    lab.authority.Load("example.com", WithThird().Render(4294967295), 4294967295);
    lab::Knot secondary(lab.folder() / "secondary", {lab::kNs3}, {{"example.com", WithThird().Render(0)}});
    secondary.WaitReady();
    const Json report = Check(lab, {"d1.example.com"});
    CHECK(FindingOf(report, "dns-authority-split:example.com")["summary"] ==
          "the servers of example.com serve different versions: 192.0.2.55 has serial 0, ahead of 192.0.2.53 with "
          "4294967295 and 192.0.2.54 with 4294967295");
  }

  TEST_CASE("servers that refuse the zone, or are not there, are lame") {
    if (lab::Missing("knotd")) return;
    lab::Lab lab;
    auto root = lab::RootZone::Good();
    auto zone = WithThird();
    zone.servers["ns4"] = lab::kNs4;
    for (const auto& [label, address] : zone.servers) {
      root.delegations["example.com"].servers[label + ".example.com"] = address;
    }
    lab.PublishRoot(root);
    lab.Publish(zone);
    auto stranger = lab::ExampleZone::Good();
    stranger.name = "example.net";
    lab::Knot refuses(lab.folder() / "refuses", {lab::kNs3}, {{"example.net", stranger.Render(1)}});
    refuses.WaitReady();
    const Json report = Check(lab, {"d1.example.com"});
    CHECK(FindingIds(report) == Strings{"dns-lame:example.com:192.0.2.55", "dns-lame:example.com:192.0.2.56"});
    const Json lame = FindingOf(report, "dns-lame:example.com:192.0.2.55");
    CHECK(lame["severity"] == "warning");
    CHECK(lame["summary"] ==
          "192.0.2.55 (ns3.example.com) does not serve example.com: REFUSED, EDE 20 Not Authoritative");
    CHECK(lame["affected"] == Json::array({"d1.example.com"}));
    CHECK(Notes(lame) ==
          "authority (192.0.2.53): serial 2, ns1.example.com\n"
          "authority (192.0.2.54): serial 2, ns2.example.com\n"
          "authority (192.0.2.55): REFUSED, EDE 20 Not Authoritative, ns3.example.com\n"
          "authority (192.0.2.56): unreachable, ns4.example.com\n");
  }

  TEST_CASE("glue that is not the address of the zone, and name servers that parent and zone do not share") {
    lab::Lab lab;
    auto root = lab::RootZone::Good();
    auto& servers = root.delegations["example.com"].servers;
    servers["ns2.example.com"] = lab::kNs4;
    lab.PublishRoot(root);
    Json split = FindingOf(Check(lab, {"d1.example.com"}), "dns-authority-split:example.com");
    CHECK(split["severity"] == "warning");
    CHECK(split["summary"] ==
          "the root gives ns2.example.com the address 192.0.2.56, example.com itself gives 192.0.2.54");
    servers.erase("ns2.example.com");
    lab.PublishRoot(root);
    split = FindingOf(Check(lab, {"d1.example.com"}), "dns-authority-split:example.com");
    CHECK(split["severity"] == "warning");
    CHECK(split["summary"] ==
          "192.0.2.53 names ns2.example.com for example.com, to which the root does not delegate it (and 1 more)");
  }

  TEST_CASE("pins win over what is discovered, and name servers that they leave out are told") {
    lab::Lab lab;
    lab::Config config;
    config.dialers = {"d1"};
    config.more = fmt::format("[[authority]]\nzone = \"example.com\"\nservers = [\"{}\"]\n", lab::kNs2);
    const Json report = Check(lab, {"-c", lab::WriteConfig(config, lab.folder())});
    CHECK(FindingIds(report) == Strings{"dns-authority-split:example.com"});
    const Json split = FindingOf(report, "dns-authority-split:example.com");
    CHECK(split["summary"] == "example.com is delegated to 192.0.2.53 too, which [[authority]] does not list");
    CHECK(Notes(split) == "authority (192.0.2.54): serial 1, ns2.example.com\n");
  }

  TEST_CASE("a name server that is new is told, whoever it is") {
    lab::Config config;
    config.dialers = {"d1"};
    Watched watched(config);
    auto zone = lab::ExampleZone::Good();
    zone.servers.erase("ns2");
    zone.servers["ns9"] = lab::kNs2;
    watched.lab.Publish(zone);
    CHECK(watched.Finds({"dns-authority-split:example.com"}));
    CHECK(Contains(watched.Post(1),
                   "example.com has another name server of late: ns9.example.com; before they were ns1.example.com and "
                   "ns2.example.com"));
  }

  TEST_CASE("the links of a chain are held to the limit in each zone, and one that leads in a circle is told") {
    if (lab::Missing("knotd")) return;
    lab::Lab lab;
    auto root = lab::RootZone::Good();
    root.delegations["example.net"].servers["ns1.example.net"] = lab::kNs3;
    lab.PublishRoot(root);
    auto zone = lab::ExampleZone::Good();
    zone.hosts.erase("d1");
    zone.hosts.erase("d2");
    zone.more = "d1 60 IN CNAME pool.example.net.\nd2 60 IN CNAME round.example.net.\n";
    lab.Publish(zone);
    lab::ExampleZone second;
    second.name = "example.net";
    second.servers = {{"ns1", lab::kNs3}};
    second.hosts["pool"] = {"198.51.100.11", 86400};
    second.more = "round 60 IN CNAME d2.example.com.\n";
    lab::Knot other(lab.folder() / "other", {lab::kNs3}, {{"example.net", second.Render(1)}});
    other.WaitReady();
    Json report = Check(lab, {"d1.example.com"});
    CHECK(FindingIds(report) == Strings{"ttl-policy:d1.example.com:example.net"});
    const Json policy = report["findings"][0];
    CHECK(policy["severity"] == "warning");
    CHECK(policy["summary"] ==
          "the authority of example.net gives pool.example.net A a TTL of 1d, above the limit of 5m");
    CHECK(policy["evidence"][0]["vantage"] == "authority (192.0.2.55)");
    CHECK(policy["evidence"][0]["note"] == "pool.example.net A");

    report = Check(lab, {"d2.example.com"});
    const Json circle = FindingOf(report, "dns-unexpected:d2.example.com:example.net");
    CHECK(circle["severity"] == "critical");
    CHECK(circle["summary"] ==
          "d2.example.com has no address: its aliases lead in a circle, d2.example.com → round.example.net → "
          "d2.example.com");
  }

  TEST_CASE("signatures that end soon are a warning, then critical; so is a zone that should have some and has none") {
    if (lab::Missing("ldns-signzone")) return;
    lab::Lab lab;
    const lab::ZoneKey key(lab.folder() / "keys", "example.com");
    auto root = lab::RootZone::Good();
    root.delegations["example.com"].ds = {key.ds()};
    lab.PublishRoot(root);
    const auto zone = lab::ExampleZone::Good();
    const std::string id = "dns-signature-expiry:example.com";
    const auto serve = [&](const std::string& text, std::uint32_t serial) {
      lab.authority.Load("example.com", text, serial);
      return Check(lab, {"d1.example.com"});
    };

    CHECK(FindingIds(serve(key.Sign(zone.Render(2), -24h * 14, 24h * 14), 2)).empty());
    Json report = serve(key.Sign(zone.Render(3), -24h * 14, 60h), 3);
    CHECK(FindingIds(report) == Strings{id});
    CHECK(FindingOf(report, id)["severity"] == "warning");
    CHECK(FindingOf(report, id)["summary"] == "example.com: the signature of d1.example.com A ends in 2d 11h");
    report = serve(key.Sign(zone.Render(4), -24h * 14, 20h), 4);
    CHECK(FindingIds(report) == Strings{id});
    CHECK(FindingOf(report, id)["severity"] == "critical");
    CHECK(FindingOf(report, id)["summary"] == "example.com: the signature of d1.example.com A ends in 19h 59m");
    CHECK(FindingOf(report, id)["evidence"][0]["vantage"] == "authority (192.0.2.53)");
    report = serve(zone.Render(5), 5);
    CHECK(FindingIds(report) == Strings{id});
    CHECK(FindingOf(report, id)["severity"] == "critical");
    CHECK(FindingOf(report, id)["summary"] == "example.com: its parent has a DS record, but it has no DNSKEY");
  }
}
