#include "probes/relayed_train.h"

#include <utility>

#include "probes/train/run_train.h"

namespace dialwatch::probes {

using std::chrono::steady_clock;

RelayedTrain::RelayedTrain(EventLoop& loop, Pacer& pacer, TrainPlan plan, TurnRoute route, TurnCredentials credentials)
    : pacer_(pacer),
      plan_(std::move(plan)),
      allocation_(loop, {}, std::move(route), std::move(credentials),
                  {.on_granted = [this] { Permit(); },
                   .on_data = [this](std::span<const std::uint8_t> data,
                                     const auto&) { train_->Receive(data, steady_clock::now().time_since_epoch()); },
                   .on_over = [this](const TurnSample&) { over_ = true; },
                   .on_closed =
                       [this](const TurnSample& seen) {
                         const Tell done = std::move(done_);
                         done(sample_ ? *sample_ : Judge(seen));
                       }}) {}

void RelayedTrain::Start(Tell done, Tell each_second) {
  done_ = std::move(done);
  each_second_ = std::move(each_second);
  allocation_.Start(kSetUp + LengthOf(plan_));
}

void RelayedTrain::Permit() {
  allocation_.Permit({plan_.subject.address}, [this] { allocation_.Bind(plan_.subject.address, [this] { Run(); }); });
}

void RelayedTrain::Run() {
  allocation_.Flow(TurnStep::kChannelData);
  train_.emplace(plan_, steady_clock::now(), [this](std::span<const std::uint8_t> packet) {
    allocation_.SendOnChannel(packet);
    return 0;  // where it cannot be sent at all the allocation ends
  });
  const auto self = weak_from_this();
  const auto step = [self]() -> std::optional<Pacer::Time> {
    const auto train = self.lock();
    return train ? train->Step() : std::nullopt;
  };
  PaceTrain(
      pacer_, step, [this] { return SoFar(); }, each_second_);
}

std::optional<Pacer::Time> RelayedTrain::Step() {
  if (over_) return std::nullopt;
  const auto next = train_->Step();
  if (!next) {
    sample_ = SoFar();
    allocation_.Finish(TurnOutcome::kRelayed, "");
  }
  return next;
}

TrainSample RelayedTrain::SoFar() const {
  return train_->Conclude({.local = *allocation_.sample().relayed, .error = {}});
}

// What it says of a peer is about the way to the dialer; all else is about the relay alone.
TrainSample RelayedTrain::Judge(const TurnSample& seen) const {
  const bool about_peer = seen.step == TurnStep::kPermit || seen.step == TurnStep::kBind;
  const bool denied = about_peer && seen.outcome == TurnOutcome::kErrorResponse;
  TrainSample sample = Unsent(plan_, denied ? RtpOutcome::kDenied : RtpOutcome::kNoRelay, OutcomeText(seen));
  if (seen.relayed) sample.local = *seen.relayed;
  return sample;
}

TrainSample Unsent(TrainPlan plan, RtpOutcome outcome, std::string error) {
  TrainSample sample = Train(std::move(plan), steady_clock::now(), nullptr).Conclude({});
  sample.outcome = outcome;
  sample.error = std::move(error);
  return sample;
}

}  // namespace dialwatch::probes
