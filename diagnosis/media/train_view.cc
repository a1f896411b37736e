#include "diagnosis/media/train_view.h"

#include <algorithm>

#include "diagnosis/late.h"

namespace dialwatch::diagnosis {

RtpGrade GradeOf(RtpOutcome outcome) {
  switch (outcome) {
    case RtpOutcome::kOk:
      return RtpGrade::kFine;
    case RtpOutcome::kDegraded:
      return RtpGrade::kPoor;
    case RtpOutcome::kOneWayUp:
    case RtpOutcome::kOneWayDown:
      return RtpGrade::kDeaf;
    case RtpOutcome::kBlackhole:
    case RtpOutcome::kRefused:
    case RtpOutcome::kSendFailed:
    case RtpOutcome::kNoKeys:
    case RtpOutcome::kDenied:
    case RtpOutcome::kNoRelay:
      return RtpGrade::kSilent;
  }
  return RtpGrade::kSilent;
}

void TrainRun::Extend(bool holds, bool new_round, TimePoint at) {
  if (!holds) {
    *this = {};
    return;
  }
  if (trains == 0) since = at;
  if (trains == 0 || new_round) ++rounds;
  ++trains;
}

void TrainSeries::Add(const std::shared_ptr<const TrainSample>& sample) {
  if (newest && IsLate(sample->at, newest->at)) return;
  const bool new_round = newest && newest->round != sample->round;
  const RtpGrade grade = GradeOf(sample->outcome);
  poor.Extend(grade >= RtpGrade::kPoor, new_round, sample->at);
  deaf.Extend(grade >= RtpGrade::kDeaf, new_round, sample->at);
  silent.Extend(grade >= RtpGrade::kSilent, new_round, sample->at);
  const bool is_foreign = !sample->echoed_by.empty() && sample->echoed_by != sample->subject.dialer;
  foreign.Extend(is_foreign, new_round, sample->at);
  newest = sample;
}

bool IsWorse(const TrainSample& relayed, const TrainSample& direct) {
  constexpr double kNoticed = 0.5;  // MOS: half a class of what listeners tell apart
  const RtpGrade grade = GradeOf(relayed.outcome);
  if (grade == RtpGrade::kFine || GradeOf(direct.outcome) > RtpGrade::kPoor) return false;
  if (grade > RtpGrade::kPoor) return true;
  return relayed.quality && direct.quality && relayed.quality->mos + kNoticed <= direct.quality->mos;
}

void RelayedSeries::Add(const std::shared_ptr<const TrainSample>& sample, const TrainSample* direct) {
  if (newest && IsLate(sample->at, newest->at)) return;
  if (newest && newest->subject.address != sample->subject.address) worse = {};
  const bool new_round = newest && newest->round != sample->round;
  if (sample->outcome != RtpOutcome::kNoRelay) {
    worse.Extend(direct != nullptr && IsWorse(*sample, *direct), new_round, sample->at);
  }
  newest = sample;
}

void TrainView::Add(const std::shared_ptr<const TrainSample>& sample) {
  const probes::MediaSubject& subject = sample->subject;
  if (subject.relay.empty()) return addresses[subject.address].Add(sample);
  relayed[subject.relay].Add(sample, DirectTo(subject.address));
}

const TrainSample* TrainView::DirectTo(const base::Endpoint& address) const {
  const auto found = addresses.find(address);
  return found == addresses.end() ? nullptr : found->second.newest.get();
}

const TrainSample* TrainView::Newest() const {
  const TrainSample* newest = nullptr;
  for (const auto& [address, series] : addresses) {
    if (newest == nullptr || series.newest->at > newest->at) newest = series.newest.get();
  }
  return newest;
}

std::vector<const TrainSeries*> TrainView::Current() const {
  std::vector<const TrainSeries*> current;
  const TrainSample* newest = Newest();
  for (const auto& [address, series] : addresses) {
    if (series.newest->round == newest->round) current.push_back(&series);
  }
  return current;
}

std::vector<const TrainSample*> TrainView::Told() const {
  std::vector<const TrainSample*> told;
  for (const TrainSeries* series : Current()) told.push_back(series->newest.get());
  for (const auto& [relay, series] : relayed) told.push_back(series.newest.get());
  return told;
}

bool AnyTrainSince(const std::map<std::string, TrainView>& media, TimePoint since) {
  return std::ranges::any_of(media, [&](const auto& dialer) {
    return std::ranges::any_of(dialer.second.addresses,
                               [&](const auto& address) { return address.second.EchoesSince(since); });
  });
}

}  // namespace dialwatch::diagnosis
