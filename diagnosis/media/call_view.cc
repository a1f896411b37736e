#include "diagnosis/media/call_view.h"

#include <algorithm>
#include <functional>

#include "diagnosis/late.h"
#include "diagnosis/media/train_view.h"

namespace dialwatch::diagnosis {

CallGrade GradeOf(const EchoCallSample& sample) {
  if (sample.call.result.outcome != SipOutcome::kCompleted) return CallGrade::kFailed;
  if (!sample.talk) return CallGrade::kMute;
  switch (GradeOf(sample.talk->outcome)) {
    case RtpGrade::kFine:
      return CallGrade::kFine;
    case RtpGrade::kPoor:
      return CallGrade::kPoor;
    case RtpGrade::kDeaf:
      return CallGrade::kDeaf;
    case RtpGrade::kSilent:
      return CallGrade::kMute;
  }
  return CallGrade::kMute;
}

void CallRun::Extend(bool holds, TimePoint at) {
  if (!holds) {
    *this = {};
    return;
  }
  if (calls++ == 0) since = at;
}

void CallSeries::Add(const std::shared_ptr<const EchoCallSample>& sample) {
  const TimePoint at = sample->call.at;
  if (newest && IsLate(at, newest->call.at)) return;
  const SipOutcome outcome = sample->call.result.outcome;
  const bool knows_more = newest && newest->call.result.outcome != SipOutcome::kStopped;
  if (outcome == SipOutcome::kStopped && knows_more) return;
  newest = sample;
  if (outcome == SipOutcome::kStopped) return;
  const CallGrade grade = GradeOf(*sample);
  poor.Extend(grade >= CallGrade::kPoor, at);
  deaf.Extend(grade >= CallGrade::kDeaf, at);
  mute.Extend(grade >= CallGrade::kMute, at);
  failed.Extend(grade >= CallGrade::kFailed, at);
  unended.Extend(outcome == SipOutcome::kNotEnded, at);
}

bool CallSeries::IsGivenByResolversAlone() const {
  return !newest->call.subject.by_authority && !newest->call.subject.resolved_via.empty();
}

bool CallSeries::EchoesSince(TimePoint time) const {
  return failed.calls == 0 && mute.calls == 0 && newest->talk && newest->call.at > time;
}

const EchoCallSample* CallView::Newest() const {
  const EchoCallSample* newest = nullptr;
  for (const auto& [address, series] : addresses) {
    if (newest == nullptr || series.newest->call.at > newest->call.at) newest = series.newest.get();
  }
  return newest;
}

std::vector<const CallSeries*> CallView::Current() const {
  std::vector<const CallSeries*> current;
  const EchoCallSample* newest = Newest();
  for (const auto& [address, series] : addresses) {
    if (series.newest->call.round == newest->call.round) current.push_back(&series);
  }
  return current;
}

std::vector<const CallSeries*> CallView::Own() const {
  auto own = Current();
  const auto is_meant = [](const CallSeries* each) { return !each->IsGivenByResolversAlone(); };
  if (std::ranges::any_of(own, is_meant)) std::erase_if(own, std::not_fn(is_meant));
  return own;
}

bool AnySipSince(const CallViews& calls, TimePoint since) {
  return std::ranges::any_of(calls, [&](const auto& dialer) {
    return std::ranges::any_of(dialer.second.addresses, [&](const auto& address) {
      const probes::CallSample& newest = address.second.newest->call;
      return newest.result.status != 0 && newest.at > since;
    });
  });
}

}  // namespace dialwatch::diagnosis
