#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/world/zone_look.h"

namespace dialwatch::world {

// Asks one name, turn by turn, as probes/name_probe.h does, by the same pure parts (probes/dns/sampling.h).
class NameTurns {
 public:
  NameTurns(Asking& asking, ZoneLooks& zones, probes::NameTarget target);

  void Start(const Turn& turn);

 private:
  struct Doubt;

  void AskHop(std::size_t hop, const std::string& name, const std::string& zone, const std::vector<Endpoint>& servers,
              const Turn& turn);
  void TakeWords(const Turn& turn);
  void TakeWord(const probes::DnsSample& sample, const Turn& turn);
  void ResolveDoubt(const probes::Via& via, const Turn& turn);
  void NoteWord(const Endpoint& server, bool wrong);
  void AwaitOneLess(const Turn& turn);
  void AskResolvers(const Turn& turn);
  void AskAgain(const config::Resolver& resolver, const probes::DnsSample& sample, const Turn& turn);
  void Burst(const config::Resolver& resolver, const Endpoint& asked, const Turn& turn);
  void Confirm(const config::Resolver& resolver, const probes::Repeat& repeat, const Turn& turn);
  probes::DnsQuestion AuthorityQuestion(const probes::Via& via, const std::string& name, RecordType type) const;
  probes::DnsQuestion ResolverQuestion(const config::Resolver& resolver, const Endpoint& address,
                                       probes::Purpose purpose) const;

  Asking& asking_;
  ZoneLooks& zones_;
  const probes::NameTarget target_;
  const config::Dialer dialer_;
  const config::Expectation expectation_;

  // from turn to turn
  std::uint64_t count_ = 0;
  probes::TypeBefore before_;
  std::set<Endpoint> wrong_servers_;
  std::map<std::string, std::uint64_t> wrong_;  // by resolver: the turn in which its answer was wrong last

  // of this turn
  bool waiting_ = false;  // the resolvers have not been asked
  std::size_t awaited_ = 0;
  probes::AuthorityServers authority_;
  std::vector<std::vector<probes::DnsSample>> hops_;
  std::set<probes::Via> heard_;
  probes::TurnReference reference_;
};

}  // namespace dialwatch::world
