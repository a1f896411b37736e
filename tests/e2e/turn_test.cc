#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>

#include "base/json.h"
#include "tests/e2e/scenario.h"
#include "tests/lab/addresses.h"
#include "tests/lab/nft.h"
#include "tests/lab/relay.h"

using namespace dialwatch::e2e;
namespace lab = dialwatch::lab;

namespace {

constexpr const char* kPassword = "sesame";

// A relay at stun3.example.com.
struct Relaying {
  lab::TemporaryFolder folder;
  lab::RelayOptions options;
  lab::Relay relay;

  explicit Relaying(const lab::Certificate* tls = nullptr)
      : options{.address = lab::kThirdStun, .tls = tls}, relay(folder / "relay", options) {
    relay.WaitReady();
    Login(kPassword);
  }

  void Restart() {
    relay = lab::Relay(folder / "relay", options);
    relay.WaitReady();
  }

  void Login(const std::string& password) const { lab::WriteFile(folder / "password", password + "\n"); }

  lab::Config Config(const std::string& uri, const std::string& more = "") const {
    lab::Config config;
    config.more =
        fmt::format("[[turn]]\nname = \"relay\"\nuri = \"{}\"\nusername = \"webphone\"\npassword_file = \"{}\"\n{}\n",
                    uri, (folder / "password"), more);
    return config;
  }
};

Json RelayOf(const Watched& watched) {
  const Json status = StatusOf(watched.daemon);
  return status["turn"].empty() ? Json() : status["turn"][0];
}

}  // namespace

TEST_SUITE("e2e/turn") {
  TEST_CASE("a relay that works has no finding, and its password is nowhere to be seen") {
    if (lab::Missing("turnserver")) return;
    const Relaying relaying;
    Watched watched(relaying.Config("turn:stun3.example.com?transport=tcp"));
    CHECK(WaitUntil(kSoon, [&] { return RelayOf(watched)["outcome"] == "relayed"; }));
    const Json relay = RelayOf(watched);
    CHECK(relay["address"] == "192.0.2.82:3478");
    CHECK(relay["step"] == "release");
    CHECK(relay["out"] == Json{{"sent", 20}, {"arrived", 20}});
    CHECK(relay["back"] == Json{{"sent", 20}, {"arrived", 20}});
    CHECK(watched.Finds({}));
    CHECK(ValueOf(watched.daemon, "dialwatch_turn_loss_ratio{server=\"relay\",direction=\"back\"}") == 0);
    for (const std::string& text :
         {watched.daemon.Get("/api/v1/status"), watched.daemon.Metrics(), watched.daemon.Log()}) {
      CHECK_FALSE(Contains(text, kPassword));
    }
  }

  TEST_CASE("a password that was changed at the relay is told, and once it is right again all is well") {
    if (lab::Missing("turnserver")) return;
    const Relaying relaying;
    relaying.Login("mellon");
    Watched watched(relaying.Config("turn:stun3.example.com"));
    CHECK(watched.Finds({"turn-auth:relay"}));
    CHECK(Contains(watched.Post(1), "refuses our credentials"));
    CHECK_FALSE(Contains(watched.Post(1), "mellon"));
    relaying.Login(kPassword);
    CHECK(watched.Finds({}));
  }

  TEST_CASE("a relay whose ports a firewall closes grants addresses, and is broken") {
    if (lab::Missing("turnserver") || lab::Missing("nft")) return;
    const Relaying relaying;
    Watched watched(relaying.Config("turn:stun3.example.com"));
    CHECK(WaitUntil(kSoon, [&] { return RelayOf(watched)["outcome"] == "relayed"; }));
    {
      const lab::Wall wall("udp dport 50000-50100 drop");
      CHECK(watched.Finds({"turn-relay-broken:relay"}));
      CHECK(RelayOf(watched)["outcome"] == "no-data");
    }
    CHECK(watched.Finds({}));
  }

  TEST_CASE("a relay that is gone is told once, with all its dialers, and so is its return") {
    if (lab::Missing("turnserver")) return;
    Relaying relaying;
    Watched watched(relaying.Config("turn:stun3.example.com"));
    relaying.relay.Stop();
    CHECK(watched.TellsOnce({"CRITICAL: relay relay is down", "turn-down:relay:", "3 dialers: d1, d2, d3"}));
    relaying.Restart();
    CHECK(watched.TellsItsEnd("relay relay is down"));
  }

  TEST_CASE("a certificate that ends soon is a warning, one that has ended takes the relay down") {
    if (lab::Missing("turnserver")) return;
    const lab::TemporaryFolder folder;
    const lab::TestCa ca(folder.path());
    setenv("SSL_CERT_FILE", ca.certificate().c_str(), 1);
    {
      const auto soon = ca.Issue("soon", {"DNS:stun3.example.com"}, 5);
      const Relaying relaying(&soon);
      Watched watched(relaying.Config("turns:stun3.example.com"));
      CHECK(watched.Finds({"turn-cert-expiry:relay"}));
      CHECK(RelayOf(watched)["outcome"] == "relayed");
    }
    {
      const auto expired = ca.Issue("expired", {"DNS:stun3.example.com"}, -1);
      const Relaying relaying(&expired);
      Watched watched(relaying.Config("turns:stun3.example.com"));
      CHECK(watched.Finds({"turn-down:relay"}));
      CHECK(RelayOf(watched)["error"] == "certificate: certificate has expired");
    }
    unsetenv("SSL_CERT_FILE");
  }

  TEST_CASE("a relay that gives calls an address that is not expected is named") {
    if (lab::Missing("turnserver")) return;
    const Relaying relaying;
    Watched watched(relaying.Config("turn:stun3.example.com", "expect_relayed = [\"198.51.100.20\"]"));
    CHECK(watched.Finds({"turn-relay-broken:relay"}));
  }

  TEST_CASE("probe shows how far a relay works, step by step, and nothing secret") {
    if (lab::Missing("turnserver")) return;
    const lab::Lab lab;
    const Relaying relaying;
    const auto config = WriteConfig(relaying.Config("turn:stun3.example.com:3478"), lab.folder());
    const auto probe = [&](std::vector<std::string> arguments) {
      arguments.insert(arguments.begin(), {"probe", "-c", config});
      setenv("COLUMNS", "80", 1);
      auto output = lab::Dialwatch(std::move(arguments), lab.folder());
      unsetenv("COLUMNS");
      for (const std::string& text : {output.out, output.err}) CHECK_FALSE(Contains(text, kPassword));
      return output;
    };
    const auto good = probe({"turn:stun3.example.com:3478?transport=udp"});
    CAPTURE(good.out);
    CHECK(good.exit == 0);
    CHECK(Contains(good.out, "  permission    ok "));
    CHECK(Contains(good.out, "  callers get    192.0.2.82:5"));
    CHECK(Contains(good.out, "relay relays: packets went through it both ways"));
    const Json report = Json::parse(probe({"relay", "--json"}).out);
    CHECK(report["turn"]["outcome"] == "relayed");
    CHECK(report["turn"]["steps"].size() == 8);

    relaying.Login("mellon");
    const auto refused = probe({"relay", "--count", "2"});
    CAPTURE(refused.out);
    CHECK(refused.exit == 1);
    CHECK(Contains(refused.out, "  allocate  FAILED "));
    CHECK(Contains(refused.out, "CRITICAL turn-auth: relay relay refuses our credentials"));
    CHECK(Contains(refused.out, "first: hold username and password or secret in the config"));
    CHECK_FALSE(Contains(refused.out, "mellon"));

    CHECK(probe({"turn:stun2.example.com"}).exit == 2);
  }
}
