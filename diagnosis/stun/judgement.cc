#include "diagnosis/stun/judgement.h"

#include <chrono>
#include <set>

#include "base/json.h"
#include "base/names.h"
#include "base/printable.h"

namespace dialwatch::diagnosis {
namespace {

using Kind = MappingVerdict::Kind;
using Addresses = std::set<std::pair<std::string, base::Endpoint>>;  // by server

struct Odd {
  Addresses wrong, differing;
};

Odd OddAddresses(const std::vector<MappingVerdict>& mappings) {
  Odd odd;
  for (const MappingVerdict& verdict : mappings) {
    const bool sure = IsSure(verdict.ground);
    for (const StunSample* sample : verdict.wrong) {
      (sure ? odd.wrong : odd.differing).emplace(sample->server, sample->address);
    }
    if (verdict.kind == Kind::kAgree || verdict.expected || !verdict.wrong.empty()) continue;
    for (const StunSample* sample : verdict.round) odd.differing.emplace(sample->server, sample->address);
  }
  return odd;
}

base::Json NatJson(const NatSample& sample) {
  base::Json nat{{"mapping", base::NameOf(sample.mapping)},
                 {"filtering", base::NameOf(sample.filtering)},
                 {"at", base::FormatRfc3339(sample.at)}};
  if (sample.lifetime.at_least) nat["lifetime_at_least"] = sample.lifetime.at_least->count();
  if (sample.lifetime.at_most) nat["lifetime_at_most"] = sample.lifetime.at_most->count();
  if (!sample.why.empty()) nat["why"] = base::Printable(sample.why);
  return nat;
}

}  // namespace

std::vector<StunJudgement> JudgeStun(const Picture& picture, const Settings& settings,
                                     const std::vector<MappingVerdict>& mappings) {
  const Odd odd = OddAddresses(mappings);
  std::vector<StunJudgement> judgements;
  for (const auto& [server, view] : picture.stun()) {
    for (const auto& [address, series] : view.addresses) {
      const auto is_in = [&, key = std::pair(server, address)](const Addresses& list) { return list.contains(key); };
      StunJudgement& judgement = judgements.emplace_back(StunJudgement{series.newest, series.nat, StunVerdict::kOk});
      if (!series.newest->mapped) {
        judgement.verdict = StunVerdict::kFailing;
      } else if (is_in(odd.wrong)) {
        judgement.verdict = StunVerdict::kWrong;
      } else if (IsUnexpected(*series.newest, settings)) {
        judgement.verdict = StunVerdict::kUnexpected;
      } else if (is_in(odd.differing)) {
        judgement.verdict = StunVerdict::kDiffers;
      }
    }
  }
  return judgements;
}

base::Json ToJson(const StunJudgement& judgement) {
  const StunSample& sample = *judgement.sample;
  base::Json json{{"server", sample.server}, {"host", sample.host}};
  if (!sample.srv_target.empty()) json["srv_target"] = base::Printable(sample.srv_target);
  if (sample.outcome != probes::StunOutcome::kUnresolved) json["address"] = sample.address.ToString();
  json["transport"] = base::NameOf(sample.transport);
  if (!sample.resolved_via.empty()) json["resolvers"] = sample.resolved_via;
  json["outcome"] = base::NameOf(sample.outcome);
  json["verdict"] = base::NameOf(judgement.verdict);
  json["at"] = base::FormatRfc3339(sample.at);
  if (sample.mapped) json["mapped"] = sample.mapped->ToString();
  if (sample.rtt) json["rtt_ms"] = std::chrono::duration<double, std::milli>(*sample.rtt).count();
  if (!sample.error.empty()) json["error"] = base::Printable(sample.error);
  if (judgement.nat) json["nat"] = NatJson(*judgement.nat);
  return json;
}

}  // namespace dialwatch::diagnosis
