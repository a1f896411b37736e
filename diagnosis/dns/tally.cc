#include "diagnosis/dns/tally.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "diagnosis/dns/answer.h"

namespace dialwatch::diagnosis {

void ServerTally::Add(const Judgement& judgement) {
  (Fails(*judgement.sample) ? failed : answered).push_back(&judgement);
}

bool ServerTally::IsDown(const Picture& picture) const {
  return answered.empty() && std::any_of(failed.begin(), failed.end(), [&](const Judgement* judgement) {
           const DnsSeries* series = FindSeries(picture, *judgement);
           return series != nullptr && series->failures >= kRunning;
         });
}

TimePoint ServerTally::DownSince(const Picture& picture) const {
  TimePoint since = TimePoint::max();
  for (const Judgement* judgement : failed) {
    if (const DnsSeries* series = FindSeries(picture, *judgement)) since = std::min(since, series->failing_since);
  }
  return since;
}

Tallies TallyOf(const std::vector<Judgement>& judgements, const std::function<bool(const Judgement&)>& wanted) {
  Tallies tallies;
  for (const Judgement& judgement : judgements) {
    if (judgement.newest && wanted(judgement)) tallies[judgement.sample->via].Add(judgement);
  }
  return tallies;
}

std::vector<EvidenceRow> RowsOf(const Tallies& tallies) {
  std::vector<EvidenceRow> dead, alive;
  for (const auto& [via, tally] : tallies) {
    EvidenceRow row;
    row.vantage = via.ToString();
    row.note =
        fmt::format("answers for {} of {} names", tally.answered.size(), tally.answered.size() + tally.failed.size());
    if (!tally.failed.empty()) *row.note += ": " + AnswerText(*tally.failed.front()->sample);
    row.stance = tally.answered.empty() ? Stance::kBad : Stance::kGood;
    row.via = via;
    (tally.answered.empty() ? dead : alive).push_back(std::move(row));
  }
  std::move(alive.begin(), alive.end(), std::back_inserter(dead));
  return dead;
}

}  // namespace dialwatch::diagnosis
