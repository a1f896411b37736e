#include "exporter/families.h"

#include <utility>

namespace dialwatch::exporter {

void AddGauge(Series& out, Labels labels, double value) {
  auto& metric = out.emplace_back();
  metric.label = std::move(labels);
  metric.gauge.value = value;
}

void AddCounter(Series& out, Labels labels, std::uint64_t value) {
  auto& metric = out.emplace_back();
  metric.label = std::move(labels);
  metric.counter.value = static_cast<double>(value);
}

void AddHistogram(Series& out, Labels labels, const diagnosis::Histogram& histogram) {
  auto& metric = out.emplace_back();
  metric.label = std::move(labels);
  const auto& bounds = diagnosis::Histogram::kBounds;
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    so_far += histogram.counts()[i];
    metric.histogram.bucket.push_back({so_far, bounds[i]});
  }
  metric.histogram.sample_count = so_far + histogram.counts().back();  // the serializer makes the +Inf bucket of it
  metric.histogram.sample_sum = histogram.sum();
}

double UnixSeconds(base::TimePoint time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

}  // namespace dialwatch::exporter
