#include "diagnosis/rules/ttl_uneven.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "base/duration_text.h"
#include "base/printable.h"
#include "diagnosis/dns/links.h"
#include "diagnosis/evidence.h"
#include "diagnosis/zone/facts.h"

namespace dialwatch::diagnosis {
namespace {

using base::DescribeDuration;
using base::RecordType;
using probes::DnsRecord;
using std::chrono::seconds;

std::optional<std::uint32_t> SerialAt(const Situation& situation, const probes::Via& via) {
  const ZoneView* zone = situation.picture.FindZone(via.name);
  if (zone == nullptr) return std::nullopt;
  for (const ZoneServerView& server : zone->newest->servers) {
    if (server.server == via.server) return SerialOf(server, via.name);
  }
  return std::nullopt;
}

// The TTLs that an RRset has, and who gives them.
struct Ttls {
  std::map<std::uint32_t, std::string> seen;  // TTL to server
  const Judgement* judgement = nullptr;
};
using Version = std::tuple<std::string, std::optional<std::uint32_t>, std::string, RecordType>;  // zone, serial, RRset

std::map<Version, Ttls> TtlsOf(const Situation& situation, const DialerCase& dialer) {
  std::map<Version, Ttls> ttls;
  for (const Judgement& judgement : dialer.judgements) {
    if (!IsWord(judgement)) continue;
    const probes::Via& via = judgement.sample->via;
    const auto serial = SerialAt(situation, via);
    for (const DnsRecord& record : judgement.sample->answers) {
      if (!IsLink(record)) continue;
      Ttls& entry = ttls[{via.name, serial, record.owner, record.type}];
      entry.seen.emplace(record.ttl, via.server.ToString(config::kDnsPort));
      entry.judgement = &judgement;
    }
  }
  return ttls;
}

std::optional<Finding> TellUneven(const Situation& situation, const DialerCase& dialer) {
  for (const auto& [version, ttls] : TtlsOf(situation, dialer)) {
    if (ttls.seen.size() < 2) continue;
    const std::string rrset =
        fmt::format("{} {}", base::Printable(std::get<2>(version), 253), base::FormatRecordType(std::get<3>(version)));
    const auto& [low, low_server] = *ttls.seen.begin();
    const auto& [high, high_server] = *ttls.seen.rbegin();
    Finding finding = FindingOn(dialer.dialer, *ttls.judgement);
    finding.summary =
        low_server == high_server
            ? fmt::format("{} gives the records of {} different TTLs: {} and {}", low_server, rrset,
                          DescribeDuration(seconds(low)), DescribeDuration(seconds(high)))
            : fmt::format("{} has a TTL of {} at {} and of {} at {}, in one version of the zone", rrset,
                          DescribeDuration(seconds(low)), low_server, DescribeDuration(seconds(high)), high_server);
    finding.evidence = EvidenceFor(dialer, IsAuthority);
    finding.advice = {
        fmt::format("give {} one TTL, and bring all servers of {} to one version", rrset, finding.subject.authority)};
    return finding;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Finding> TtlUneven(const Situation& situation) {
  std::vector<Finding> findings;
  for (const DialerCase& dialer : CasesOf(situation)) {
    if (auto finding = TellUneven(situation, dialer)) findings.push_back(*std::move(finding));
  }
  return findings;
}

}  // namespace dialwatch::diagnosis
