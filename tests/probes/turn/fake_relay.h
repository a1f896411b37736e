#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "probes/turn/credentials.h"
#include "probes/turn/message.h"
#include "tests/probes/stun/fake_server.h"

namespace dialwatch::probes::test {

inline const TurnCredentials kCaller{"webphone", "sesame"};

// A TURN server on loopback, on the loop of the client under test, for one client at a time. Does as RFC 8656 says,
// unless the test tells it otherwise.
class FakeRelay {
 public:
  explicit FakeRelay(EventLoop& loop);

  const base::Endpoint& endpoint() const { return server_.endpoint(); }
  const base::Endpoint& relayed() const { return relay_.endpoint(); }

  // What was asked, with the errors that were answered: "allocate 401", "allocate", "refresh 600", "refresh 0".
  std::vector<std::string> log;

  std::map<TurnMethod, int> errors;  // answered to each such request that is signed
  std::set<TurnMethod> silent;       // not answered
  int lost = 0;                      // requests to be lost
  int stale = 0;                     // signed requests whose nonce will be called stale
  int stale_releases = 0;            // the same of requests to give back
  bool unsigned_answers = false;
  bool drops_out = false, drops_back = false;  // packets through the relay
  bool drops_channel_back = false;
  int lost_back = 0;                        // packets from the peer to be lost
  std::optional<base::Endpoint> alternate;  // allocations are sent there
  std::optional<base::Endpoint> says_relayed;
  std::optional<Octets> says;  // to each request, whatever it is
  bool twice = false;          // answers all twice

 private:
  void Take(const Octets& octets, const base::Endpoint& from);
  void Answer(const TurnMessage& request, const base::Endpoint& from);
  void Succeed(const TurnMessage& request, const base::Endpoint& from);
  void Refuse(const TurnMessage& request, const base::Endpoint& from, int code);
  void TakePeer(const Octets& packet, const base::Endpoint& from);
  void Send(const base::Endpoint& to, const Octets& octets);

  FakeServer server_, relay_;
  base::Endpoint client_;
  std::optional<base::Endpoint> bound_;  // the channel's peer
  std::optional<base::IpAddress> permitted_;
  int nonces_ = 0;
};

}  // namespace dialwatch::probes::test
