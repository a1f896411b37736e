#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "base/names.h"
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
  for (const auto& [server, view] : scrape.snapshot.picture.stun()) {
    const auto* newest = view.Newest();
    if (newest != nullptr) AddGauge(out, {{"kind", "stun"}, {"via", server}}, UnixSeconds(newest->at));
  }
  for (const auto& [server, series] : scrape.snapshot.picture.turn()) {
    AddGauge(out, {{"kind", "turn"}, {"via", server}}, UnixSeconds(series.newest->at));
  }
  for (const auto& [dialer, view] : scrape.snapshot.picture.media()) {
    AddGauge(out, {{"kind", "rtp"}, {"via", dialer}, {"dialer", dialer}}, UnixSeconds(view.Newest()->at));
  }
  for (const auto& [dialer, view] : scrape.snapshot.picture.calls()) {
    AddGauge(out, {{"kind", "call"}, {"via", dialer}, {"dialer", dialer}}, UnixSeconds(view.Newest()->call.at));
  }
  for (const auto& [dialer, view] : scrape.snapshot.picture.ports()) {
    AddGauge(out, {{"kind", "port"}, {"via", dialer}, {"dialer", dialer}}, UnixSeconds(view.Newest()->at));
  }
  for (const auto& [location, series] : scrape.snapshot.picture.policy().ice_configs) {
    AddGauge(out, {{"kind", "ice_config"}, {"via", probes::ShownLocation(location)}}, UnixSeconds(series.newest->at));
  }
  return out;
}

Series ForgedDatagrams(const Scrape& scrape) {
  Series out;
  AddCounter(out, {}, scrape.snapshot.statistics.forged);
  return out;
}

Series Findings(const Scrape& scrape) {
  std::set<std::tuple<std::string, std::string, std::string>> unique;
  for (const diagnosis::Finding& finding : scrape.snapshot.findings) {
    unique.emplace(finding.rule, base::Printable(finding.subject.ToString()), base::NameOf(finding.severity));
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
