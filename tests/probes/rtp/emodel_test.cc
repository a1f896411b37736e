#include "probes/rtp/emodel.h"

#include <doctest/doctest.h>

#include "probes/rtp/codec.h"

namespace dialwatch::probes {

using doctest::Approx;

constexpr double kBplBare = 4.3;  // G.711 without loss concealment

TEST_SUITE("probes/rtp/emodel") {
  TEST_CASE("published points: R 93.2 is MOS 4.41, and 5 % loss at 50 ms from mouth to ear is R 76.2, MOS 3.87") {
    CHECK(RateVoicePath({}) == Approx(93.2));
    CHECK(MosOfRating(93.2) == Approx(4.41).epsilon(0.001));
    const double rating = RateVoicePath({.delay_ms = 50, .loss_percent = 5, .robustness = kBplConcealed});
    CHECK(rating == Approx(76.2).epsilon(0.0005));
    CHECK(MosOfRating(rating) == Approx(3.87).epsilon(0.001));
  }

  TEST_CASE("loss at 60 ms") {
    struct Row {
      double loss, concealed, mos_concealed, bare, mos_bare;
    };
    constexpr Row kRows[] = {{0, 91.8, 4.38, 91.8, 4.38}, {1, 88.1, 4.29, 73.8, 3.77},  {2, 84.7, 4.19, 61.6, 3.18},
                             {5, 76.0, 3.86, 40.7, 2.10}, {10, 64.7, 3.34, 25.3, 1.43}, {20, 49.6, 2.56, 13.6, 1.09}};
    for (const Row& row : kRows) {
      CAPTURE(row.loss);
      const double concealed = RateVoicePath({60, row.loss, 1, 0, kBplConcealed});
      const double bare = RateVoicePath({60, row.loss, 1, 0, kBplBare});
      CHECK(std::abs(concealed - row.concealed) <= 0.05);
      CHECK(std::abs(bare - row.bare) <= 0.05);
      CHECK(std::abs(MosOfRating(concealed) - row.mos_concealed) <= 0.006);
      CHECK(std::abs(MosOfRating(bare) - row.mos_bare) <= 0.006);
    }
  }

  TEST_CASE("bursts hurt more than single losses") {
    CHECK(RateVoicePath({60, 5, 2, 0, kBplConcealed}) == Approx(74.5).epsilon(0.001));
    CHECK(RateVoicePath({60, 5, 0.5, 0, kBplConcealed}) == RateVoicePath({60, 5, 1, 0, kBplConcealed}));
  }

  TEST_CASE("a codec's own impairment counts, as of G.729A with VAD") {
    CHECK(RateVoicePath({60, 2, 1, 11, 19}) == Approx(72.76));
  }

  TEST_CASE("delay hurts more from 177.3 ms on") {
    CHECK(RateVoicePath({.delay_ms = 177.3}) == Approx(88.9448));
    CHECK(RateVoicePath({.delay_ms = 250}) == Approx(79.203));
    CHECK(RateVoicePath({.delay_ms = 400}) == Approx(59.103));
  }

  TEST_CASE("no rating is below nothing, no score outside of 1 to 4.5") {
    CHECK(RateVoicePath({5000, 100, 9, 0, kBplBare}) == 0);
    CHECK(MosOfRating(0) == 1);
    CHECK(MosOfRating(6.5) == 1);
    CHECK(MosOfRating(100) == 4.5);
  }

  TEST_CASE("users' judgement changes at the ratings of G.107 Annex B") {
    CHECK(MosOfRating(90) == Approx(4.34).epsilon(0.001));
    CHECK(MosOfRating(80) == Approx(4.02).epsilon(0.002));
    CHECK(MosOfRating(70) == Approx(3.60).epsilon(0.001));
    CHECK(MosOfRating(60) == Approx(3.10).epsilon(0.001));
    CHECK(MosOfRating(50) == Approx(2.58).epsilon(0.002));
  }
}

}  // namespace dialwatch::probes
