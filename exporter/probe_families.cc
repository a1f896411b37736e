#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "base/printable.h"
#include "exporter/families.h"

namespace dialwatch::exporter {

Series ProbesTotal(const Scrape& scrape) {
  Series out;
  for (const auto& [key, count] : scrape.snapshot.statistics.probes) {
    const auto& [kind, via, result] = key;
    AddCounter(out, {{"kind", kind}, {"via", via}, {"result", result}}, count);
  }
  return out;
}

Series LastProbeTimestamp(const Scrape& scrape) {
  Series out;
  for (const DialerView& view : scrape.views) {
    AddGauge(out, {{"kind", "dns"}, {"via", view.via}, {"dialer", view.dialer}}, UnixSeconds(view.last_probe));
  }
  for (const auto& [server, series] : scrape.snapshot.picture.stun()) {
    AddGauge(out, {{"kind", "stun"}, {"via", server}}, UnixSeconds(series.newest->at));
  }
  return out;
}

Series ForgedDatagrams(const Scrape& scrape) {
  Series out;
  AddCounter(out, {}, scrape.snapshot.statistics.forged);
  return out;
}

Series StunRtt(const Scrape& scrape) {
  Series out;
  for (const auto& [server, histogram] : scrape.snapshot.statistics.stun_rtts) {
    AddHistogram(out, {{"server", server}}, histogram);
  }
  return out;
}

// A server's mapping is wrong where a finding about mappings names it, or names no server and so means all of them.
Series StunMappingMatches(const Scrape& scrape) {
  std::set<std::string> wrong;
  for (const diagnosis::Finding& finding : scrape.snapshot.findings) {
    if (finding.rule.starts_with("stun-mapping-")) wrong.insert(finding.subject.server);
  }
  Series out;
  for (const auto& [server, series] : scrape.snapshot.picture.stun()) {
    if (!series.newest->mapped) continue;
    AddGauge(out, {{"server", server}}, wrong.contains(server) || wrong.contains("") ? 0 : 1);
  }
  return out;
}

Series Findings(const Scrape& scrape) {
  std::set<std::tuple<std::string, std::string, std::string>> unique;
  for (const diagnosis::Finding& finding : scrape.snapshot.findings) {
    unique.emplace(finding.rule, base::Printable(finding.subject.ToString()), FormatSeverity(finding.severity));
  }
  Series out;
  for (const auto& [rule, subject, severity] : unique) {
    AddGauge(out, {{"rule", rule}, {"subject", subject}, {"severity", severity}}, 1);
  }
  return out;
}

Series Incidents(const Scrape& scrape) {
  std::map<std::string, int> firing;
  for (const diagnosis::Incident& incident : scrape.snapshot.incidents) {
    if (incident.state == diagnosis::IncidentState::kFiring) ++firing[incident.cause];
  }
  Series out;
  for (const auto& [cause, count] : firing) AddGauge(out, {{"cause", cause}}, count);
  return out;
}

}  // namespace dialwatch::exporter
