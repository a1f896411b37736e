#pragma once

#include <prometheus/metric_family.h>

#include <span>
#include <string_view>
#include <vector>

#include "exporter/families.h"

namespace dialwatch::exporter {

// One row of the table that is also docs/metrics.md.
struct FamilyEntry {
  std::string_view name;    // after the prefix "dialwatch_"
  std::string_view labels;  // "dialer, via"
  std::string_view help;    // one line: the serializer does not escape it
  prometheus::MetricType type;
  Series (*collect)(const Scrape&);
};
std::span<const FamilyEntry> Families();

// All families that have a series now. `snapshot` may be null. Thread safety: a pure function.
std::vector<prometheus::MetricFamily> CollectMetrics(const diagnosis::Snapshot* snapshot, const SelfReport& self,
                                                     base::TimePoint now);

}  // namespace dialwatch::exporter
