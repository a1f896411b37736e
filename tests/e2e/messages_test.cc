#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "base/json.h"
#include "tests/e2e/scenario.h"
#include "tests/lab/nft.h"
#include "tests/lab/test_ca.h"

// What on-call is told of faults of real servers: one message for each incident, which names its cause and all whom it
// hits, and one for its end.
using namespace dialwatch::e2e;
using namespace std::chrono_literals;
namespace lab = dialwatch::lab;

namespace {

// Long enough for all that one fault does to have come together.
lab::Config Patient() {
  lab::Config config;
  config.wait = "4s";
  config.keep_firing_for = "3s";
  return config;
}

// A resolver of the test's own, whose copies run out within two seconds, and which asks from its own address.
struct Fourth {
  lab::TemporaryFolder folder;
  lab::Unbound unbound;

  explicit Fourth(const std::string& lines = "", std::optional<lab::Certificate> tls = {})
      : unbound(folder / "fourth", {.name = "fourth",
                                    .addresses = {lab::kAnycast},
                                    .cache_max_ttl = 2,
                                    .tls = std::move(tls),
                                    .server = fmt::format("  outgoing-interface: {}\n{}", lab::kAnycast, lines)}) {
    unbound.WaitReady();
  }

  // Quad9, Google and this one.
  static lab::Config Config(const std::string& keys = "") {
    lab::Config config = Patient();
    config.more = fmt::format(
        "[[resolver]]\nname = \"quad9\"\naddresses = [\"{}\"]\n"
        "[[resolver]]\nname = \"google\"\naddresses = [\"{}\"]\n"
        "[[resolver]]\nname = \"fourth\"\naddresses = [\"{}\"]\n{}",
        lab::kQuad9, lab::kGoogle, lab::kAnycast, keys);
    return config;
  }

  static std::string NoWayToTheZone() {
    return fmt::format("ip saddr {} ip daddr {{ {}, {} }} drop", lab::kAnycast, lab::kNs1, lab::kNs2);
  }
};

}  // namespace

