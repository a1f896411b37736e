#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "probes/address_book.h"
#include "probes/asker.h"
#include "probes/server_places.h"
#include "probes/stun/nat_watch.h"
#include "probes/stun/round.h"
#include "probes/stun/stream_binding.h"

namespace dialwatch::probes {

// Asks all STUN servers, turn by turn: finds the addresses of each, then asks all of them at the same moment, over UDP
// from one socket a family, over TCP and TLS on a connection each. The first turn waits for all names, so that commands
// that look once see each server; later ones for kPatience, so that no slow name delays the other servers, and what
// was not found by then is looked up on for the next turn. One turn at a time. Thread safety: none; use it on its
// loop's thread only.
class StunProbe {
 public:
  static constexpr base::Duration kPatience = std::chrono::milliseconds(500);

  StunProbe(Asker& asker, AddressBook& addresses);

  // Lets go of `turn` when all samples of this turn have been given to the sink.
  void Start(const Turn& turn);

 private:
  void Add(const config::Stun& server, const ServerPlaces& found);
  void Fail(StunSample sample, StunOutcome outcome, std::string why);
  void Ask(const Turn& turn);
  void AskStream(const StunSample& begun, const Turn& turn);
  base::Result<std::shared_ptr<TlsPeer>> PeerOf(const StunSample& begun);

  Asker& asker_;
  AddressBook& addresses_;
  std::map<std::string, std::shared_ptr<TlsPeer>> peers_;  // by host
  NatWatch nat_;

  bool first_ = true;  // turn
  Timer patience_;

  // of this turn
  std::uint64_t round_id_;
  std::size_t missing_ = 0;                      // servers whose addresses are being looked up
  std::vector<StunSample> datagrams_, streams_;  // begun, to be asked
  std::unique_ptr<StunRound> round_;
  std::vector<std::unique_ptr<StreamBinding>> bindings_;
};

}  // namespace dialwatch::probes
