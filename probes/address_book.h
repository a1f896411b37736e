#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "probes/dns/client.h"
#include "probes/dns/record_fields.h"
#include "probes/held_names.h"
#include "probes/sample.h"

namespace dialwatch::probes {

// Addresses of the servers that other probes talk to, and the services of a domain (RFC 2782): all that any configured
// resolver says, each with who said it. Kept for the shortest TTL (5 s to kLongest). What ran out less than kLongest
// ago is told while it is looked up anew, so that a slow name delays nobody but in its first turn. What a resolver said
// stays until it says otherwise, while none has an answer or may be asked. Every lookup is a sample like any other.
// Thread safety: none; use it on its loop's thread only.
class AddressBook {
 public:
  static constexpr Duration kLongest = std::chrono::minutes(5);
  static constexpr std::size_t kAtOnce = 64;  // lookups: what a resolver is asked at once has a limit (dns/client.h)

  using Resolvers = std::vector<std::string>;  // names, sorted
  struct Address {
    base::IpAddress address;
    Resolvers resolvers;  // who told; empty for a literal address
  };
  struct Entry {
    std::vector<Address> addresses;  // IPv4 first
    std::string error;               // where there is none: why
  };
  struct Service {
    SrvFields fields;
    Resolvers resolvers;
  };
  struct Services {
    std::vector<Service> services;  // the one to try first before the others
    Resolvers denied_by;            // who says that there are none
  };

  AddressBook(DnsClient& client, std::shared_ptr<const config::Settings> settings, SampleSink sink,
              std::shared_ptr<HeldNames> held = std::make_shared<HeldNames>());

  // `done` may be called at once. A host that is an IP address is its own answer.
  void Find(const std::string& host, std::function<void(const Entry&)> done);
  // The SRV records of "_stun._udp.example.com"; none is no error.
  void FindServices(const std::string& name, std::function<void(const Services&)> done);

 private:
  using Answers = std::map<std::pair<RecordType, std::string>, std::set<std::string>>;  // who gave this data
  struct Word {
    Answers answers;
    std::set<std::pair<RecordType, std::string>> denials;  // what there is none of, by whom
  };
  using Done = std::function<void(const Word&)>;
  struct Page {
    Word told;
    bool known = false;
    std::chrono::steady_clock::time_point until;
    std::vector<Done> waiting;
    // of the search that goes on
    std::size_t missing = 0;  // questions without a reply
    Word heard;
    Duration keep{};
  };

  void Look(const std::string& name, const std::vector<RecordType>& types, Done done);
  void Queue(const std::string& name, const std::vector<RecordType>& types, Page& page);
  void AskMore();
  void Learn(Page& page, const DnsSample& sample);

  DnsClient& client_;
  std::shared_ptr<const config::Settings> settings_;
  SampleSink sink_;
  std::shared_ptr<HeldNames> held_;
  std::map<std::pair<std::string, RecordType>, Page> pages_;  // by name and the first of its types
  std::deque<std::function<void()>> queue_;                   // lookups that wait for their turn
  std::size_t searching_ = 0;
};

}  // namespace dialwatch::probes
