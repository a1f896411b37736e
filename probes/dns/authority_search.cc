#include "probes/dns/authority_search.h"

#include <sys/socket.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/host_name.h"
#include "base/unique_fd.h"

namespace dialwatch::probes {
namespace {

constexpr std::uint16_t kDnsPort = 53;       // RFC 1035 §4.2
constexpr std::size_t kMaxNameServers = 16;  // more is nobody's zone, but might be somebody's prank
constexpr std::size_t kMaxAddressesPerName = 16;

DnsQuestion Question(const SearchVia& via, const std::string& host, RecordType type) {
  return {.host = host, .type = type, .via = via.resolver, .transport = via.transport, .timeout = via.timeout};
}

bool Tells(const DnsSample& sample) {
  return sample.outcome == DnsOutcome::kAnswered && (sample.rcode == kRcodeNoError || sample.rcode == kRcodeNxDomain);
}

std::optional<std::string> ZoneOf(const std::string& host, const DnsSample& sample) {
  for (const auto* section : {&sample.answers, &sample.authority}) {
    for (const DnsRecord& record : *section) {
      if (record.type != RecordType::kSoa || record.owner.empty()) continue;
      if (base::IsWithinZone(host, record.owner)) return record.owner;
    }
  }
  return std::nullopt;
}

std::vector<std::string> NameServers(const std::string& zone, const DnsSample& sample) {
  std::vector<std::string> names;
  for (const DnsRecord& record : sample.answers) {
    if (record.type != RecordType::kNs || record.owner != zone || names.size() == kMaxNameServers) continue;
    if (auto name = base::NormalizeHostName(record.data)) names.push_back(*std::move(name));
  }
  return names;
}

// Connecting a UDP socket asks the routing table and sends nothing.
bool HasRoute(const Endpoint& server) {
  const base::UniqueFd probe(socket(server.address.is_v6() ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_storage address;
  const socklen_t size = server.ToSockaddr(&address);
  return probe && connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0;
}

void AddAddresses(const DnsSample& sample, std::vector<Endpoint>& servers) {
  std::size_t added = 0;
  for (const std::string& data : AnswerSet(sample)) {
    const auto address = base::IpAddress::Parse(data);
    if (!address || added == kMaxAddressesPerName) continue;
    const Endpoint server{*address, kDnsPort};
    if (address->is_v6() && !HasRoute(server)) continue;
    servers.push_back(server);
    ++added;
  }
}

void FindZoneFrom(DnsClient& client, const SearchVia& via, const std::string& host, const std::string& candidate,
                  std::function<void(std::optional<std::string>)> done) {
  client.Ask(Question(via, candidate, RecordType::kSoa),
             [&client, via, host, candidate, done = std::move(done)](const DnsSample& sample) mutable {
               if (!Tells(sample)) return done(std::nullopt);
               if (auto zone = ZoneOf(host, sample)) return done(std::move(zone));
               const std::size_t dot = candidate.find('.');
               if (dot == std::string::npos) return done(std::nullopt);
               FindZoneFrom(client, via, host, candidate.substr(dot + 1), std::move(done));
             });
}

// The answers to the address questions as they come together.
struct Gathering {
  std::size_t awaited = 0;
  std::vector<Endpoint> servers;
  std::function<void(std::vector<Endpoint>)> done;

  void Take(const DnsSample& sample) {
    AddAddresses(sample, servers);
    if (--awaited > 0) return;
    std::sort(servers.begin(), servers.end());
    servers.erase(std::unique(servers.begin(), servers.end()), servers.end());
    done(std::move(servers));
  }
};

}  // namespace

void FindZone(DnsClient& client, const SearchVia& via, const std::string& host,
              std::function<void(std::optional<std::string>)> done) {
  FindZoneFrom(client, via, host, host, std::move(done));
}

void FindServers(DnsClient& client, const SearchVia& via, const std::string& zone,
                 std::function<void(std::vector<Endpoint>)> done) {
  client.Ask(Question(via, zone, RecordType::kNs), [&client, via, zone,
                                                    done = std::move(done)](const DnsSample& sample) mutable {
    const auto names = NameServers(zone, sample);
    if (names.empty()) return done({});
    const auto gathering = std::make_shared<Gathering>();
    gathering->awaited = 2 * names.size();
    gathering->done = std::move(done);
    for (const std::string& name : names) {
      for (const RecordType type : {RecordType::kA, RecordType::kAaaa}) {
        client.Ask(Question(via, name, type), [gathering](const DnsSample& address) { gathering->Take(address); });
      }
    }
  });
}

}  // namespace dialwatch::probes