TEST_SUITE("e2e/messages") {
  TEST_CASE("a resolver that serves what has run out, since it is cut off from the zone") {
    if (lab::Missing("nft")) return;
    const Fourth fourth("  serve-expired: yes\n  serve-expired-client-timeout: 150\n");
    Watched watched(Fourth::Config());
    std::optional<lab::Wall> wall(Fourth::NoWayToTheZone());
    CHECK(watched.TellsOnce({"WARNING: fourth serves copies that have run out for all 3 dialers",
                             "dns-served-stale:fourth:", ": d1, d2, d3"}));
    wall.reset();
    CHECK(watched.TellsItsEnd("fourth serves copies that have run out"));
  }

  TEST_CASE("a resolver that fails for all names, since it is cut off from the zone") {
    if (lab::Missing("nft")) return;
    const Fourth fourth;
    Watched watched(Fourth::Config());
    std::optional<lab::Wall> wall(Fourth::NoWayToTheZone());
    CHECK(watched.TellsOnce(
        {"WARNING: resolver fourth gives no answers", "dns-resolver-down:fourth:", "3 dialers: d1, d2, d3"}));
    wall.reset();
    CHECK(watched.TellsItsEnd("resolver fourth gives no answers"));
  }

  TEST_CASE("a past address that a resolver keeps after a move, beyond any TTL it had") {
    auto zone = lab::ExampleZone::Good();
    zone.hosts["d1"].ttl = 5;
    Watched watched(Patient(), [&](lab::Lab& lab) { lab.Publish(zone); });
    watched.LetRounds(2);
    watched.lab.google.Command("local_data d1.example.com. 5 IN A 198.51.100.11");
    zone.hosts["d1"].address = "198.51.100.111";
    watched.lab.Publish(zone);
    CHECK_FALSE(watched.Post(1, 60s).empty());  // half a minute is granted beyond the TTL
    CHECK(watched.TellsOnce({"CRITICAL: google gives past addresses for d1", "dns-stale:google:", "198.51.100.111"}));
    watched.lab.google.Command("local_data_remove d1.example.com.");
    watched.lab.google.Flush("d1.example.com");
    CHECK(watched.TellsItsEnd("google gives past addresses for d1"));
  }

  TEST_CASE("wrong copies at two operators, about different dialers: two incidents, each with its own") {
    Watched watched(Patient());
    watched.lab.Poison(watched.lab.google, "d1.example.com");
    watched.lab.Poison(watched.lab.cloudflare, "d2.example.com");
    Strings posts{watched.Post(1, 2 * kSoon), watched.Post(2)};
    std::ranges::sort(posts, {}, [](const std::string& post) { return !Contains(post, "CRITICAL: google"); });
    CHECK(Contains(posts[0], "CRITICAL: google gives wrong addresses for d1"));
    CHECK_FALSE(Contains(posts[0], "d2"));
    CHECK(Contains(posts[1], "CRITICAL: cloudflare gives wrong addresses for d2"));
    CHECK_FALSE(Contains(posts[1], "d1"));
    watched.lab.google.Flush("d1.example.com");
    CHECK(Contains(watched.Post(3), "google gives wrong addresses for d1"));
    CHECK(StatusOf(watched.daemon)["incidents"].size() == 2);
    watched.lab.cloudflare.Flush("d2.example.com");
    CHECK(Contains(watched.Post(4), "cloudflare gives wrong addresses for d2"));
    watched.LetRounds(3);
    CHECK(watched.sink.bodies().size() == 4);
  }

  TEST_CASE("a wrong copy and a STUN server that is down are two incidents, and each ends for itself") {
    Watched watched(Patient());
    watched.lab.Poison(watched.lab.google, "d1.example.com");
    watched.lab.second_stun.Stop();
    Strings posts{watched.Post(1, 2 * kSoon), watched.Post(2)};
    std::ranges::sort(posts, {}, [](const std::string& post) { return !Contains(post, "CRITICAL: google"); });
    CHECK(Contains(posts[0], "CRITICAL: google gives wrong addresses for d1"));
    CHECK_FALSE(Contains(posts[0], "second"));
    CHECK(Contains(posts[1], "WARNING: STUN server second is down"));
    CHECK_FALSE(Contains(posts[1], "google gives"));
    watched.lab.google.Flush("d1.example.com");
    CHECK(Contains(watched.Post(3), "google gives wrong addresses for d1"));
    watched.lab.second_stun = lab::Coturn(watched.lab.folder() / "second_stun", lab::kSecondStun);
    CHECK(Contains(watched.Post(4), "STUN server second is down"));
    watched.LetRounds(3);
    CHECK(watched.sink.bodies().size() == 4);
  }

  TEST_CASE("port 53 that is blocked for us, while DNS over TLS gets through") {
    if (lab::Missing("nft")) return;
    const lab::TemporaryFolder folder;
    const lab::TestCa ca(folder.path());
    setenv("SSL_CERT_FILE", ca.certificate().c_str(), 1);
    const Fourth fourth("", ca.Issue("fourth", {"DNS:fourth.example"}));
    Watched watched(Fourth::Config("transport = \"tls\"\ntls_name = \"fourth.example\"\n"));
    const std::string ours = fmt::format("ip saddr {} ", lab::kOffice);
    std::optional<lab::Wall> wall(ours + "meta l4proto { tcp, udp } th dport 53 drop");
    CHECK(watched.TellsOnce({"CRITICAL: DNS on port 53 does not get out of our network",
                             "dns-port-blocked:", "fourth answers over tls", "3 dialers: d1, d2, d3"}));
    wall.reset();
    CHECK(watched.TellsItsEnd("plain DNS does not get out of our network"));
    unsetenv("SSL_CERT_FILE");
  }
}
