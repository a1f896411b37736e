#include "diagnosis/rules/dns_service.h"

#include <doctest/doctest.h>

#include <tuple>

#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {
namespace {

using probes::kRcodeRefused, probes::kRcodeServFail;

const std::vector<std::string> kRight{"198.51.100.11"};

// `rounds` rounds of the same samples, 30 s apart.
template <typename... Samples>
void Rounds(World& world, int rounds, const Samples&... samples) {
  for (int i = 0; i < rounds; ++i) {
    world.now += 30s;
    world.Round(samples...);
  }
}

World WithDialers(int dialers) {
  World world;
  world.settings = SettingsOf(dialers);
  return world;
}

}  // namespace

TEST_SUITE("diagnosis/rules/dns_service") {
  TEST_CASE("dns-failing: SERVFAIL for the only name counts from the third time on") {
    World world;
    for (const auto& [rounds, expected] : {std::pair(2, Ids{}), {1, Ids{"dns-failing:d1:google"}}}) {
      Rounds(world, rounds, Gives(kAuthority, "d1", kRight), Gives(kQuad9, "d1", kRight),
             Reply(kGoogle, "d1", kRcodeServFail));
      CHECK(world.Ids() == expected);
    }
    CHECK(world.Findings()[0].summary == "google fails for d1.example.com since 20:05:30 UTC (SERVFAIL)");
    CHECK(world.Findings()[0].since == kMonday + 30s);
    CHECK(world.Findings()[0].evidence[0].vantage == "google (8.8.8.8)");
  }

  TEST_CASE("dns-failing says what the reply says of the reason") {
    for (const auto& [rcode, code, words] :
         {std::tuple(kRcodeServFail, 22, "SERVFAIL: it cannot reach the authority"),
          {kRcodeServFail, 23, "SERVFAIL: it cannot reach the authority"},
          {kRcodeServFail, 13, "SERVFAIL: a cached error, kept for 5 min at the most"},
          {kRcodeRefused, 18, "REFUSED: a rate limit, or an access list that does not have us"}}) {
      World world;
      auto failure = Reply(kGoogle, "d1", rcode);
      failure.extended_errors = {{static_cast<std::uint16_t>(code), ""}};
      Rounds(world, 3, Gives(kAuthority, "d1", kRight), failure);
      REQUIRE(world.Ids() == Ids{"dns-failing:d1:google"});
      CHECK(world.Findings()[0].summary ==
            "google fails for d1.example.com since 20:05:30 UTC (" + std::string(words) + ")");
    }
  }

  TEST_CASE("what is asked again in a turn makes no outage, and ends none") {
    World world;
    for (int i = 0; i < 2; ++i) {
      world.now += 30s;
      world.Add(Reply(kGoogle, "d1", kRcodeServFail));
      for (int k = 0; k < 5; ++k) world.Add(Again(Reply(kGoogle, "d1", kRcodeServFail)));
    }
    CHECK(world.Ids().empty());
    world.Add(Again(Gives(kGoogle, "d1", kRight)));
    world.now += 30s;
    world.Add(Reply(kGoogle, "d1", kRcodeServFail));
    CHECK(world.Ids() == Ids{"dns-failing:d1:google"});
  }

  TEST_CASE("dns-failing: one name without an answer, while the resolver answers for another") {
    World world = WithDialers(2);
    Rounds(world, 3, Gives(kGoogle, "d1", kRight), Silence(kGoogle, "d2"), Gives(kAuthority, "d2", kRight));
    REQUIRE(world.Ids() == Ids{"dns-failing:d2:google"});
    CHECK(world.Findings()[0].summary ==
          "google fails for d2.example.com since 20:05:30 UTC (timeout), while it answers for 1 other name");
  }

  TEST_CASE("a good answer in between starts the count again") {
    World world;
    Rounds(world, 2, Reply(kGoogle, "d1", kRcodeServFail), Gives(kQuad9, "d1", kRight));
    Rounds(world, 1, Gives(kGoogle, "d1", kRight));
    Rounds(world, 2, Reply(kGoogle, "d1", kRcodeServFail), Gives(kQuad9, "d1", kRight));
    CHECK(world.Ids().empty());
  }

  TEST_CASE("good answers before a failure are no failures, even where it has the time of the last of them") {
    World world;
    Rounds(world, 5, Gives(kGoogle, "d1", kRight), Gives(kQuad9, "d1", kRight));
    world.Add(Silence(kGoogle, "d1"));
    CHECK(world.Ids().empty());
    world.Add(Reply(kGoogle, "d1", kRcodeServFail));
    CHECK(world.Ids().empty());
  }

  TEST_CASE("when the network comes back, names that had no turn yet are not blamed on the resolver") {
    World world = WithDialers(2);
    Rounds(world, 5, Silence(kGoogle, "d1"), Silence(kGoogle, "d2"));
    Rounds(world, 1, Gives(kGoogle, "d1", kRight));
    CHECK(world.Ids().empty());
    Rounds(world, 1, Gives(kGoogle, "d1", kRight));
    CHECK(world.Ids() == Ids{"dns-failing:d2:google"});
  }

  TEST_CASE("both types of a dialer failing are one finding") {
    World world;
    world.settings.dialers[0].types = {RecordType::kA, RecordType::kAaaa};
    auto v6 = Reply(kGoogle, "d1", kRcodeRefused);
    v6.type = RecordType::kAaaa;
    Rounds(world, 3, Reply(kGoogle, "d1", kRcodeServFail), v6);
    CHECK(world.Ids() == Ids{"dns-failing:d1:google"});
  }

  TEST_CASE("dns-resolver-down: where there is but one name, it is not counted") {
    World world = WithDialers(1);
    Rounds(world, 3, Silence(kGoogle, "d1"), Gives(kQuad9, "d1", kRight), Gives(kCloudflare, "d1", kRight));
    REQUIRE(world.Ids() == Ids{"dns-resolver-down:google"});
    CHECK(world.Findings()[0].summary ==
          "google answers for no name since 20:05:30 UTC (timeout), while quad9 and cloudflare do");
  }

  TEST_CASE("dns-resolver-down: silence for all names while others answer") {
    World world = WithDialers(2);
    Rounds(world, 3, Silence(kGoogle, "d1"), Silence(kGoogle, "d2"), Gives(kQuad9, "d1", kRight),
           Gives(kQuad9, "d2", kRight), Gives(kCloudflare, "d1", kRight), Silence(kCloudflare, "d2"));
    REQUIRE(world.Ids() == Ids{"dns-resolver-down:google", "dns-failing:d2:cloudflare"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kWarning);
    CHECK(finding.summary ==
          "google answers for none of 2 names since 20:05:30 UTC (timeout), while quad9 and cloudflare do");
    CHECK(finding.affected == std::vector<std::string>{"d1", "d2"});
    REQUIRE(finding.evidence.size() == 3);
    CHECK(finding.evidence[0].vantage == "google (8.8.8.8)");
    CHECK(finding.evidence[0].note == "answers for 0 of 2 names: timeout");
    CHECK(finding.evidence[2].note == "answers for 2 of 2 names");
    CHECK(finding.advice[0] == "let clients and servers that use google ask quad9 until it is back");
  }

  TEST_CASE("dns-resolver-down: even with one name, where that is not answered at all") {
    World world;
    Rounds(world, 2, Silence(kGoogle, "d1", probes::DnsOutcome::kUnreachable), Gives(kQuad9, "d1", kRight));
    CHECK(world.Ids().empty());
    Rounds(world, 1, Silence(kGoogle, "d1", probes::DnsOutcome::kUnreachable), Gives(kQuad9, "d1", kRight));
    CHECK(world.Ids() == Ids{"dns-resolver-down:google"});
  }

  TEST_CASE("dns-resolver-down: errors for every name, where others can answer") {
    World world = WithDialers(2);
    Rounds(world, 3, Reply(kGoogle, "d1", kRcodeRefused), Reply(kGoogle, "d2", kRcodeRefused),
           Gives(kQuad9, "d1", kRight));
    CHECK(world.Ids() == Ids{"dns-resolver-down:google"});
  }

  TEST_CASE("errors for every name at every resolver are not blamed on the resolvers") {
    World world = WithDialers(2);
    Rounds(world, 3, Reply(kGoogle, "d1", kRcodeServFail), Reply(kGoogle, "d2", kRcodeServFail),
           Reply(kQuad9, "d1", kRcodeServFail), Reply(kQuad9, "d2", kRcodeServFail));
    CHECK(world.Ids() ==
          Ids{"dns-failing:d1:quad9", "dns-failing:d2:quad9", "dns-failing:d1:google", "dns-failing:d2:google"});
  }

  TEST_CASE("all resolvers silent are down if the authority or STUN shows that the network works") {
    World world;
    AddStun(world.settings, {"telnyx"});
    Rounds(world, 3, Silence(kGoogle, "d1"), Silence(kQuad9, "d1"));
    CHECK(world.Ids().empty());
    SUBCASE("the authority") {
      world.Add(Gives(kAuthority, "d1", kRight));
    }
    SUBCASE("STUN, twice") {
      world.Round(Maps("telnyx", 1, "203.0.113.10"), Maps("telnyx", 2, "203.0.113.10"));
    }
    CHECK(world.Ids() == Ids{"dns-resolver-down:quad9", "dns-resolver-down:google"});
  }

  TEST_CASE("a resolver that replies for a name that is not ours is not down: it fails for ours") {
    World world;
    DnsSample reference = Reply(kGoogle, "dns");
    reference.purpose = probes::Purpose::kReference;
    for (int round = 0; round < 3; ++round) {
      Rounds(world, 1, Silence(kGoogle, "d1"), Gives(kQuad9, "d1", kRight));
      if (round > 0) world.Add(reference);
    }
    CHECK(world.Ids() == Ids{"dns-failing:d1:google"});
    reference.outcome = probes::DnsOutcome::kTimeout;
    world.Add(reference);
    CHECK(world.Ids() == Ids{"dns-resolver-down:google"});
  }

  TEST_CASE("another name of the same operator is no witness") {
    World world;
    world.settings.resolvers[0].operator_name = "google";
    Rounds(world, 3, Silence(kGoogle, "d1"), Gives(kQuad9, "d1", kRight));
    CHECK(world.Ids().empty());
  }

  TEST_CASE("one dead address of two is told as an info, not as down") {
    World world;
    const auto second = ViaResolver("google", "8.8.4.4");
    world.settings.resolvers[2].addresses.push_back(second.server);
    for (int i = 0; i < 3; ++i) {
      Rounds(world, 1, Silence(kGoogle, "d1"), Gives(kQuad9, "d1", kRight));
      Rounds(world, 1, Gives(second, "d1", kRight), Gives(kQuad9, "d1", kRight));
    }
    REQUIRE(world.Ids() == Ids{"dns-resolver-down:google"});
    CHECK(world.Findings()[0].severity == Severity::kInfo);
    CHECK(world.Findings()[0].summary == "google does not answer at 8.8.8.8, but does at 8.8.4.4");
    CHECK(world.Findings()[0].since == kMonday + 30s);
  }

  TEST_CASE("both addresses dead are down after three samples, whichever was asked") {
    World world;
    const auto second = ViaResolver("google", "8.8.4.4");
    world.settings.resolvers[2].addresses.push_back(second.server);
    Rounds(world, 1, Silence(kGoogle, "d1"), Gives(kQuad9, "d1", kRight));
    Rounds(world, 1, Silence(second, "d1"), Gives(kQuad9, "d1", kRight));
    CHECK(world.Ids().empty());
    Rounds(world, 1, Silence(kGoogle, "d1"), Gives(kQuad9, "d1", kRight));
    CHECK(world.Ids() == Ids{"dns-resolver-down:google"});
    CHECK(world.Findings()[0].severity == Severity::kWarning);
  }

  TEST_CASE("one lost packet beside a dead address is no outage") {
    World world;
    const auto second = ViaResolver("google", "8.8.4.4");
    world.settings.resolvers[2].addresses.push_back(second.server);
    for (int i = 0; i < 5; ++i) {
      Rounds(world, 1, Gives(second, "d1", kRight), Gives(kQuad9, "d1", kRight));
      Rounds(world, 1, Silence(kGoogle, "d1"), Gives(kQuad9, "d1", kRight));
    }
    Rounds(world, 1, Silence(second, "d1"), Gives(kQuad9, "d1", kRight));
    REQUIRE(world.Ids() == Ids{"dns-resolver-down:google"});
    CHECK(world.Findings()[0].severity == Severity::kInfo);
  }

  TEST_CASE("dns-authority-down: all servers of the zone, three times, while resolvers reply") {
    World world = WithDialers(2);
    const auto second = ViaAuthority("192.0.2.54");
    Rounds(world, 1, Gives(kAuthority, "d1", kRight));
    Rounds(world, 2, Silence(kAuthority, "d1"), Silence(second, "d1"), Gives(kGoogle, "d1", kRight));
    CHECK(world.Ids().empty());
    Rounds(world, 1, Silence(kAuthority, "d1"), Reply(second, "d1", kRcodeRefused), Gives(kGoogle, "d1", kRight));
    REQUIRE(world.Ids() == Ids{"dns-authority-down:example.com"});
    const Finding finding = world.Findings()[0];
    CHECK(finding.severity == Severity::kCritical);
    CHECK(finding.summary ==
          "no authoritative server of example.com (192.0.2.53 and 192.0.2.54) gives an answer since 20:06:00 UTC; "
          "resolvers live on their copies");
    CHECK(finding.affected == std::vector<std::string>{"d1"});
  }

  TEST_CASE("an authority with one server left, or with one name that works, is not down") {
    World world = WithDialers(2);
    SUBCASE("one server left") {
      Rounds(world, 3, Silence(kAuthority, "d1"), Gives(ViaAuthority("192.0.2.54"), "d1", kRight),
             Gives(kGoogle, "d1", kRight));
    }
    SUBCASE("one name works") {
      Rounds(world, 3, Reply(kAuthority, "d1", kRcodeServFail), Gives(kAuthority, "d2", kRight),
             Gives(kGoogle, "d1", kRight));
    }
    CHECK(world.Ids().empty());
  }

  TEST_CASE("an authority is not down where no resolver replies either") {
    World world;
    Rounds(world, 5, Silence(kAuthority, "d1"), Silence(kGoogle, "d1"), Silence(kQuad9, "d1"));
    CHECK(world.Ids().empty());
  }

  TEST_CASE("resolvers whose copies have expired are not blamed for an authority that is down") {
    World world;
    AddStun(world.settings, {"telnyx"});
    for (unsigned round = 1; round <= 3; ++round) {
      world.Round(Silence(kAuthority, "d1"), Silence(kGoogle, "d1"), Silence(kQuad9, "d1"),
                  Maps("telnyx", round, "203.0.113.10"));
    }
    CHECK(world.Ids() == Ids{"dns-authority-down:example.com"});
  }

  TEST_CASE("a resolver that was down before the zone fell silent stays so: what is unknown is not over") {
    World world = WithDialers(2);
    const auto google_refuses = [](const char* dialer) { return Reply(kGoogle, dialer, kRcodeRefused); };
    const auto quad9_answers = [](const char* dialer) { return Gives(kQuad9, dialer, kRight); };
    const auto quad9_fails = [](const char* dialer) { return Reply(kQuad9, dialer, kRcodeServFail); };
    Rounds(world, 6, google_refuses("d1"), google_refuses("d2"), quad9_answers("d1"), quad9_answers("d2"),
           Gives(kAuthority, "d1", kRight), Gives(kAuthority, "d2", kRight));
    CHECK(world.Ids() == Ids{"dns-resolver-down:google"});
    Rounds(world, 3, google_refuses("d1"), google_refuses("d2"), quad9_answers("d1"), quad9_fails("d2"),
           Silence(kAuthority, "d1"), Silence(kAuthority, "d2"));
    CHECK(world.Ids() == Ids{"dns-authority-down:example.com", "dns-resolver-down:google", "dns-failing:d2:quad9"});
    Rounds(world, 20, google_refuses("d1"), google_refuses("d2"), quad9_fails("d1"), quad9_fails("d2"),
           Silence(kAuthority, "d1"), Silence(kAuthority, "d2"));
    CHECK(world.Ids() == Ids{"dns-authority-down:example.com", "dns-resolver-down:google", "dns-failing:d1:quad9",
                             "dns-failing:d2:quad9"});
  }

  TEST_CASE("one that failed for some names before is not down since the others cannot be answered") {
    World world = WithDialers(3);
    const auto each = [&](int rounds, const DnsSample& other, const DnsSample& authority) {
      Rounds(world, rounds, Reply(kGoogle, "d1", kRcodeRefused), Reply(kGoogle, "d2", kRcodeRefused), other,
             Gives(kQuad9, "d1", kRight), authority);
    };
    each(6, Gives(kGoogle, "d3", kRight), Gives(kAuthority, "d3", kRight));
    CHECK(world.Ids() == Ids{"dns-failing:d1:google", "dns-failing:d2:google"});
    each(6, Reply(kGoogle, "d3", kRcodeServFail), Silence(kAuthority, "d3"));
    CHECK(world.Ids() == Ids{"dns-authority-down:example.com", "dns-failing:d1:google", "dns-failing:d2:google",
                             "dns-failing:d3:google"});
  }
}

}  // namespace dialwatch::diagnosis
