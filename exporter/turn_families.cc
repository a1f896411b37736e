#include "exporter/families.h"

namespace dialwatch::exporter {

Series TurnRtt(const Scrape& scrape) {
  Series out;
  for (const auto& [server, histogram] : scrape.snapshot.statistics.turn_rtts) {
    AddHistogram(out, {{"server", server}}, histogram);
  }
  return out;
}

Series TurnLoss(const Scrape& scrape) {
  Series out;
  for (const auto& [server, series] : scrape.snapshot.picture.turn()) {
    const auto add = [&out, &name = server](const char* direction, const probes::TurnFlow& flow) {
      if (flow.sent == 0) return;
      const double lost = flow.sent - flow.arrived;
      AddGauge(out, {{"server", name}, {"direction", direction}}, lost / flow.sent);
    };
    add("out", series.newest->out);
    add("back", series.newest->back);
  }
  return out;
}

Series TurnCertificateExpiry(const Scrape& scrape) {
  Series out;
  for (const auto& [server, series] : scrape.snapshot.picture.turn()) {
    const auto& expires = series.newest->certificate_expires;
    if (expires) AddGauge(out, {{"server", server}}, UnixSeconds(*expires));
  }
  return out;
}

}  // namespace dialwatch::exporter
