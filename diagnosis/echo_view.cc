#include "diagnosis/echo_view.h"

#include <algorithm>

#include "diagnosis/late.h"

namespace dialwatch::diagnosis {

EchoGrade GradeOf(EchoOutcome outcome) {
  switch (outcome) {
    case EchoOutcome::kOk:
      return EchoGrade::kFine;
    case EchoOutcome::kDegraded:
      return EchoGrade::kPoor;
    case EchoOutcome::kOneWayUp:
    case EchoOutcome::kOneWayDown:
      return EchoGrade::kDeaf;
    case EchoOutcome::kBlackhole:
    case EchoOutcome::kRefused:
    case EchoOutcome::kSendFailed:
    case EchoOutcome::kNoKeys:
    case EchoOutcome::kDenied:
    case EchoOutcome::kNoRelay:
      return EchoGrade::kSilent;
  }
  return EchoGrade::kSilent;
}

void EchoRun::Extend(bool holds, bool new_round, TimePoint at) {
  if (!holds) {
    *this = {};
    return;
  }
  if (trains == 0) since = at;
  if (trains == 0 || new_round) ++rounds;
  ++trains;
}

void EchoSeries::Add(const std::shared_ptr<const EchoSample>& sample) {
  if (newest && IsLate(sample->at, newest->at)) return;
  const bool new_round = newest && newest->round != sample->round;
  const EchoGrade grade = GradeOf(sample->outcome);
  poor.Extend(grade >= EchoGrade::kPoor, new_round, sample->at);
  deaf.Extend(grade >= EchoGrade::kDeaf, new_round, sample->at);
  silent.Extend(grade >= EchoGrade::kSilent, new_round, sample->at);
  const bool is_foreign = !sample->echoed_by.empty() && sample->echoed_by != sample->subject.dialer;
  foreign.Extend(is_foreign, new_round, sample->at);
  newest = sample;
}

bool IsWorse(const EchoSample& relayed, const EchoSample& direct) {
  constexpr double kNoticed = 0.5;  // MOS: half a class of what listeners tell apart
  const EchoGrade grade = GradeOf(relayed.outcome);
  if (grade == EchoGrade::kFine || GradeOf(direct.outcome) > EchoGrade::kPoor) return false;
  if (grade > EchoGrade::kPoor) return true;
  return relayed.quality && direct.quality && relayed.quality->mos + kNoticed <= direct.quality->mos;
}

void RelayedSeries::Add(const std::shared_ptr<const EchoSample>& sample, const EchoSample* direct) {
  if (newest && IsLate(sample->at, newest->at)) return;
  if (newest && newest->subject.address != sample->subject.address) worse = {};
  const bool new_round = newest && newest->round != sample->round;
  if (sample->outcome != EchoOutcome::kNoRelay) {
    worse.Extend(direct != nullptr && IsWorse(*sample, *direct), new_round, sample->at);
  }
  newest = sample;
}

void EchoView::Add(const std::shared_ptr<const EchoSample>& sample) {
  const probes::EchoSubject& subject = sample->subject;
  if (subject.relay.empty()) return addresses[subject.address].Add(sample);
  relayed[subject.relay].Add(sample, DirectTo(subject.address));
}

const EchoSample* EchoView::DirectTo(const base::Endpoint& address) const {
  const auto found = addresses.find(address);
  return found == addresses.end() ? nullptr : found->second.newest.get();
}

const EchoSample* EchoView::Newest() const {
  const EchoSample* newest = nullptr;
  for (const auto& [address, series] : addresses) {
    if (newest == nullptr || series.newest->at > newest->at) newest = series.newest.get();
  }
  return newest;
}

std::vector<const EchoSeries*> EchoView::Current() const {
  std::vector<const EchoSeries*> current;
  const EchoSample* newest = Newest();
  for (const auto& [address, series] : addresses) {
    if (series.newest->round == newest->round) current.push_back(&series);
  }
  return current;
}

std::vector<const EchoSample*> EchoView::Told() const {
  std::vector<const EchoSample*> told;
  for (const EchoSeries* series : Current()) told.push_back(series->newest.get());
  for (const auto& [relay, series] : relayed) told.push_back(series.newest.get());
  return told;
}

bool AnyEchoSince(const std::map<std::string, EchoView>& media, TimePoint since) {
  return std::ranges::any_of(media, [&](const auto& dialer) {
    return std::ranges::any_of(dialer.second.addresses,
                               [&](const auto& address) { return address.second.EchoesSince(since); });
  });
}

}  // namespace dialwatch::diagnosis
