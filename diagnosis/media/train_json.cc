#include "diagnosis/media/train_json.h"

#include <optional>

#include "base/json.h"
#include "base/names.h"
#include "base/printable.h"
#include "diagnosis/evidence.h"

namespace dialwatch::diagnosis {
namespace {

base::Json ToJson(const probes::RtpDirection& way) {
  base::Json json{{"sent", way.sent}, {"lost", way.lost}, {"late", way.late}};
  if (way.jitter) json["jitter_ms"] = Milliseconds(*way.jitter);
  return json;
}

}  // namespace

void AddMeasures(const probes::RtpMeasures& measures, const std::optional<probes::VoiceQuality>& quality,
                 base::Json& json) {
  json["round"] = ToJson(measures.round);
  json["duplicates"] = measures.duplicates;
  json["reordered"] = measures.reordered;
  if (measures.up) json["up"] = ToJson(*measures.up);
  if (measures.down) json["down"] = ToJson(*measures.down);
  if (measures.rtt) {
    json["rtt_ms"] = {{"min", Milliseconds(measures.rtt->min)},
                      {"p50", Milliseconds(measures.rtt->p50)},
                      {"p95", Milliseconds(measures.rtt->p95)}};
  }
  if (quality) {
    json["mos"] = quality->mos;
    json["r"] = quality->rating;
    json["estimate"] = quality->is_estimate;
  }
}

base::Json ToJson(const probes::TrainSample& sample) {
  base::Json json{{"dialer", sample.subject.dialer},          {"resolvers", sample.subject.resolved_via},
                  {"authority", sample.subject.by_authority}, {"outcome", base::NameOf(sample.outcome)},
                  {"at", base::FormatRfc3339(sample.at)},     {"codec", sample.codec}};
  if (sample.subject.address.port != 0) json["address"] = sample.subject.address.ToString();
  if (!sample.subject.relay.empty()) json["relay"] = sample.subject.relay;
  if (!sample.echoed_by.empty()) json["echoed_by"] = base::Printable(sample.echoed_by);
  AddMeasures(sample.measures, sample.quality, json);
  json["worst_send_delay_ms"] = Milliseconds(sample.worst_send_delay);
  if (!sample.error.empty()) json["error"] = base::Printable(sample.error);
  return json;
}

}  // namespace dialwatch::diagnosis
