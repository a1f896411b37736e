#include "exporter/text_format.h"

#include <prometheus/text_serializer.h>

namespace dialwatch::exporter {

std::string RenderText(const std::vector<prometheus::MetricFamily>& families) {
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace dialwatch::exporter
