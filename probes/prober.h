#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>

#include "probes/address_book.h"
#include "probes/dns/client.h"
#include "probes/dns/discovery.h"
#include "probes/sample.h"
#include "probes/stun/round.h"
#include "probes/target.h"

namespace dialwatch::probes {

// Carries out the probes of one turn. Probes of different targets do not wait for one another.
// Thread safety: none; use it on its loop's thread only.
class Prober {
 public:
  Prober(EventLoop& loop, std::shared_ptr<const config::Settings> settings, SampleSink sink);
  ~Prober();  // what is in flight ends without further samples

  // `done` is called once all samples of this turn have been given to the sink; not before Probe has returned.
  void Probe(const Target& target, std::function<void()> done);

 private:
  struct Turn;
  void Start(const NameTarget& target, const std::shared_ptr<Turn>& turn);
  void Start(const StunTarget& target, const std::shared_ptr<Turn>& turn);
  void Ask(const NameTarget& target, Via via, Transport transport, std::shared_ptr<Turn> turn);
  void RunStunRound(std::vector<StunServerAddress> servers, std::shared_ptr<Turn> turn);

  EventLoop& loop_;
  std::shared_ptr<const config::Settings> settings_;
  SampleSink sink_;
  DnsClient dns_;
  AuthorityDiscovery discovery_;
  AddressBook addresses_;
  std::map<std::pair<std::string, RecordType>, std::uint64_t>
      turns_;                                                   // how often a name was asked: which address is next
  std::map<std::uint64_t, std::unique_ptr<StunRound>> rounds_;  // in flight
  std::uint64_t next_round_;
};

}  // namespace dialwatch::probes
