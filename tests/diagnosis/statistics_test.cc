#include "diagnosis/statistics.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {

TEST_SUITE("diagnosis/statistics") {
  TEST_CASE("probes are counted by kind, via and result, with rcodes in lower case") {
    Statistics statistics;
    for (const DnsSample& sample :
         {Gives(kGoogle, "d1", {"198.51.100.11"}), Denies(kGoogle, "d1"), Reply(kGoogle, "d1", 2),
          Reply(kGoogle, "d1", 3841), Silence(kGoogle, "d1"), Gives(kAuthority, "d1", {"198.51.100.11"}),
          Silence(kGoogle, "d1", probes::DnsOutcome::kNotAsked)}) {
      statistics.Add(sample);
    }
    statistics.Add(Maps("telnyx", 1, "203.0.113.10"));
    statistics.Add(StunFails("telnyx", 2));
    const decltype(statistics.probes) expected{
        {{"dns", "authority", "noerror"}, 1}, {{"dns", "google", "noerror"}, 1}, {{"dns", "google", "nxdomain"}, 1},
        {{"dns", "google", "servfail"}, 1},   {{"dns", "google", "timeout"}, 1}, {{"dns", "google", "other_rcode"}, 1},
        {{"dns", "google", "not_asked"}, 1},  {{"stun", "telnyx", "mapped"}, 1}, {{"stun", "telnyx", "timeout"}, 1}};
    CHECK(statistics.probes == expected);
  }

  TEST_CASE("only answers have a duration, by resolver and transport") {
    Statistics statistics;
    auto over_tcp = Gives(kGoogle, "d1", {"198.51.100.11"});
    over_tcp.transport = config::Transport::kTcp;
    over_tcp.forged = 2;
    statistics.Add(over_tcp);
    statistics.Add(Silence(kQuad9, "d1"));
    REQUIRE(statistics.dns_lookups.size() == 1);
    CHECK(statistics.dns_lookups.at({"google", "tcp"}).sum() == doctest::Approx(0.012));
    CHECK(statistics.forged == 2);
  }

  TEST_CASE("a server that does not say who it is has not failed") {
    Statistics statistics;
    auto refused = Reply(kGoogle, "d1", probes::kRcodeRefused);
    refused.purpose = probes::Purpose::kIdentity;
    statistics.Add(refused);
    CHECK(statistics.probes.empty());
    CHECK(statistics.dns_lookups.empty());
  }

  TEST_CASE("a duration on a bound belongs below it, beyond the last to the rest") {
    Histogram histogram;
    for (const double seconds : {0.0005, 0.00051, 5.0, 5.1}) histogram.Observe(seconds);
    CHECK(histogram.counts()[0] == 1);
    CHECK(histogram.counts()[1] == 1);
    CHECK(histogram.counts()[12] == 1);
    CHECK(histogram.counts()[13] == 1);
  }

  TEST_CASE("an RTT that may be of a retransmission is not observed") {
    Statistics statistics;
    auto resent = Maps("telnyx", 1, "203.0.113.10");
    resent.rtt.reset();
    statistics.Add(resent);
    CHECK(statistics.stun_rtts.empty());
  }

  TEST_CASE("readings of an ICE config are counted by its location without a query, and vanish with it") {
    Statistics statistics;
    probes::IceConfigSample sample;
    sample.location = "https://phone.example.com/?pass=secret";
    statistics.Add(sample);
    sample.outcome = probes::IceConfigOutcome::kRead;
    statistics.Add(sample);
    statistics.Add(probes::ResolvConfSample{});
    REQUIRE(statistics.probes.size() == 2);
    CHECK(statistics.probes[{"ice_config", "https://phone.example.com/", "read"}] == 1);
    CHECK(statistics.probes[{"ice_config", "https://phone.example.com/", "unreadable"}] == 1);
    Settings settings;
    settings.ice_configs = {{config::IceConfig::Kind::kUrl, sample.location}};
    statistics.Retain(settings);
    CHECK(statistics.probes.size() == 2);
    statistics.Retain({});
    CHECK(statistics.probes.empty());
  }

  TEST_CASE("series vanish with their target") {
    Statistics statistics;
    statistics.Add(Gives(kGoogle, "d1", {"198.51.100.11"}));
    statistics.Add(Gives(kAuthority, "d1", {"198.51.100.11"}));
    statistics.Add(Maps("telnyx", 1, "203.0.113.10"));
    Settings settings = SettingsOf();
    statistics.Retain(settings);
    CHECK(statistics.probes.size() == 2);
    CHECK(statistics.stun_rtts.empty());
    settings.resolvers.clear();
    statistics.Retain(settings);
    CHECK(statistics.probes.size() == 1);
    CHECK(statistics.dns_lookups.size() == 1);
  }
}

}  // namespace dialwatch::diagnosis
