#include "exporter/status_json.h"

#include <algorithm>
#include <chrono>
#include <map>

#include "base/json.h"
#include "base/names.h"
#include "base/printable.h"
#include "diagnosis/incidents/dialer_state.h"
#include "diagnosis/media/call_json.h"
#include "diagnosis/media/port_json.h"
#include "diagnosis/media/train_json.h"
#include "diagnosis/turn/json.h"

namespace dialwatch::exporter {
namespace {

using base::Json;
using diagnosis::Judgement;
using diagnosis::Snapshot;

// A row a dialer, in the config's order; a cell for each type through each vantage point.
Json Targets(const Snapshot& snapshot) {
  std::map<std::string_view, Json> cells;
  for (const Judgement& judgement : snapshot.judgements) cells[judgement.dialer].push_back(ToJson(judgement));
  const auto states = diagnosis::DialerStates(snapshot);
  Json rows = Json::array();
  for (const config::Dialer& dialer : snapshot.settings->dialers) {
    const auto found = cells.find(dialer.name);
    rows.push_back({{"dialer", dialer.name},
                    {"host", dialer.host},
                    {"labels", dialer.labels},
                    {"state", base::NameOf(states.at(dialer.name))},
                    {"vias", found == cells.end() ? Json::array() : std::move(found->second)}});
  }
  return rows;
}

Json Turn(const Snapshot& snapshot) {
  Json rows = Json::array();
  for (const auto& relay : snapshot.picture.turn()) rows.push_back(diagnosis::ToJson(*relay.second.newest));
  return rows;
}

// A row for each address of each dialer, and for each relay.
Json Media(const Snapshot& snapshot) {
  Json rows = Json::array();
  for (const auto& [dialer, view] : snapshot.picture.media()) {
    for (const probes::TrainSample* sample : view.Told()) rows.push_back(diagnosis::ToJson(*sample));
  }
  return rows;
}

// A row for each address of each dialer that is called.
Json Calls(const Snapshot& snapshot) {
  Json rows = Json::array();
  for (const auto& [dialer, view] : snapshot.picture.calls()) {
    for (const auto* series : view.Current()) rows.push_back(diagnosis::ToJson(*series->newest));
  }
  return rows;
}

Json Ports(const Snapshot& snapshot) {
  Json rows = Json::array();
  for (const auto& [dialer, view] : snapshot.picture.ports()) {
    for (const auto* sample : view.Current()) rows.push_back(diagnosis::ToJson(*sample));
  }
  return rows;
}

// A row for each [[ice_config]], with what it names.
Json IceConfigs(const Snapshot& snapshot) {
  Json rows = Json::array();
  for (const auto& [location, series] : snapshot.picture.policy().ice_configs) {
    Json row{{"location", probes::ShownLocation(location)},
             {"kind", base::NameOf(series.newest->kind)},
             {"outcome", base::NameOf(series.newest->outcome)},
             {"at", base::FormatRfc3339(series.newest->at)}};
    if (!series.newest->error.empty()) row["error"] = base::Printable(series.newest->error);
    row["servers"] = Json::array();
    for (const probes::IceServerInFile& each : series.told().servers) {
      Json server{{"where", base::Printable(each.Where())}, {"text", base::Printable(each.server.text)}};
      if (each.server.uri) server["uri"] = FormatIceUri(*each.server.uri);
      row["servers"].push_back(std::move(server));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Json OwnResolvers(const Snapshot& snapshot) {
  Json rows = Json::array();
  if (const auto& own = snapshot.picture.policy().own_resolvers) {
    for (const auto& each : own->resolvers)
      rows.push_back({{"address", each.address.ToString()}, {"where", each.where}});
  }
  return rows;
}

template <typename Items>
Json List(const Items& items) {
  Json list = Json::array();
  for (const auto& item : items) list.push_back(ToJson(item));
  return list;
}

Json Deliveries(const SelfReport& self) {
  Json receivers = Json::object();
  for (const auto& [name, delivery] : self.deliveries) {
    Json& receiver =
        receivers[name] = {{"delivered", delivery.delivered}, {"failed", delivery.failed}, {"queued", delivery.queued}};
    if (delivery.oldest_pending) receiver["oldest_pending"] = base::FormatRfc3339(*delivery.oldest_pending);
  }
  return receivers;
}

Json Self(const SelfReport& self) {
  Json report{{"version", self.version},
              {"ready", self.ready},
              {"healthy", self.unhealthy.empty()},
              {"last_reload_successful", self.last_reload_successful}};
  if (!self.unhealthy.empty()) report["unhealthy"] = self.unhealthy;
  if (self.last_reload_success) report["last_reload_success"] = base::FormatRfc3339(*self.last_reload_success);
  report["scheduler_lag_seconds"] = self.scheduler_lag_seconds;
  report["samples_dropped"] = self.samples_dropped;
  report["state_degraded"] = self.state_degraded;
  report["state_rows_dropped"] = self.state_rows_dropped;
  report["deliveries"] = Deliveries(self);
  return report;
}

Json Header(const Snapshot* snapshot) {
  Json header{{"version", 1}};
  if (snapshot) header["at"] = base::FormatRfc3339(snapshot->at);
  return header;
}

}  // namespace

std::string RenderStatus(const Snapshot* snapshot, const SelfReport& self) {
  Json status = Header(snapshot);
  status["settings"] = snapshot ? snapshot->settings->source : "";
  status["targets"] = snapshot ? Targets(*snapshot) : Json::array();
  status["stun"] = snapshot ? List(snapshot->stun) : Json::array();
  status["turn"] = snapshot ? Turn(*snapshot) : Json::array();
  status["media"] = snapshot ? Media(*snapshot) : Json::array();
  status["calls"] = snapshot ? Calls(*snapshot) : Json::array();
  status["ports"] = snapshot ? Ports(*snapshot) : Json::array();
  status["ice_configs"] = snapshot ? IceConfigs(*snapshot) : Json::array();
  status["own_resolvers"] = snapshot ? OwnResolvers(*snapshot) : Json::array();
  status["findings"] = snapshot ? List(snapshot->findings) : Json::array();
  status["incidents"] = snapshot ? List(snapshot->incidents) : Json::array();
  status["self"] = Self(self);
  return base::Dump(status);
}

}  // namespace dialwatch::exporter
