#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "probes/relay_access.h"
#include "probes/turn/session.h"

namespace dialwatch::probes {

// Sends through one relay, turn by turn: reads its credentials anew, finds its addresses, and has a session with one of
// them; where that fails, with one that other resolvers gave, to tell whether the relay is to blame or who led there.
// One turn at a time. Thread safety: none; use it on its loop's thread only.
class TurnProbe {
 public:
  TurnProbe(Asker& asker, AddressBook& addresses, config::Turn server);

  // Lets go of `turn` when its sample has been given to the sink.
  void Start(const Turn& turn);

 private:
  using Done = std::function<void(TurnSample)>;

  void Try(std::vector<ServerPlace> places, const TurnSample& about, const TurnCredentials& credentials,
           const Turn& turn);
  void Connect(const ServerPlace& place, TurnSample sample, const TurnCredentials& credentials, Duration deadline,
               Done done);
  void Tell(TurnSample sample);

  Asker& asker_;
  RelayAccess access_;
  std::size_t good_turns_ = 0;
  std::unique_ptr<TurnSession> session_;
};

}  // namespace dialwatch::probes
