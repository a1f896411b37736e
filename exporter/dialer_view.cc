#include "exporter/dialer_view.h"

#include <algorithm>
#include <map>
#include <utility>

namespace dialwatch::exporter {
namespace {

using diagnosis::Judgement;
using diagnosis::Verdict;
using probes::Via;

// A propagating answer is harmless, but no match. A failing one is no answer, so it neither matches nor differs.
std::optional<bool> Matches(Verdict verdict) {
  if (verdict == Verdict::kFailing || verdict == Verdict::kDnssec || verdict == Verdict::kUnknown) return std::nullopt;
  return verdict == Verdict::kOk;
}

std::optional<std::chrono::seconds> HighestTtl(const probes::DnsSample& sample) {
  std::optional<std::chrono::seconds> highest;
  for (const auto& record : sample.answers)
    highest = std::max(highest, std::optional(std::chrono::seconds(record.ttl)));
  return highest;
}

void Merge(DialerView& view, const Judgement& judgement) {
  if (judgement.newest) view.ttl = std::max(view.ttl, HighestTtl(*judgement.sample));
  view.wrong_until = std::max(view.wrong_until, judgement.eta);
  if (judgement.eta && judgement.spread) view.wrong_until = std::max(view.wrong_until, judgement.spread->until);
  view.last_probe = std::max(view.last_probe, judgement.sample->at);
  if (const auto matches = Matches(judgement.verdict)) view.matches = view.matches.value_or(true) && *matches;
}

}  // namespace

std::vector<DialerView> DialerViews(const std::vector<Judgement>& judgements) {
  std::map<std::pair<std::string, std::string>, DialerView> views;
  for (const Judgement& judgement : judgements) {
    const Via& via = judgement.sample->via;
    const bool through_resolver = via.kind == Via::Kind::kResolver;
    std::string label = through_resolver ? via.name : via.ToString();
    DialerView& view = views[{judgement.dialer, label}];
    view.dialer = judgement.dialer;
    view.via = std::move(label);
    view.through_resolver = through_resolver;
    Merge(view, judgement);
  }
  std::vector<DialerView> sorted;
  sorted.reserve(views.size());
  for (auto& [key, view] : views) sorted.push_back(std::move(view));
  return sorted;
}

}  // namespace dialwatch::exporter
