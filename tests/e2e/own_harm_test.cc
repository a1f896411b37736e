#include <doctest/doctest.h>

#include "base/json.h"
#include "tests/e2e/scenario.h"
#include "tests/lab/dns_query.h"

using namespace dialwatch::e2e;
namespace lab = dialwatch::lab;

namespace {

constexpr const char* kHost = "d1.example.com";

// Lets the authority be asked for the only name `count` times more, at both of its servers.
void LetAuthorityTurns(const Watched& watched, int count) {
  const double before = ProbesOf(watched.daemon, "authority");
  CHECK(WaitUntil(kSoon + count * lab::Config::kInterval,
                  [&] { return ProbesOf(watched.daemon, "authority") >= before + 2 * count; }));
}

bool Holds(const lab::Unbound& resolver, const std::string& what) {
  return Contains(resolver.Cache(), what);
}

}  // namespace

TEST_SUITE("e2e/own_harm") {
  TEST_CASE("the prober plants no wrong answer of the authority in a resolver's cache") {
    lab::Config config;
    config.dialers = {"d1"};
    config.dialer_keys = "expect = [\"198.51.100.11\"]";
    Watched watched(config);
    lab::Lab& lab = watched.lab;
    auto zone = lab::ExampleZone::Good();
    zone.hosts["d1"] = {lab::kWrong, 86400};
    lab.Publish(zone);
    const Strings told{"dns-unexpected:d1:example.com", "ttl-policy:d1:example.com"};
    CHECK(watched.Finds(told));
    for (const auto* resolver : {&lab.quad9, &lab.cloudflare, &lab.google}) resolver->Flush(kHost);
    LetAuthorityTurns(watched, 8);
    for (const auto* resolver : {&lab.quad9, &lab.cloudflare, &lab.google}) {
      CAPTURE(resolver->name());
      CHECK_FALSE(Holds(*resolver, lab::kWrong));
    }
    // the missing samples make nobody look down, and us not blind
    CHECK(watched.findings() == told);

    // while the authority is silent its last word stands
    lab.authority.Stop();
    LetAuthorityTurns(watched, 4);
    CHECK_FALSE(Holds(lab.quad9, lab::kWrong));
    lab.authority.Start();
    lab.authority.WaitReady();

    // one question as the prober would have sent it is all it takes
    lab::Ask(lab::kQuad9, kHost);
    CHECK(Holds(lab.quad9, lab::kWrong));
    lab.quad9.Flush(kHost);

    lab.Publish(lab::ExampleZone::Good());
    CHECK(watched.Finds({}));
    CHECK(Holds(lab.quad9, "198.51.100.11"));
  }

  TEST_CASE("a name that the authority denies is not asked of resolvers, and check says what is wrong") {
    lab::Lab lab;
    auto zone = lab::ExampleZone::Good();
    zone.hosts.erase("d1");
    lab.Publish(zone);
    lab::Config config;
    config.dialers = {"d1"};
    config.more = "[[authority]]\nzone = \"example.com\"\nservers = [\"192.0.2.53\", \"192.0.2.54\"]\n";
    const auto path = lab::WriteConfig(config, lab.folder());
    const auto checked = lab::Dialwatch({"check", "-c", path}, lab.folder());
    CHECK(checked.exit == 1);
    CHECK(Contains(checked.out, "dns-unexpected"));
    const auto probed = lab::Dialwatch({"probe", "d1", "-c", path}, lab.folder());
    CHECK(Contains(probed.out, "No resolver was asked"));
    for (const auto* resolver : {&lab.quad9, &lab.cloudflare, &lab.google}) CHECK_FALSE(Holds(*resolver, kHost));
  }

  TEST_CASE("the search for the authority leaves no denial of the name either") {
    lab::Lab lab;
    auto zone = lab::ExampleZone::Good();
    zone.hosts.erase("d1");
    lab.Publish(zone);
    const auto probed = lab::Dialwatch({"probe", kHost}, lab.folder());
    CHECK(Contains(probed.out, "No resolver was asked"));
    CHECK(Holds(lab.quad9, "msg _dialwatch.d1.example.com. IN SOA"));
    for (const auto* resolver : {&lab.quad9, &lab.cloudflare, &lab.google}) {
      CHECK_FALSE(Holds(*resolver, "msg d1.example.com."));
    }
  }
}
