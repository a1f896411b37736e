#include "diagnosis/media/port_json.h"

#include "base/json.h"
#include "base/names.h"
#include "base/printable.h"
#include "diagnosis/evidence.h"

namespace dialwatch::diagnosis {

base::Json ToJson(const probes::PortSample& sample) {
  base::Json json{{"dialer", sample.subject.dialer},
                  {"resolvers", sample.subject.resolved_via},
                  {"authority", sample.subject.by_authority},
                  {"address", sample.subject.address.ToString()},
                  {"outcome", base::NameOf(sample.outcome)},
                  {"at", base::FormatRfc3339(sample.at)},
                  {"sends", sample.sends}};
  if (sample.mapped) json["mapped"] = sample.mapped->ToString();
  if (sample.rtt) json["rtt_ms"] = Milliseconds(*sample.rtt);
  if (!sample.error.empty()) json["error"] = base::Printable(sample.error);
  return json;
}

}  // namespace dialwatch::diagnosis
