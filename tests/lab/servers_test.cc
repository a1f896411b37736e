#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tests/lab/bind.h"
#include "tests/lab/copies.h"
#include "tests/lab/dns_query.h"
#include "tests/lab/knot.h"
#include "tests/lab/lab.h"
#include "tests/lab/power_dns.h"
#include "tests/lab/zone_key.h"

using namespace dialwatch::lab;
using Addresses = std::vector<std::string>;
using namespace std::chrono_literals;

namespace {

// example.net, which the root delegates to `server` at kNs3.
ExampleZone ExampleNet() {
  ExampleZone zone;
  zone.name = "example.net";
  zone.servers = {{"ns", kNs3}};
  zone.hosts["edge"] = {"198.51.100.77"};
  return zone;
}

void DelegateExampleNet(Lab* lab) {
  RootZone root = RootZone::Good();
  root.delegations["example.net"] = {{{"ns.example.net", kNs3}}, {}};
  lab->PublishRoot(root);
}

}  // namespace

TEST_SUITE("lab/servers") {
  TEST_CASE("knot serves a second zone, into which a CNAME of the first leads, and reloads it") {
    if (Missing("knotd")) return;
    Lab lab;
    Knot knot(lab.folder() / "knot", {kNs3}, {{"example.net", ExampleNet().Render(1)}});
    knot.WaitReady();
    DelegateExampleNet(&lab);
    auto zone = ExampleZone::Good();
    zone.more = "wss 300 IN CNAME edge.example.net.\n";
    lab.Publish(zone);
    CHECK(Ask(kGoogle, "wss.example.com")->addresses == Addresses{"198.51.100.77"});
    auto moved = ExampleNet();
    moved.hosts["edge"] = {"198.51.100.78"};
    knot.Load("example.net", moved.Render(2), 2);
    CHECK(Ask(kNs3, "edge.example.net")->addresses == Addresses{"198.51.100.78"});
    CHECK(Ask(kNs3, "edge.example.net")->aa);
  }

  TEST_CASE("bind finds the authority from the root, and can be poisoned and flushed") {
    if (Missing("named")) return;
    Lab lab;
    const Bind bind(lab.folder() / "bind", kBind);
    bind.WaitReady();
    CHECK(Ask(kBind, "d1.example.com")->addresses == Addresses{"198.51.100.11"});
    lab.Poison(bind, "d2.example.com");
    const auto poisoned = Ask(kBind, "d2.example.com");
    CHECK(poisoned->addresses == Addresses{kWrong});
    CHECK(poisoned->ttl > 86000);
    CHECK(poisoned->nsid == "bind");
    bind.Flush("d2.example.com");
    CHECK(Ask(kBind, "d2.example.com")->addresses == Addresses{"198.51.100.12"});
  }

  TEST_CASE("powerdns finds the authority from the root, and keeps what it had until it is flushed") {
    if (Missing("pdns_recursor")) return;
    Lab lab;
    const PowerDns powerdns(lab.folder() / "powerdns", kPowerDns);
    powerdns.WaitReady();
    CHECK(Ask(kPowerDns, "d1.example.com")->addresses == Addresses{"198.51.100.11"});
    auto zone = ExampleZone::Good();
    zone.hosts["d1"].address = kWrong;
    lab.Publish(zone);
    CHECK(Ask(kPowerDns, "d1.example.com")->addresses == Addresses{"198.51.100.11"});
    powerdns.Flush("d1.example.com");
    CHECK(Ask(kPowerDns, "d1.example.com")->addresses == Addresses{kWrong});
    CHECK(Ask(kPowerDns, "d1.example.com")->nsid == "powerdns");
  }

  TEST_CASE("bind serves what has expired while the authority is away, and says so") {
    if (Missing("named")) return;
    Lab lab;
    auto zone = ExampleZone::Good();
    zone.hosts["d1"].ttl = 1;
    lab.Publish(zone);
    const Bind bind(
        lab.folder() / "bind", kBind,
        "stale-answer-enable yes; stale-cache-enable yes; stale-answer-client-timeout 0; resolver-query-timeout 301;");
    bind.WaitReady();
    REQUIRE(Ask(kBind, "d1.example.com")->ede.empty());
    lab.authority.Stop();
    CHECK(WaitUntil(5s, [] {
      const auto reply = Ask(kBind, "d1.example.com");
      return reply && reply->addresses == Addresses{"198.51.100.11"} && reply->ede == std::vector{3};
    }));
  }

  TEST_CASE("three caches share an address, each with a mind of its own") {
    Lab lab;
    Copies copies(lab.folder() / "copies", {"copy", {kAnycast}}, 3);
    copies.WaitReady();
    lab.Poison(copies[1], "d1.example.com");
    std::set<std::string> right, wrong;
    for (int i = 0; i < 100; ++i) {
      const auto reply = Ask(kAnycast, "d1.example.com");
      REQUIRE(reply);
      (reply->addresses == Addresses{kWrong} ? wrong : right).insert(reply->nsid);
    }
    CHECK(wrong == std::set<std::string>{"copy-2"});
    CHECK(right == std::set<std::string>{"copy-1", "copy-3"});
    copies[1].Flush("d1.example.com");
    for (int i = 0; i < 20; ++i) CHECK(Ask(kAnycast, "d1.example.com")->addresses == Addresses{"198.51.100.11"});
  }

  TEST_CASE("a validating resolver takes a signed zone, and not once its signatures have ended") {
    if (Missing("ldns-signzone")) return;
    Lab lab;
    const ZoneKey key(lab.folder() / "keys", "example.com");
    const auto zone = ExampleZone::Good();
    lab.authority.Load("example.com", key.Sign(zone.Render(2)), 2);
    Unbound::Options options{"valid", {kAnycast}};
    options.trust_anchor = key.trust_anchor();
    const Unbound validating(lab.folder() / "valid", options);
    validating.WaitReady();
    CHECK(Ask(kAnycast, "d1.example.com")->addresses == Addresses{"198.51.100.11"});
    lab.authority.Load("example.com", key.Sign(zone.Render(3), -48h, -24h), 3);
    validating.Command("flush_zone example.com");
    const auto refused = Ask(kAnycast, "d1.example.com");
    CHECK(refused->rcode == 2);
    CAPTURE(fmt::format("{}", fmt::join(refused->ede, " ")));
    CHECK(refused->ede == std::vector{9});  // the first signature that it misses is that of the DNSKEY
    CHECK(Ask(kGoogle, "d1.example.com")->rcode == 0);
  }

  TEST_CASE("unbound speaks TLS and HTTPS with a certificate of the test's own authority") {
    const Lab lab;
    const TestCa ca(lab.folder() / "ca");
    Unbound::Options options{"encrypted", {kAnycast}};
    options.tls = ca.Issue("server", {"DNS:dns.example", std::string("IP:") + kAnycast});
    const Unbound encrypted(lab.folder() / "encrypted", options);
    encrypted.WaitReady();
    CHECK(Ask(kAnycast, "d1.example.com")->addresses == Addresses{"198.51.100.11"});
    const Output tls = Run({"kdig", "@192.0.2.103", "+tls-ca=" + ca.certificate(), "+tls-hostname=dns.example",
                            "+short", "d1.example.com"},
                           lab.folder(), 5s);
    CHECK(tls.out == "198.51.100.11\n");
    const Output https = Run({"kdig", "@192.0.2.103", "+https", "+tls-ca=" + ca.certificate(),
                              "+tls-hostname=dns.example", "+short", "d1.example.com"},
                             lab.folder(), 5s);
    CHECK(https.out == "198.51.100.11\n");
  }

  TEST_CASE("a certificate can have ended before it began to be used") {
    const TemporaryFolder folder;
    const TestCa ca(folder.path());
    const auto verify = [&](int days) {
      return Run({"openssl", "verify", "-CAfile", ca.certificate(), ca.Issue("a", {"DNS:a.example"}, days).certificate},
                 folder.path(), 5s);
    };
    CHECK(verify(30).exit == 0);
    CHECK(verify(-1).err.find("has expired") != std::string::npos);
  }
}
