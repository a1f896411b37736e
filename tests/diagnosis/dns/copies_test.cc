#include "diagnosis/dns/copies.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {
namespace {

// Replies of google as "answer, TTL", a second apart unless told.
struct Seen {
  Sightings sightings;
  TimePoint now = kMonday;

  void Add(const std::string& answer, seconds ttl, const std::string& nsid = "",
           const std::string& address = "8.8.8.8") {
    auto sample = Gives(ViaResolver("google", address), "d1", {answer}, ttl);
    sample.nsid = nsid;
    sample.at = now;
    sightings.Add(sample);
  }
  std::vector<CachedCopy> Copies() const { return CopiesOf(sightings.all()); }
};

}  // namespace

TEST_SUITE("diagnosis/dns/copies") {
  TEST_CASE("what runs out at one moment is one copy, seen as often as that") {
    Seen seen;
    seen.Add("203.0.113.66", 86400s);
    seen.now += 30s;
    seen.Add("203.0.113.66", 86370s);
    seen.now += 30s;
    seen.Add("203.0.113.66", 86340s);
    const auto copies = seen.Copies();
    REQUIRE(copies.size() == 1);
    CHECK(copies[0].expiry == kMonday + 86400s);
    CHECK(copies[0].seen.size() == 3);
    CHECK(copies[0].first_seen() == kMonday);
    CHECK(copies[0].last_seen() == kMonday + 60s);
  }

  TEST_CASE("a second more or less is rounding, two are another copy") {
    for (const auto& [later, copies] : {std::pair(1s, 1), {2s, 2}}) {
      Seen seen;
      seen.Add("203.0.113.66", 300s);
      seen.Add("203.0.113.66", 300s + later);
      CHECK(seen.Copies().size() == static_cast<std::size_t>(copies));
    }
  }

  TEST_CASE("another answer is another copy, and so is another machine that names itself") {
    Seen seen;
    seen.Add("203.0.113.66", 300s, "res1");
    seen.Add("203.0.113.66", 300s, "");  // may be the same machine
    seen.Add("203.0.113.66", 300s, "res2");
    seen.Add("198.51.100.11", 300s, "res1");
    CHECK(seen.Copies().size() == 3);
  }

  TEST_CASE("an answer without a TTL, and an error, are no copy") {
    Seen seen;
    seen.Add("203.0.113.66", 0s);
    auto error = Reply(kGoogle, "d1", probes::kRcodeServFail);
    error.at = kMonday;
    seen.sightings.Add(error);
    CHECK(seen.Copies().empty());
  }

  TEST_CASE("copies that were there at the same time are counted, those that followed one another are not") {
    Seen apart, together;
    for (const seconds ttl : {300s, 300s, 300s}) {  // each with an expiry of its own
      apart.Add("203.0.113.66", ttl);
      apart.now += 10s;
    }
    CHECK(apart.Copies().size() == 3);
    CHECK(AtOnce(apart.Copies()) == 1);
    for (const seconds ttl : {300s, 200s, 280s, 180s}) {  // two, seen in turn
      together.Add("203.0.113.66", ttl);
      together.now += 10s;
    }
    CHECK(together.Copies().size() == 2);
    CHECK(AtOnce(together.Copies()) == 2);
    CHECK(AtOnce({}) == 0);
  }

  TEST_CASE("a copy is gone when it has run out") {
    Seen seen;
    seen.Add("203.0.113.66", 60s);
    const auto copies = seen.Copies();
    CHECK_FALSE(IsGone(copies[0], seen.sightings.all(), kMonday + 59s));
    CHECK(IsGone(copies[0], seen.sightings.all(), kMonday + 60s));
  }

  TEST_CASE("a copy is gone when chance does not explain any more that it is not seen") {
    struct Row {
      int wrong, right_between, needed;
    };
    // seen every time: few right answers will do; seen one time in three: it takes nine
    for (const Row& row : {Row{1, 0, 9}, {2, 0, 5}, {8, 0, 2}, {24, 0, 1}, {8, 2, 9}}) {
      CAPTURE(row.wrong);
      CAPTURE(row.right_between);
      Seen seen;
      for (int i = 0; i < row.wrong; ++i) {
        seen.Add("203.0.113.66", 86400s - i * 1s * (row.right_between + 1));
        seen.now += 1s;
        for (int k = 0; k < row.right_between && i + 1 < row.wrong; ++k) {
          seen.Add("198.51.100.11", 300s);
          seen.now += 1s;
        }
      }
      int needed = 0;
      while (!IsGone(seen.Copies()[0], seen.sightings.all(), seen.now)) {
        seen.Add("198.51.100.11", 300s);
        seen.now += 1s;
        ++needed;
        REQUIRE(needed < 40);
      }
      CHECK(needed == row.needed);
    }
  }

  TEST_CASE("right answers at an address where the copy was never seen do not count against it") {
    Seen seen;
    for (int i = 0; i < 8; ++i) seen.Add("203.0.113.66", 86400s, "", "8.8.8.8");
    for (int i = 0; i < 20; ++i) seen.Add("198.51.100.11", 300s, "", "8.8.4.4");
    CHECK_FALSE(IsGone(seen.Copies()[0], seen.sightings.all(), kMonday));
  }

  TEST_CASE("the spread is told where not all is wrong, or there are several copies") {
    CHECK(Spread{2, 7, 24, {}}.ToString() == "7 of 24 answers are wrong (15–49 %), from at least 2 copies");
    CHECK(Spread{1, 2, 3, {}}.ToString() == "2 of 3 answers are wrong (21–94 %), from at least 1 copy");
    CHECK(Spread{1, 24, 24, {}}.ToString() == "");
    CHECK(Spread{2, 24, 24, {}}.ToString() == "24 of 24 answers are wrong (86–100 %), from at least 2 copies");
  }
}

}  // namespace dialwatch::diagnosis
