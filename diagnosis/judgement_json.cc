#include "base/json.h"
#include "base/printable.h"
#include "diagnosis/judgement.h"

namespace dialwatch::diagnosis {

base::Json ToJson(const Judgement& judgement) {
  const DnsSample& sample = *judgement.sample;
  base::Json json{{"via", sample.via.ToString()},
                  {"kind", sample.via.kind == probes::Via::Kind::kResolver ? "resolver" : "authority"},
                  {"name", sample.via.name},
                  {"address", sample.via.server.ToString()},
                  {"type", base::FormatRecordType(sample.type)},
                  {"verdict", FormatVerdict(judgement.verdict)},
                  {"outcome", FormatDnsOutcome(sample.outcome)},
                  {"at", base::FormatRfc3339(sample.at)}};
  if (judgement.eta) json["eta"] = base::FormatRfc3339(*judgement.eta);
  if (!sample.error.empty()) json["error"] = base::Printable(sample.error);
  if (sample.outcome != probes::DnsOutcome::kAnswered) return json;
  json["rcode"] = probes::FormatRcode(sample.rcode);
  base::Json& answer = json["answer"] = base::Json::array();
  for (const std::string& data : AnswerSet(sample)) answer.push_back(base::Printable(data));
  if (const auto ttl = AnswerTtl(sample)) json["ttl"] = ttl->count();
  json["transport"] = FormatTransport(sample.transport);
  json["rtt_ms"] = std::chrono::duration<double, std::milli>(sample.rtt).count();
  json["sends"] = sample.sends;
  return json;
}

}  // namespace dialwatch::diagnosis
