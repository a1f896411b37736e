#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "probes/rtp/pacer.h"
#include "probes/train/train.h"
#include "probes/turn/allocation.h"

namespace dialwatch::probes {

// A train to a reflector through a relay, on a channel of an allocation of its own; the train begins once all of that
// is set up. Ends without a sample when it is destroyed, and gives back in any case what the relay gave. Thread safety:
// none; use it on its loop's thread only.
class RelayedTrain : public std::enable_shared_from_this<RelayedTrain> {
 public:
  // From the first octet to the first packet: a call does not wait longer for its relay.
  static constexpr base::Duration kSetUp{3000};

  using Tell = std::function<void(const TrainSample&)>;

  RelayedTrain(EventLoop& loop, Pacer& pacer, TrainPlan plan, TurnRoute route, TurnCredentials credentials);

  // `done` is called once, from the loop, when the relay has taken back what it gave; it may destroy the train.
  void Start(Tell done, Tell each_second);

 private:
  void Permit();
  void Run();
  std::optional<Pacer::Time> Step();
  TrainSample SoFar() const;
  TrainSample Judge(const TurnSample& seen) const;

  Pacer& pacer_;
  const TrainPlan plan_;
  Tell done_, each_second_;
  std::optional<Train> train_;         // once it may begin
  std::optional<TrainSample> sample_;  // once it has ended
  bool over_ = false;
  TurnAllocation allocation_;
};

// What is told of a train that was not sent.
TrainSample Unsent(TrainPlan plan, RtpOutcome outcome, std::string error);

}  // namespace dialwatch::probes
