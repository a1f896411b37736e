#include "tests/world/authority.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/host_name.h"

namespace dialwatch::world {
namespace {

using namespace std::chrono_literals;
using probes::DnsRecord;

constexpr std::uint32_t kApexTtl = 3600;
constexpr Duration kSignatureLife = std::chrono::days(14), kSignedEvery = std::chrono::days(1);
constexpr int kKeyTag = 60485;
constexpr int kMostLinks = 8;

// "20200831130500": RFC 4034 §3.2
std::string SignatureTime(TimePoint at) {
  std::string digits;
  for (const char c : base::FormatRfc3339Seconds(at)) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits;
}

std::vector<DnsRecord> RecordsOf(const RecordKey& key, const RecordSet& set, std::size_t dice) {
  std::vector<DnsRecord> records;
  const std::size_t count = set.shown == 0 ? set.data.size() : std::min(set.shown, set.data.size());
  for (std::size_t i = 0; i < count; ++i) {
    records.push_back({key.first, key.second, set.ttl, set.data[(dice + i) % set.data.size()]});
  }
  return records;
}

}  // namespace

void Zone::Change(TimePoint from, const std::string& host, RecordSet set, RecordType type) {
  records.try_emplace({host, type}, RecordSet{}).first->second.Set(From(from), std::move(set));
  serial.Set(From(from), 1 + ++changes);
}

const NameServer* Zone::ServerAt(const Endpoint& address) const {
  const auto found = std::ranges::find(servers, address, &NameServer::address);
  return found == servers.end() ? nullptr : &*found;
}

std::vector<Endpoint> Zone::ServersAt(TimePoint at) const {
  std::vector<Endpoint> found;
  for (const NameServer& server : servers) {
    if (server.listed.At(at)) found.push_back(server.address);
  }
  std::ranges::sort(found);
  return found;
}

std::optional<RecordSet> Zone::Find(const NameServer& server, const RecordKey& key, TimePoint at) const {
  if (const auto own = server.own.find(key); own != server.own.end() && own->second.At(at)) return own->second.At(at);
  const auto found = records.find(key);
  if (found == records.end()) return std::nullopt;
  const RecordSet& set = found->second.At(server.AsOf(at));
  return set.data.empty() ? std::nullopt : std::optional(set);
}

bool Zone::Exists(const NameServer& server, const std::string& host, TimePoint at) const {
  return std::ranges::any_of(records, [&](const auto& each) {
    return each.first.first == host && Find(server, each.first, at).value_or(RecordSet{}).data.size() > 0;
  });
}

std::vector<DnsRecord> Zone::ApexRecords(RecordType type, TimePoint at) const {
  std::vector<DnsRecord> found;
  if (type == RecordType::kSoa) {
    found.push_back(
        {name, type, kApexTtl,
         fmt::format("ns1.{0} hostmaster.{0} {1} 3600 600 1209600 {2}", name, serial.At(at), negative_ttl.At(at))});
  }
  for (const NameServer& server : servers) {
    if (type == RecordType::kNs && server.listed.At(at)) found.push_back({name, type, kApexTtl, server.name});
  }
  if (type == RecordType::kDnskey && is_signed.At(at)) {
    found.push_back({name, type, kApexTtl, "257 3 13 c2lnbmluZyBrZXk="});
  }
  return found;
}

void Zone::Sign(std::vector<DnsRecord>& signed_set, TimePoint at) const {
  if (!is_signed.At(at) || signed_set.empty()) return;
  const TimePoint made = std::chrono::floor<std::chrono::days>(std::min(at, signer_stopped.At(at).value_or(at)));
  const DnsRecord& first = signed_set.front();
  signed_set.push_back(
      {first.owner, RecordType::kRrsig, first.ttl,
       fmt::format("{} 13 2 {} {} {} {} {} AA==", FormatRecordType(first.type), first.ttl,
                   SignatureTime(made + kSignatureLife), SignatureTime(made - kSignedEvery), kKeyTag, name)});
}

Reply Zone::Say(const NameServer& server, const Question& question, std::size_t dice) const {
  const TimePoint at = question.at;
  const std::string& host = question.key.first;
  const RecordType type = question.key.second;
  Reply reply{.aa = true, .delay = server.delay.At(at)};
  switch (server.health.At(at)) {
    case Health::kWell:
      break;
    case Health::kSilent:
      return {.outcome = probes::DnsOutcome::kTimeout};
    case Health::kUnreachable:
      return {.outcome = probes::DnsOutcome::kUnreachable, .delay = reply.delay};
    case Health::kServFail:
      return {.rcode = probes::kRcodeServFail, .delay = reply.delay};
    case Health::kRefused:
    case Health::kLame:
      return {.rcode = probes::kRcodeRefused, .extended_errors = {{20, ""}}, .delay = reply.delay};
  }
  const TimePoint as_of = server.AsOf(at);
  const auto add = [&](std::vector<DnsRecord> set) {
    Sign(set, at);
    reply.answers.insert(reply.answers.end(), set.begin(), set.end());
  };
  if (host == name) add(ApexRecords(type, as_of));
  for (const NameServer& each : servers) {
    if (each.name == host && type == RecordType::kA) {
      add({{host, type, kApexTtl, each.address.address.ToString()}});
    }
  }
  const bool control = !probe_label.empty() && host.ends_with(fmt::format(".{}.{}", probe_label, name));
  if (control && type == RecordType::kA) add({{host, type, std::uint32_t{kControlTtl.count()}, kControl}});
  std::string owner = host;
  for (int link = 0; link < kMostLinks && reply.answers.empty() == (link == 0); ++link) {
    if (const auto set = Find(server, {owner, type}, at)) {
      add(RecordsOf({owner, type}, *set, dice));
      break;
    }
    const auto alias = Find(server, {owner, RecordType::kCname}, at);
    if (!alias) break;
    add(RecordsOf({owner, RecordType::kCname}, *alias, 0));
    owner = alias->data.front();
  }
  if (!reply.answers.empty()) return reply;
  const bool exists = control || host == name || Exists(server, host, at) ||
                      std::ranges::any_of(servers, [&](const NameServer& each) { return each.name == host; });
  reply.rcode = exists ? probes::kRcodeNoError : probes::kRcodeNxDomain;
  reply.authority = ApexRecords(RecordType::kSoa, as_of);
  reply.authority.front().ttl = std::min(kApexTtl, negative_ttl.At(as_of));
  return reply;
}

probes::ZoneSample Zone::Delegation(TimePoint at) const {
  probes::ZoneSample look;
  look.zone = name;
  look.parent = parent;
  look.delegation = ApexRecords(RecordType::kNs, at);
  for (const NameServer& server : servers) {
    if (!server.listed.At(at)) continue;
    look.addresses.push_back({server.name, RecordType::kA, kApexTtl, server.address.address.ToString()});
    if (base::IsWithinZone(server.name, name)) look.glue.push_back(look.addresses.back());
  }
  if (is_signed.At(at)) {
    look.ds = {{name, RecordType::kDs, kApexTtl, fmt::format("{} 13 2 AA==", kKeyTag)}};
    look.keys_known = true;
    look.dnskey = ApexRecords(RecordType::kDnskey, at);
    Sign(look.dnskey, at);
  }
  return look;
}

}  // namespace dialwatch::world
