#pragma once

#include <deque>
#include <list>
#include <memory>

#include "probes/media_means.h"
#include "probes/relay_access.h"
#include "probes/relayed_train.h"

namespace dialwatch::probes {

// The trains of one loop's dialers through one relay: a few at a time, in the order in which they are asked for, so
// that neither the relay nor our quota there is used up; dialers that are too many for an interval take turns. Where
// the relay cannot be had, it is left alone for half an interval, and all who wait are told why. Thread safety: none;
// use it on its loop's thread only.
class RelayQueue {
 public:
  RelayQueue(Asker& asker, AddressBook& addresses, MediaMeans& means, config::Turn relay);

  // Lets go of `turn` when the sample has been given to the sink, or the next turn is near: who still waits then keeps
  // his place. No sample comes where the relay cannot lead to that address: it is of another family, or the relay on
  // the internet and the dialer in a network of our own.
  void Add(TrainPlan plan, Turn turn);

 private:
  struct Order {
    TrainPlan plan;
    Turn turn;
  };
  using OrderPtr = std::shared_ptr<Order>;

  void Next();
  void Begin(const OrderPtr& order);
  void Send(const OrderPtr& order, const TurnCredentials& credentials, const ServerPlaces& found);
  void Fail(const OrderPtr& order, const std::string& why);
  void Tell(const OrderPtr& order, const TrainSample& sample);
  void End();

  Asker& asker_;
  MediaMeans& means_;
  RelayAccess access_;
  const int at_once_;
  std::deque<OrderPtr> waiting_;
  int under_way_ = 0;
  std::list<std::shared_ptr<RelayedTrain>> trains_;
  std::size_t failures_ = 0;  // which of its addresses is next
  std::chrono::steady_clock::time_point rests_until_;
  std::string why_it_rests_;
  Timer next_;
};

}  // namespace dialwatch::probes
