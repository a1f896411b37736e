#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "probes/asker.h"
#include "probes/server_places.h"
#include "probes/turn/session.h"

namespace dialwatch::probes {

// Sends through one relay, turn by turn: reads its credentials anew, finds its addresses, and has a session with one of
// them. One turn at a time. Thread safety: none; use it on its loop's thread only.
class TurnProbe {
 public:
  TurnProbe(Asker& asker, AddressBook& addresses, config::Turn server);

  // Lets go of `turn` when its sample has been given to the sink.
  void Start(const Turn& turn);

 private:
  ServerPlace Choose(std::vector<ServerPlace> places);
  void Connect(TurnSample sample, TurnCredentials credentials, const Turn& turn);
  base::Status MakePeer();
  void Fail(TurnSample sample, TurnOutcome outcome, std::string error);

  Asker& asker_;
  AddressBook& addresses_;
  const config::Turn server_;
  const config::SecretFolders folders_;
  std::size_t good_turns_ = 0;
  std::shared_ptr<TlsPeer> tls_;  // kept, since it holds what the machine trusts
  std::unique_ptr<TurnSession> session_;
};

}  // namespace dialwatch::probes
