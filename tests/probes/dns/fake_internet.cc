#include "tests/probes/dns/fake_internet.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/host_name.h"
#include "probes/dns/record_fields.h"

namespace dialwatch::probes {
namespace {

using Records = std::vector<DnsRecord>;

Octets Long(std::uint32_t value) {
  return Word(value >> 16) + Word(value & 0xFFFF);
}

// Only the fields that somebody reads are right.
Octets RrsigData(const RrsigFields& fields) {
  const auto seconds = [](TimePoint time) {
    return Long(static_cast<std::uint32_t>(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count()));
  };
  return Word(static_cast<unsigned>(*base::ParseRecordType(fields.covered))) + Octets{13, 2} +
         Long(fields.original_ttl) + seconds(fields.expiration) + seconds(fields.inception) + Word(fields.key_tag) +
         Name(fields.signer) + Octets{0};
}

Octets DataOf(const DnsRecord& record) {
  switch (record.type) {
    case RecordType::kA: {
      const auto address = *base::IpAddress::Parse(record.data);
      return {address.octets(), address.octets() + 4};
    }
    case RecordType::kSoa: {
      const auto soa = *ReadSoa(record);
      return Name(soa.primary) + Name("hostmaster.example.com") + Long(soa.serial) + Long(soa.refresh) +
             Long(soa.retry) + Long(soa.expire) + Long(soa.minimum);
    }
    case RecordType::kDs:
      return Word(60485) + Octets{13, 2, 0x00, 0xFF};
    case RecordType::kDnskey:
      return Word(257) + Octets{3, 13, 0};
    case RecordType::kRrsig:
      return RrsigData(*ReadRrsig(record));
    default:
      return Name(record.data);
  }
}

Octets OnWire(const DnsRecord& record) {
  return Record(record.owner, record.type, record.ttl, DataOf(record));
}

// The records of the name and type with their signatures, and the aliases that lead there.
std::vector<Octets> Find(const Records& records, std::string name, RecordType type) {
  std::vector<Octets> found;
  for (int links = 0; links < 10; ++links) {
    const DnsRecord* alias = FindRecord(records, name, RecordType::kCname);
    if (alias == nullptr) break;
    found.push_back(OnWire(*alias));
    name = alias->data;
  }
  for (const DnsRecord& record : records) {
    const auto rrsig = ReadRrsig(record);
    const bool signs = rrsig && rrsig->covered == base::FormatRecordType(type);
    if (record.owner == name && (record.type == type || signs)) found.push_back(OnWire(record));
  }
  return found;
}

const DnsRecord* SoaAbove(const Records& records, std::string name, bool self) {
  while (true) {
    const DnsRecord* soa = self ? FindRecord(records, name, RecordType::kSoa) : nullptr;
    if (soa != nullptr || name.empty()) return soa;
    const std::size_t dot = name.find('.');
    name = dot == std::string::npos ? "" : name.substr(dot + 1);
    self = true;
  }
}

}  // namespace

DnsRecord Soa(const std::string& zone, std::uint32_t serial) {
  return {zone, RecordType::kSoa, 300,
          fmt::format("ns1.example.com hostmaster.example.com {} 3600 600 1209600 60", serial)};
}

DnsRecord Ns(const std::string& zone, const std::string& name, std::uint32_t ttl) {
  return {zone, RecordType::kNs, ttl, name};
}

DnsRecord Cname(const std::string& host, const std::string& target, std::uint32_t ttl) {
  return {host, RecordType::kCname, ttl, target};
}

DnsRecord Address(const std::string& host, const std::string& address, std::uint32_t ttl) {
  return {host, RecordType::kA, ttl, address};
}

FakeInternet::FakeInternet() {
  resolvers.resize(3);
  for (std::size_t i = 0; i < 3; ++i) {
    Resolver& resolver = resolvers[i];
    const auto answer = [this, i](const FakeServer::Query& query) { Resolve(resolvers[i], query); };
    const auto at = *Endpoint::Parse(i == 0 ? "127.0.0.1" : fmt::format("127.0.0.{}", 10 + i), i == 0 ? 0 : port());
    resolver.server = std::make_unique<FakeServer>(loop, answer, at);
    const std::string name = fmt::format("resolver{}", i);
    settings->resolvers.push_back({name, name, {resolver.server->endpoint()}, Transport::kUdp});
  }
  settings->probing.timeout = 200ms;
  const Records com{Ns("com", "a.com"), Soa("com")};
  const Records example{Soa("example.com"),
                        Ns("example.com", "ns1.example.com"),
                        Ns("example.com", "ns2.example.com"),
                        Address("ns1.example.com", "127.0.0.3"),
                        Address("ns2.example.com", "127.0.0.4"),
                        Address("d1.example.com", "198.51.100.11")};
  const Records sub{Soa("sub.example.com"), Ns("sub.example.com", "ns1.example.com")};
  const Records net{Soa("example.net"), Ns("example.net", "ns1.example.net"), Address("ns1.example.net", "127.0.0.5"),
                    Address("pool.example.net", "198.51.100.12", 60)};
  for (const Records* records : {&com, &example, &sub, &net})
    truth.insert(truth.end(), records->begin(), records->end());
  truth.push_back(Soa(""));
  truth.push_back(Address("a.com", "127.0.0.2"));
  truth.push_back(Ns("net", "a.com"));
  truth.push_back(Soa("net"));
  Start(2, {nullptr,
            {"com", "net"},
            com,
            {Ns("example.com", "ns1.example.com", 172800), Ns("example.com", "ns2.example.com", 172800),
             Ns("example.net", "ns1.example.net", 172800)},
            {Address("ns1.example.com", "127.0.0.3", 172800), Address("ns2.example.com", "127.0.0.4", 172800),
             Address("ns1.example.net", "127.0.0.5", 172800)}});
  Records both = example;
  both.insert(both.end(), sub.begin(), sub.end());
  Start(3, {nullptr, {"example.com", "sub.example.com"}, both});
  Start(4, {nullptr, {"example.com"}, example});
  Start(5, {nullptr, {"example.net"}, net});
  Start(6, {nullptr, {""}, {Ns("example.com", "ns.evil.com"), Ns("d1.example.com", "ns.evil.com")}});
}

void FakeInternet::Start(int number, Server server) {
  const auto answer = [this, number](const FakeServer::Query& query) { Answer(servers.at(number), query); };
  server.server = std::make_unique<FakeServer>(loop, answer, At({number})[0]);
  servers[number] = std::move(server);
}

std::vector<Endpoint> FakeInternet::At(std::initializer_list<int> numbers) const {
  std::vector<Endpoint> endpoints;
  for (const int number : numbers) endpoints.push_back(*Endpoint::Parse(fmt::format("127.0.0.{}", number), port()));
  return endpoints;
}

std::size_t FakeInternet::queries() const {
  std::size_t sum = 0;
  for (const Resolver& resolver : resolvers) sum += resolver.asked;
  for (const auto& [number, server] : servers) sum += server.asked;
  return sum;
}

void FakeInternet::Resolve(Resolver& resolver, const FakeServer::Query& query) {
  ++resolver.asked;
  on_query();
  const auto type = QuestionType(query.wire);
  ++resolver.types[type];
  if (resolver.mood == Mood::kSilent) return;
  if (resolver.mood == Mood::kRefuses) return resolver.server->Send(query, ReplyTo(query.wire, {.rcode = 5}));
  if (resolver.mood == Mood::kEmpty) return resolver.server->Send(query, ReplyTo(query.wire, {}));
  const Records& known = resolver.lies ? *resolver.lies : truth;
  const std::string name = QuestionName(query.wire);
  ReplyParts parts{.answers = Find(known, name, type)};
  const DnsRecord* alias = FindRecord(known, name, RecordType::kCname);
  const DnsRecord* soa = SoaAbove(known, alias != nullptr ? alias->data : name, type != RecordType::kDs);
  if (soa != nullptr && (parts.answers.empty() || alias != nullptr)) parts.authority = {OnWire(*soa)};
  resolver.server->Send(query, ReplyTo(query.wire, parts));
}

void FakeInternet::Answer(Server& server, const FakeServer::Query& query) {
  ++server.asked;
  on_query();
  const auto type = QuestionType(query.wire);
  ++server.types[type];
  if (server.mood == Mood::kSilent) return;
  if (server.mood == Mood::kEmpty) return server.server->Send(query, ReplyTo(query.wire, {}));
  const std::string name = QuestionName(query.wire);
  const bool ours = std::any_of(server.zones.begin(), server.zones.end(),
                                [&](const std::string& zone) { return base::IsWithinZone(name, zone); });
  if (server.mood == Mood::kRefuses || !ours) return server.server->Send(query, ReplyTo(query.wire, {.rcode = 5}));
  ReplyParts parts{.answers = Find(server.records, name, type)};
  for (const DnsRecord& ns : server.delegations) {
    if (parts.answers.empty() && base::IsWithinZone(name, ns.owner)) parts.authority.push_back(OnWire(ns));
  }
  parts.authoritative = parts.authority.empty();
  for (const DnsRecord& record : server.glue) {
    if (!parts.authoritative) parts.additional.push_back(OnWire(record));
  }
  if (const DnsRecord* soa = SoaAbove(server.records, name, true);
      parts.authoritative && soa && parts.answers.empty()) {
    parts.authority = {OnWire(*soa)};
  }
  server.server->Send(query, ReplyTo(query.wire, parts));
}

}  // namespace dialwatch::probes
