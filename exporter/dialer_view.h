#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "diagnosis/snapshot.h"

namespace dialwatch::exporter {

// What the metrics say of one dialer through one vantage point. Its types (A, AAAA) and the addresses of one resolver
// are taken together and the worst of them counts, so that one pair of labels is one series.
struct DialerView {
  std::string dialer;
  std::string via;  // the resolver's configured name, or "authority (192.0.2.53)"
  bool through_resolver = true;
  // The highest of any record in the newest answers: a chain changes as slowly as its slowest link.
  std::optional<std::chrono::seconds> ttl;
  std::optional<bool> matches;                 // whether all answers are right; nothing where there is none to compare
  std::optional<base::TimePoint> wrong_until;  // when the last wrong copy seen leaves the cache
  base::TimePoint last_probe;                  // the newest

  bool operator==(const DialerView&) const = default;
};

// Sorted by dialer and via.
std::vector<DialerView> DialerViews(const std::vector<diagnosis::Judgement>& judgements);

}  // namespace dialwatch::exporter
