#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/probes/dns/client_bed.h"

namespace dialwatch::probes {

DnsRecord Soa(const std::string& zone, std::uint32_t serial = 1);
DnsRecord Ns(const std::string& zone, const std::string& name, std::uint32_t ttl = 3600);
DnsRecord Cname(const std::string& host, const std::string& target, std::uint32_t ttl = 300);
DnsRecord Address(const std::string& host, const std::string& address, std::uint32_t ttl = 300);

// A little internet on one loop, all at one port: three resolvers of three operators at 127.0.0.1, .11 and .12, which
// know all the truth; and authoritative servers at 127.0.0.<key>, which know their own:
//   2  com            delegates example.com and, to 5, example.net; knows the example.com servers as glue
//   3  example.com    (ns1) and sub.example.com
//   4  example.com    (ns2)
//   5  example.net    (ns1.example.net)
//   6  a stranger, who says that everything is his
struct FakeInternet {
  enum class Mood { kWell, kSilent, kRefuses, kEmpty };

  struct Resolver {
    std::unique_ptr<FakeServer> server;
    Mood mood = Mood::kWell;
    std::optional<std::vector<DnsRecord>> lies{};  // instead of the truth
    std::size_t asked = 0;                         // queries, resends included
    std::map<RecordType, int> types{};             // of them
  };
  struct Server {
    std::unique_ptr<FakeServer> server;
    std::vector<std::string> zones{};      // is authoritative for these
    std::vector<DnsRecord> records{};      // of these zones
    std::vector<DnsRecord> delegations{};  // NS records
    std::vector<DnsRecord> glue{};
    Mood mood = Mood::kWell;
    std::size_t asked = 0;
    std::map<RecordType, int> types{};
  };

  FakeInternet();

  std::uint16_t port() const { return resolvers[0].server->endpoint().port; }
  std::vector<Endpoint> At(std::initializer_list<int> servers) const;
  std::size_t queries() const;  // of all servers
  void AddTruth(DnsRecord record) { truth.push_back(std::move(record)); }

  EventLoop loop;
  std::vector<Resolver> resolvers;
  std::map<int, Server> servers;
  std::function<void()> on_query = [] {};  // called at each query
  DnsClient client{loop, std::nullopt};
  std::vector<DnsRecord> truth;  // what resolvers find; a zone is where a SOA record is
  std::shared_ptr<config::Settings> settings = std::make_shared<config::Settings>();

 private:
  void Start(int number, Server server);
  void Resolve(Resolver& resolver, const FakeServer::Query& query);
  void Answer(Server& server, const FakeServer::Query& query);
};

}  // namespace dialwatch::probes
