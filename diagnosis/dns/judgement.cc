#include "diagnosis/dns/judgement.h"

#include <algorithm>
#include <span>

#include "diagnosis/dns/answer.h"
#include "diagnosis/dns/confirmation.h"

namespace dialwatch::diagnosis {
namespace {

// The newest samples of one resolver, at all of its addresses.
void JudgeResolver(const std::string& dialer, const Measure& measure, std::span<const DnsSeries> newest,
                   std::vector<Judgement>& out) {
  static const ThroughResolver kNothing;
  const ThroughResolver* known = measure.name().Through(newest.front().newest->via.name);
  const ThroughResolver& through = known == nullptr ? kNothing : *known;
  const std::size_t first = out.size();
  bool suspect = false;
  for (const DnsSeries& series : newest) {
    const Verdict verdict = measure.OfResolver(*series.newest, through);
    suspect = suspect || NeedsConfirmation(verdict);
    out.push_back({dialer, series.newest, verdict, measure.HealsAt(*series.newest, verdict)});
  }
  if (through.sightings.empty() || (!suspect && IsAllRight(measure, through.sightings.all()))) return;

  const Account account = AccountOf(measure, through, newest);
  for (std::size_t i = first; i < out.size(); ++i) {
    out[i].confirmed = NeedsConfirmation(out[i].verdict) && IsConfirmed(account, *out[i].sample, out[i].verdict);
  }
  for (const auto& [sighting, verdict] : HiddenCopies(account, newest)) {
    auto sample = std::make_shared<const DnsSample>(sighting->ToSample());
    const auto eta = measure.HealsAt(*sample, verdict);
    out.push_back({dialer, std::move(sample), verdict, eta, true, false});
  }
  const auto spread = SpreadOf(account);
  for (std::size_t i = first; i < out.size(); ++i) {
    if (IsWrong(out[i].verdict)) out[i].spread = spread;
  }
}

void JudgeName(const config::Dialer& dialer, const NameView& name, RecordType type, std::vector<Judgement>& out) {
  const Measure measure(dialer, name, type);
  for (const DnsSeries& series : name.authorities) {
    out.push_back({dialer.name, series.newest, measure.OfAuthority(*series.newest)});
  }
  std::span<const DnsSeries> rest = name.resolvers;  // sorted, so that those of one resolver stand together
  while (!rest.empty()) {
    const auto end = std::find_if(rest.begin(), rest.end(), [&](const DnsSeries& series) {
      return series.newest->via.name != rest.front().newest->via.name;
    });
    const auto count = static_cast<std::size_t>(end - rest.begin());
    JudgeResolver(dialer.name, measure, rest.first(count), out);
    rest = rest.subspan(count);
  }
}

}  // namespace

std::vector<Judgement> Judge(const Picture& picture, const Settings& settings) {
  std::vector<Judgement> judgements;
  for (const config::Dialer& dialer : settings.dialers) {
    for (const RecordType type : dialer.types) {
      if (const NameView* name = picture.Find({dialer.host, type})) JudgeName(dialer, *name, type, judgements);
    }
  }
  return judgements;
}

}  // namespace dialwatch::diagnosis
