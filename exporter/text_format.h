#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <vector>

namespace dialwatch::exporter {

// Prometheus' text exposition format 0.0.4. Help texts must be one line without backslashes: the serializer of
// prometheus-cpp 1.0 does not escape them.
inline constexpr char kTextFormatType[] = "text/plain; version=0.0.4; charset=utf-8";
std::string RenderText(const std::vector<prometheus::MetricFamily>& families);

}  // namespace dialwatch::exporter
