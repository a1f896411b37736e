#pragma once

#include <memory>

#include "probes/address_book.h"
#include "probes/asker.h"
#include "probes/turn/session.h"

namespace dialwatch::probes {

// Sends through one relay, turn by turn: reads its credentials anew, finds its address, and has a session with it. One
// turn at a time. Thread safety: none; use it on its loop's thread only.
class TurnProbe {
 public:
  TurnProbe(Asker& asker, AddressBook& addresses, config::Turn server);

  // Lets go of `turn` when its sample has been given to the sink.
  void Start(const Turn& turn);

 private:
  void Connect(TurnSample sample, TurnCredentials credentials, const Turn& turn);
  void Fail(TurnSample sample, TurnOutcome outcome, std::string error);

  Asker& asker_;
  AddressBook& addresses_;
  const config::Turn server_;
  const config::SecretFolders folders_;
  std::shared_ptr<TlsPeer> tls_;  // of tls_address_
  base::IpAddress tls_address_;
  std::unique_ptr<TurnSession> session_;
};

}  // namespace dialwatch::probes
