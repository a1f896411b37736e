#include "probes/stun/lifetime_search.h"

#include <algorithm>

namespace dialwatch::probes {

std::chrono::seconds LifetimeSearch::NextPause() const {
  const auto& [at_least, at_most] = lifetime_;
  if (!at_least) return at_most ? std::max(*at_most / 2, kPrecise) : kShortest;
  if (!at_most) return std::min(*at_least * 2, kLongest);
  return *at_most - *at_least > kPrecise ? (*at_least + *at_most) / 2 : *at_least;
}

// What is seen now counts more than what was seen before: a NAT can be replaced.
void LifetimeSearch::Note(std::chrono::seconds pause, bool alive) {
  auto& [at_least, at_most] = lifetime_;
  if (alive) {
    at_least = std::max(at_least.value_or(pause), pause);
    if (at_most && *at_most <= pause) at_most.reset();
  } else {
    at_most = std::min(at_most.value_or(pause), pause);
    if (at_least && *at_least >= pause) at_least.reset();
  }
}

}  // namespace dialwatch::probes
