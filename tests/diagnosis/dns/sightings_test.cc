#include "diagnosis/dns/sightings.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {
namespace {

DnsSample At(DnsSample sample, TimePoint at) {
  sample.at = at;
  return sample;
}

}  // namespace

TEST_SUITE("diagnosis/dns/sightings") {
  TEST_CASE("replies that say the same share one statement") {
    Sightings sightings;
    sightings.Add(At(Gives(kGoogle, "d1", {"198.51.100.11"}, 300s), kMonday));
    sightings.Add(At(Gives(kGoogle, "d1", {"203.0.113.66"}, 60s), kMonday + 10s));
    sightings.Add(At(Gives(kGoogle, "d1", {"198.51.100.11"}, 280s), kMonday + 20s));
    const auto all = sightings.all();
    REQUIRE(all.size() == 3);
    CHECK(all[0].said == all[2].said);
    CHECK(all[0].said != all[1].said);
    CHECK(all[2].ttl == 280);
    CHECK(all[2].expiry() == kMonday + 300s);
  }

  TEST_CASE("another address, transport, purpose, NSID or extended error makes another statement") {
    const auto first = Gives(kGoogle, "d1", {"198.51.100.11"});
    std::vector<DnsSample> others(5, first);
    others[0].via = ViaResolver("google", "8.8.4.4");
    others[1].transport = config::Transport::kTcp;
    others[2].purpose = probes::Purpose::kConfirm;
    others[3].nsid = "gpdns-fra";
    others[4].extended_errors = {{3, ""}};
    for (const DnsSample& other : others) {
      Sightings sightings;
      sightings.Add(At(first, kMonday));
      sightings.Add(At(other, kMonday));
      CHECK(sightings.all()[0].said != sightings.all()[1].said);
    }
  }

  TEST_CASE("they stand by time, whichever came first") {
    Sightings sightings;
    sightings.Add(At(Gives(kGoogle, "d1", {"198.51.100.11"}), kMonday + 1s));
    sightings.Add(At(Gives(kGoogle, "d1", {"198.51.100.11"}), kMonday));
    CHECK(sightings.all()[0].at == kMonday);
  }

  TEST_CASE("at most 64 are kept, of 15 minutes") {
    Sightings sightings;
    for (int i = 0; i < 100; ++i) sightings.Add(At(Gives(kGoogle, "d1", {"198.51.100.11"}), kMonday + i * 1s));
    REQUIRE(sightings.all().size() == 64);
    CHECK(sightings.all()[0].at == kMonday + 36s);
    sightings.Add(At(Gives(kGoogle, "d1", {"198.51.100.11"}), kMonday + 15min + 50s));
    CHECK(sightings.all()[0].at == kMonday + 50s);
  }

  TEST_CASE("what is old is forgotten") {
    Sightings sightings;
    sightings.Add(At(Gives(kGoogle, "d1", {"198.51.100.11"}), kMonday));
    sightings.Add(At(Gives(kGoogle, "d1", {"198.51.100.11"}), kMonday + 10s));
    const Sightings before = sightings;
    sightings.ForgetBefore(kMonday + 10s);
    CHECK(sightings.all().size() == 1);
    CHECK(before.all().size() == 2);  // copies are not touched
    sightings.ForgetBefore(kMonday + 11s);
    CHECK(sightings.empty());
    CHECK(sightings.all().empty());
  }

  TEST_CASE("after the clock was set back, what lies ahead is dropped") {
    Sightings sightings;
    sightings.Add(At(Gives(kGoogle, "d1", {"198.51.100.11"}), kMonday + 2h));
    sightings.Add(At(Gives(kGoogle, "d1", {"198.51.100.11"}), kMonday));
    REQUIRE(sightings.all().size() == 1);
    CHECK(sightings.all()[0].at == kMonday);
  }

  TEST_CASE("no reply is no sighting, an error is one") {
    Sightings sightings;
    sightings.Add(At(Silence(kGoogle, "d1"), kMonday));
    CHECK(sightings.empty());
    sightings.Add(At(Reply(kGoogle, "d1", probes::kRcodeServFail), kMonday));
    CHECK(sightings.all().size() == 1);
  }

  TEST_CASE("of a huge reply a bounded part is kept") {
    std::vector<std::string> addresses;
    for (int i = 0; i < 1000; ++i)
      addresses.push_back("10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250));
    auto sample = Gives(kGoogle, "d1", addresses);
    sample.nsid = std::string(5000, 'n');
    sample.extended_errors.assign(100, {15, std::string(5000, 'e')});
    sample.authority.assign(100, {"example.com", RecordType::kNs, 300, "ns.example.com"});
    Sightings sightings;
    sightings.Add(At(sample, kMonday));
    const DnsSample& kept = sightings.all()[0].said->sample;
    CHECK(kept.answers.size() == 64);
    CHECK(kept.nsid.size() == 100);
    CHECK(kept.extended_errors.size() == 8);
    CHECK(kept.extended_errors[0].text.size() == 100);
    CHECK(kept.authority.empty());
  }

  TEST_CASE("a sighting can be shown as the sample that it was") {
    auto sample = At(Denies(kGoogle, "d1", probes::kRcodeNxDomain, 900s), kMonday);
    Sightings sightings;
    sightings.Add(sample);
    const DnsSample shown = sightings.all()[0].ToSample();
    CHECK(shown.at == kMonday);
    CHECK(shown.rtt == 12ms);
    CHECK(shown.via == kGoogle);
    CHECK(shown.rcode == probes::kRcodeNxDomain);
    REQUIRE(shown.authority.size() == 1);
    CHECK(shown.authority[0].ttl == 900);
  }
}

}  // namespace dialwatch::diagnosis
