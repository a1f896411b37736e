#include <algorithm>

#include "exporter/families.h"

namespace dialwatch::exporter {

Series BuildInfo(const Scrape& scrape) {
  Series out;
  AddGauge(out, {{"version", scrape.self.version}}, 1);
  return out;
}

Series LastReloadSuccessful(const Scrape& scrape) {
  Series out;
  AddGauge(out, {}, scrape.self.last_reload_successful ? 1 : 0);
  return out;
}

Series LastReloadSuccess(const Scrape& scrape) {
  Series out;
  if (scrape.self.last_reload_success) AddGauge(out, {}, UnixSeconds(*scrape.self.last_reload_success));
  return out;
}

Series DiscoveryErrors(const Scrape& scrape) {
  Series out;
  if (const auto errors = scrape.self.discovery_errors) AddGauge(out, {}, static_cast<double>(*errors));
  return out;
}

Series Notifications(const Scrape& scrape) {
  Series out;
  for (const auto& [receiver, delivery] : scrape.self.deliveries) {
    AddCounter(out, {{"receiver", receiver}}, delivery.delivered);
  }
  return out;
}

Series NotificationsFailed(const Scrape& scrape) {
  Series out;
  for (const auto& [receiver, delivery] : scrape.self.deliveries) {
    for (const auto& [reason, count] : delivery.failed) {
      AddCounter(out, {{"receiver", receiver}, {"reason", reason}}, count);
    }
  }
  return out;
}

Series NotificationQueue(const Scrape& scrape) {
  Series out;
  for (const auto& [receiver, delivery] : scrape.self.deliveries) {
    AddGauge(out, {{"receiver", receiver}}, static_cast<double>(delivery.queued));
  }
  return out;
}

Series NotificationOldestPending(const Scrape& scrape) {
  Series out;
  for (const auto& [receiver, delivery] : scrape.self.deliveries) {
    const auto age = scrape.now - delivery.oldest_pending.value_or(scrape.now);
    AddGauge(out, {{"receiver", receiver}}, std::max(0.0, std::chrono::duration<double>(age).count()));
  }
  return out;
}

Series SchedulerLag(const Scrape& scrape) {
  Series out;
  AddGauge(out, {}, scrape.self.scheduler_lag_seconds);
  return out;
}

Series SamplesDropped(const Scrape& scrape) {
  Series out;
  AddCounter(out, {}, scrape.self.samples_dropped);
  return out;
}

Series StateDegraded(const Scrape& scrape) {
  Series out;
  AddGauge(out, {}, scrape.self.state_degraded ? 1 : 0);
  return out;
}

Series StateRowsDropped(const Scrape& scrape) {
  Series out;
  AddCounter(out, {}, scrape.self.state_rows_dropped);
  return out;
}

}  // namespace dialwatch::exporter
