#include "diagnosis/turn/json.h"

#include "base/json.h"
#include "base/names.h"
#include "base/printable.h"
#include "diagnosis/evidence.h"

namespace dialwatch::diagnosis {
namespace {

base::Json ToJson(const probes::TurnFlow& flow) {
  return {{"sent", flow.sent}, {"arrived", flow.arrived}};
}

}  // namespace

base::Json ToJson(const probes::TurnSample& sample) {
  base::Json json{{"server", sample.server},
                  {"uri", sample.uri},
                  {"outcome", base::NameOf(sample.outcome)},
                  {"step", base::NameOf(sample.step)},
                  {"at", base::FormatRfc3339(sample.at)}};
  if (!sample.resolved_via.empty()) json["resolvers"] = sample.resolved_via;
  if (sample.address.port != 0) json["address"] = sample.address.ToString();
  if (sample.relayed) json["relayed"] = sample.relayed->ToString();
  if (sample.mapped) json["mapped"] = sample.mapped->ToString();
  if (sample.rtt) json["rtt_ms"] = Milliseconds(*sample.rtt);
  for (const probes::TurnTimedStep& each : sample.steps) {
    json["steps"].push_back({{"step", base::NameOf(each.step)}, {"took_ms", Milliseconds(each.took)}});
  }
  if (sample.out.sent > 0) json["out"] = ToJson(sample.out);
  if (sample.back.sent > 0) json["back"] = ToJson(sample.back);
  if (!sample.error.empty()) json["error"] = base::Printable(sample.error);
  if (sample.error_code != 0) json["error_code"] = sample.error_code;
  if (sample.certificate_expires) json["certificate_expires"] = base::FormatRfc3339(*sample.certificate_expires);
  if (const auto& works = sample.works_at) {
    json["works_at"] = {{"address", works->address.ToString()}, {"resolvers", works->resolved_via}};
  }
  return json;
}

}  // namespace dialwatch::diagnosis
