#pragma once

#include <cmath>

namespace dialwatch::diagnosis {

// Between what bounds a share lies of which a sample was seen, both from 0 to 1.
struct Interval {
  double low = 0, high = 1;
};

// Wilson's score interval for `hits` of `trials` at 95 %: sound for few trials too, and never outside of 0 to 1, where
// the usual mean ± error is neither (E. B. Wilson 1927, JASA 22:209). Nothing is known without a trial.
inline Interval WilsonInterval(int hits, int trials) {
  if (trials <= 0) return {};
  constexpr double kZ = 1.959964;  // two-sided 95 % of the normal distribution
  const double n = trials, share = hits / n, z2 = kZ * kZ;
  const double centre = share + z2 / (2 * n);
  const double reach = kZ * std::sqrt(share * (1 - share) / n + z2 / (4 * n * n));
  return {(centre - reach) / (1 + z2 / n), (centre + reach) / (1 + z2 / n)};
}

}  // namespace dialwatch::diagnosis
