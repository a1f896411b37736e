#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "probes/dns/client.h"
#include "probes/sample.h"

namespace dialwatch::probes {

// Addresses of the servers that other probes talk to, looked up through all configured resolvers at once: the first
// that has an answer is believed. Kept for the answer's TTL (5 s to kLongest); while no resolver has an answer, the
// last known address is told. Every lookup is a sample like any other. Thread safety: none; use it on its loop's thread
// only.
class AddressBook {
 public:
  static constexpr Duration kLongest = std::chrono::minutes(5);

  struct Entry {
    std::optional<base::IpAddress> address;
    std::string resolver;  // who told; empty for a literal address
    std::string error;     // where there is no address: why
  };
  using Done = std::function<void(const Entry&)>;

  AddressBook(DnsClient& client, std::shared_ptr<const config::Settings> settings, SampleSink sink);

  // `done` may be called at once. A host that is an IP address is its own answer.
  void Find(const std::string& host, Done done);

 private:
  struct Known {
    Entry entry;
    std::chrono::steady_clock::time_point until;
  };
  struct Search;
  void Ask(const config::Resolver& resolver, std::shared_ptr<Search> search);
  void Learn(Search& search, const DnsSample& sample);

  DnsClient& client_;
  std::shared_ptr<const config::Settings> settings_;
  SampleSink sink_;
  std::map<std::string, Known> known_;  // by host
};

}  // namespace dialwatch::probes
