#include "base/json.h"
#include "base/names.h"
#include "base/printable.h"
#include "diagnosis/dns/answer.h"
#include "diagnosis/dns/judgement.h"
#include "probes/dns/extended_error.h"
#include "probes/dns/site.h"

namespace dialwatch::diagnosis {

namespace {

base::Json ToJson(const std::vector<probes::ExtendedError>& errors) {
  base::Json json = base::Json::array();
  for (const probes::ExtendedError& error : errors) {
    base::Json& each = json.emplace_back(base::Json{{"code", error.code}});
    if (const auto name = probes::ExtendedErrorName(error.code); !name.empty()) each["name"] = name;
    if (!error.text.empty()) each["text"] = base::Printable(error.text);
  }
  return json;
}

base::Json ToJson(const Spread& spread) {
  base::Json json{{"copies", spread.copies}, {"wrong", spread.wrong}, {"answers", spread.answers}};
  if (spread.until) json["until"] = base::FormatRfc3339(*spread.until);
  return json;
}

}  // namespace

base::Json ToJson(const Judgement& judgement) {
  const DnsSample& sample = *judgement.sample;
  base::Json json{{"via", sample.via.ToString()},
                  {"kind", sample.via.kind == probes::Via::Kind::kResolver ? "resolver" : "authority"},
                  {"name", sample.via.name},
                  {"address", sample.via.server.ToString()},
                  {"type", base::FormatRecordType(sample.type)},
                  {"verdict", base::NameOf(judgement.verdict)},
                  {"outcome", base::NameOf(sample.outcome)},
                  {"transport", base::NameOf(sample.transport)},
                  {"sends", sample.sends},
                  {"at", base::FormatRfc3339(sample.at)}};
  if (NeedsConfirmation(judgement.verdict)) json["confirmed"] = judgement.confirmed;
  if (!judgement.newest) json["newest"] = false;
  if (judgement.spread) json["spread"] = ToJson(*judgement.spread);
  if (judgement.eta) json["eta"] = base::FormatRfc3339(*judgement.eta);
  if (!sample.error.empty()) json["error"] = base::Printable(sample.error);
  if (sample.outcome != probes::DnsOutcome::kAnswered) return json;
  json["rcode"] = probes::FormatRcode(sample.rcode);
  base::Json& answer = json["answer"] = base::Json::array();
  for (const std::string& data : AnswerSet(sample)) answer.push_back(base::Printable(data));
  if (const auto ttl = CopyTtl(sample); HasAnswer(sample) || SoaOf(sample) != nullptr) json["ttl"] = ttl.count();
  json["rtt_ms"] = std::chrono::duration<double, std::milli>(sample.rtt).count();
  if (sample.ad) json["validated"] = true;
  if (!sample.nsid.empty()) {
    json["nsid"] = base::Printable(sample.nsid);
    json["site"] = probes::SiteOf(sample.nsid);
  }
  if (!sample.extended_errors.empty()) json["ede"] = ToJson(sample.extended_errors);
  return json;
}

}  // namespace dialwatch::diagnosis
