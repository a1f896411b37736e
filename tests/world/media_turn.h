#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "tests/world/server_turn.h"

namespace dialwatch::world {

// Trains, calls and ports of one dialer, at each address that anybody gives for it, as probes/train_probe.h,
// probes/call_probe.h and probes/port_probe.h have their turns.
class MediaTurns {
 public:
  MediaTurns(Asking& asking, ServerTurns& servers, config::Dialer dialer)
      : asking_(asking), servers_(servers), dialer_(std::move(dialer)) {}

  void Train(const Turn& turn);
  void Call(const Turn& turn);
  void Port(const Turn& turn);
  void Hurry();  // somebody gives an address that nobody gave

 private:
  using Address = probes::AnswerBook::Address;

  std::vector<Address> Addresses() const;
  void SendTrain(const Address& address, int trains_left, const Turn& turn);
  void SendRelayed(const config::Turn& relay, const Address& address, const Turn& turn);
  void CallAt(const Address& address, bool again, const Turn& turn);
  probes::MediaSubject SubjectAt(const Address& address, int port) const;

  Asking& asking_;
  ServerTurns& servers_;
  const config::Dialer dialer_;
  std::uint64_t round_ = 0, call_round_ = 0, port_round_ = 0;
  std::weak_ptr<const void> under_way_;
  std::set<IpAddress> silent_;
  TimePoint next_hurry_{}, end_{};
};

}  // namespace dialwatch::world
