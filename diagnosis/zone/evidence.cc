#include "diagnosis/zone/evidence.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>
#include <utility>

#include "base/host_name.h"
#include "base/natural_order.h"
#include "base/printable.h"
#include "diagnosis/evidence.h"

namespace dialwatch::diagnosis {

std::vector<std::string> DialersIn(const Situation& situation, const std::string& zone) {
  std::set<std::string> asked, within;
  for (const Judgement& judgement : situation.judgements) {
    if (IsAuthority(judgement) && judgement.sample->via.name == zone) asked.insert(judgement.dialer);
  }
  for (const config::Dialer& dialer : situation.settings.dialers) {
    if (base::IsWithinZone(dialer.host, zone)) within.insert(dialer.name);
  }
  const auto& names = asked.empty() ? within : asked;
  std::vector<std::string> sorted(names.begin(), names.end());
  base::SortNames(sorted);
  return sorted;
}

std::vector<EvidenceRow> ServerRows(const ZoneSample& zone) {
  std::vector<EvidenceRow> rows;
  for (const ZoneServerView& server : zone.servers) {
    EvidenceRow row;
    row.vantage = fmt::format("authority ({})", AddressOf(server));
    if (server.soa.outcome == probes::DnsOutcome::kAnswered) {
      row.rcode = probes::FormatRcode(server.soa.rcode);
      row.rtt_ms = static_cast<double>(server.soa.rtt.count()) / 1000;
    }
    const auto serial = SerialOf(server, zone.zone);
    row.note = serial ? fmt::format("serial {}", *serial) : LamenessOf(server);
    if (!server.names.empty()) *row.note += fmt::format(", {}", fmt::join(server.names, ", "));
    *row.note = base::Printable(*row.note, 200);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace dialwatch::diagnosis
