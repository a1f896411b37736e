#include "diagnosis/zone/signatures.h"

#include <algorithm>

#include "diagnosis/dns/answer.h"
#include "diagnosis/evidence.h"
#include "diagnosis/zone/facts.h"

namespace dialwatch::diagnosis {
namespace {

// Of two signatures that of a later end, but one that holds already before one that does not.
bool IsBetter(const probes::RrsigFields& a, const probes::RrsigFields& b, TimePoint now) {
  const bool a_holds = a.inception <= now + kClockSkew, b_holds = b.inception <= now + kClockSkew;
  return a_holds != b_holds ? a_holds : a.expiration > b.expiration;
}

bool IsSigned(const ZoneSample& zone) {
  return std::any_of(zone.servers.begin(), zone.servers.end(), [](const ZoneServerView& server) {
    return HasType(server.soa.answers, base::RecordType::kRrsig);
  });
}

void Collect(const std::vector<probes::DnsRecord>& records, const std::string& server, TimePoint now,
             SignedSets& sets) {
  for (const probes::DnsRecord& record : records) {
    const auto signature = probes::ReadRrsig(record);
    if (!signature) continue;
    const Signed candidate{record.owner, server, *signature, now};
    const auto [known, is_new] = sets.try_emplace({record.owner + " " + signature->covered, server}, candidate);
    if (!is_new && IsBetter(*signature, known->second.signature, now)) known->second = candidate;
  }
}

}  // namespace

bool HasType(const std::vector<probes::DnsRecord>& records, base::RecordType type) {
  return std::any_of(records.begin(), records.end(), [&](const auto& record) { return record.type == type; });
}

SignedSets SignaturesOf(const Situation& situation, const ZoneSample& zone) {
  SignedSets sets;
  if (!IsSigned(zone)) return sets;
  for (const ZoneServerView& server : zone.servers) {
    Collect(server.soa.answers, AddressOf(server), situation.now, sets);
    Collect(server.ns.answers, AddressOf(server), situation.now, sets);
  }
  Collect(zone.dnskey, "", situation.now, sets);
  for (const Judgement& judgement : situation.judgements) {
    const DnsSample& sample = *judgement.sample;
    if (!IsAuthority(judgement) || sample.via.name != zone.zone || !sample.aa || Fails(sample)) continue;
    Collect(sample.answers, sample.via.server.ToString(config::kDnsPort), situation.now, sets);
  }
  return sets;
}

}  // namespace dialwatch::diagnosis
