#include "diagnosis/echo_json.h"

#include <optional>

#include "base/json.h"
#include "base/printable.h"
#include "diagnosis/evidence.h"

namespace dialwatch::diagnosis {
namespace {

base::Json ToJson(const probes::EchoWay& way) {
  base::Json json{{"sent", way.sent}, {"lost", way.lost}, {"late", way.late}};
  if (way.jitter) json["jitter_ms"] = Milliseconds(*way.jitter);
  return json;
}

}  // namespace

base::Json ToJson(const probes::EchoSample& sample) {
  const probes::EchoMeasures& measures = sample.measures;
  base::Json json{{"dialer", sample.subject.dialer},          {"resolvers", sample.subject.resolved_via},
                  {"authority", sample.subject.by_authority}, {"outcome", FormatEchoOutcome(sample.outcome)},
                  {"at", base::FormatRfc3339(sample.at)},     {"codec", sample.codec},
                  {"round", ToJson(measures.round)},          {"duplicates", measures.duplicates},
                  {"reordered", measures.reordered}};
  if (sample.subject.address.port != 0) json["address"] = sample.subject.address.ToString();
  if (!sample.echoed_by.empty()) json["echoed_by"] = base::Printable(sample.echoed_by);
  if (measures.up) json["up"] = ToJson(*measures.up);
  if (measures.down) json["down"] = ToJson(*measures.down);
  if (measures.rtt) {
    json["rtt_ms"] = {{"min", Milliseconds(measures.rtt->min)},
                      {"p50", Milliseconds(measures.rtt->p50)},
                      {"p95", Milliseconds(measures.rtt->p95)}};
  }
  if (sample.quality) {
    json["mos"] = sample.quality->mos;
    json["r"] = sample.quality->rating;
    json["estimate"] = sample.quality->is_estimate;
  }
  json["worst_send_delay_ms"] = Milliseconds(sample.worst_send_delay);
  if (!sample.error.empty()) json["error"] = base::Printable(sample.error);
  return json;
}

}  // namespace dialwatch::diagnosis
