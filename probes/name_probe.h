#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "config/expectation.h"
#include "probes/asker.h"
#include "probes/target.h"

namespace dialwatch::probes {

// Asks one name, turn by turn. The authority's servers come first. Once they have ended, or half the timeout has
// passed, so do the resolvers, unless a server's last word on the name was wrong: then it would be our question that
// puts the wrong answer into their caches. A resolver whose answer looks wrong is asked again, by
// probes/dns/sampling.h. One turn at a time. Thread safety: none; use it on its loop's thread only.
class NameProbe {
 public:
  NameProbe(Asker& asker, NameTarget target);

  // Lets go of `turn` when all samples of this turn have been given to the sink.
  void Start(Turn turn);

 private:
  struct Doubt;
  struct Burst {
    const config::Resolver* resolver = nullptr;
    std::vector<Repeat> repeats;  // still to be asked, the next one last
    Turn turn;
  };

  DnsQuestion AuthorityQuestion(const Via& via, const std::string& name, RecordType type) const;
  void AskAuthority(const AuthorityServers& authority, const Turn& turn);
  void AskHop(std::size_t hop, const std::string& name, const std::string& zone, const std::vector<Endpoint>& servers,
              const Turn& turn);
  void TakeWords(const Turn& turn);
  void TakeWord(const DnsSample& sample, const Turn& turn);
  void ResolveDoubt(const Via& via, const Turn& turn);
  void NoteWord(const Endpoint& server, bool wrong);
  void AwaitOneLess(const Turn& turn);

  void AskResolvers();
  void AskAgain(const config::Resolver& resolver, const DnsSample& sample, const Turn& turn);
  void AskUnchecked(const config::Resolver& resolver, const DnsSample& sample, const Turn& turn);
  void StartBurst(const config::Resolver& resolver, const Endpoint& asked, const Turn& turn);
  void ContinueBursts();
  void Confirm(const config::Resolver& resolver, const Repeat& repeat, const Turn& turn);
  DnsQuestion ResolverQuestion(const config::Resolver& resolver, const Endpoint& address, Purpose purpose) const;

  Asker& asker_;
  const NameTarget target_;
  const config::Dialer dialer_;
  const config::Expectation expectation_;

  // from turn to turn
  std::uint64_t count_ = 0;  // of turns, this one included: which of a resolver's addresses is next
  TypeBefore before_;
  std::set<Endpoint> wrong_servers_;            // whose last word was wrong
  std::map<std::string, std::uint64_t> wrong_;  // by resolver: the turn in which its answer was wrong last

  // of this turn
  Turn waiting_;  // until the resolvers are asked
  std::size_t awaited_ = 0;
  AuthorityServers authority_;
  std::vector<std::vector<DnsSample>> hops_;  // what the servers said, by zone on the way
  std::set<Via> heard_;                       // whose sample the sink has
  TurnReference reference_;
  std::vector<Burst> bursts_;
  Timer timer_;  // until the resolvers are asked, then from one part of the bursts to the next
};

}  // namespace dialwatch::probes
