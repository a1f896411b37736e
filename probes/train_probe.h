#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <set>
#include <vector>

#include "probes/asker.h"
#include "probes/media_means.h"
#include "probes/relay_queue.h"
#include "probes/train/train.h"

namespace dialwatch::probes {

// Sends trains to the reflector of one dialer, turn by turn: one to each address that anybody gives for its host, and
// where one went badly up to two more after a pause, so that what passes is told from what lasts. An address that was
// silent to all of them has one a turn from then on: who never asked for our packets is to get few. Through each relay
// one goes to the address that counts most, unless it is silent. A turn without an address has no sample. Thread
// safety: none; use it on its loop's thread only.
class TrainProbe {
 public:
  static constexpr std::size_t kMostAddresses = 16;  // a turn; there are more only where somebody makes them up
  static constexpr int kTrains = 3;                  // to one address a turn, at most
  // Between these; a twelfth of the interval where that is less.
  static constexpr std::chrono::seconds kLongestPause{5};

  TrainProbe(Asker& asker, MediaMeans& means, std::list<RelayQueue>& relays, config::Dialer dialer);

  // Lets go of `turn` when all samples of this turn have been given to the sink. One that begins while another is
  // under way ends with it.
  void Start(const Turn& turn);

  // Somebody gives an address that nobody gave before: has a turn soon, so that it is known within a minute where it
  // leads. Once an interval at most.
  void Hurry();

  const std::string& host() const { return dialer_.host; }

 private:
  using Turns = std::shared_ptr<std::vector<Turn>>;  // held until the last train of all
  // The trains to one address in one turn.
  struct Visit {
    TrainPlan plan;
    int trains_left;
    Turns turns;
  };
  using Time = std::chrono::steady_clock::time_point;

  TrainPlan PlanFor(const AnswerBook::Address& address, std::shared_ptr<const TrainKeys> keys) const;
  void SendAll(const std::vector<AnswerBook::Address>& addresses, const std::shared_ptr<const TrainKeys>& keys,
               const Turns& turns);
  void Send(const std::shared_ptr<Visit>& visit);
  void Take(const std::shared_ptr<Visit>& visit, const TrainSample& sample);
  bool IsDoubtful(const TrainSample& sample) const;

  Asker& asker_;
  MediaMeans& means_;
  std::list<RelayQueue>& relays_;
  const config::Dialer dialer_;
  const RtpCodec codec_;
  std::uint64_t round_ = 0;
  std::weak_ptr<std::vector<Turn>> under_way_;
  std::set<base::IpAddress> silent_;  // to all trains of their last turn
  Time next_hurry_;
  Time end_;  // by which the trains of this turn are over
};

}  // namespace dialwatch::probes
