#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "exporter/families.h"

namespace dialwatch::exporter {
namespace {

using probes::EchoSample;
using probes::EchoWay;
using Value = std::function<std::optional<double>(const EchoSample& sample)>;

double Seconds(std::chrono::microseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

// By dialer and by who gives the address; of several addresses the worst counts.
Series Collect(const Scrape& scrape, const Value& value, bool more_is_worse, const Labels& further = {}) {
  std::map<std::pair<std::string, std::string>, double> worst;
  for (const auto& [dialer, view] : scrape.snapshot.picture.media()) {
    for (const auto* series : view.Current()) {
      const EchoSample& sample = *series->newest;
      const auto seen = value(sample);
      if (!seen) continue;
      const auto note = [&, &name = dialer](const std::string& via) {
        const auto [known, first] = worst.emplace(std::pair(name, via), *seen);
        if (!first) known->second = more_is_worse ? std::max(known->second, *seen) : std::min(known->second, *seen);
      };
      for (const std::string& resolver : sample.subject.resolved_via) note(resolver);
      if (sample.subject.by_authority) note("authority");
    }
  }
  Series out;
  for (const auto& [key, seen] : worst) {
    Labels labels{{"dialer", key.first}, {"via", key.second}};
    labels.insert(labels.end(), further.begin(), further.end());
    AddGauge(out, std::move(labels), seen);
  }
  return out;
}

Series Join(Series one, Series other) {
  one.insert(one.end(), std::make_move_iterator(other.begin()), std::make_move_iterator(other.end()));
  return one;
}

// Without a word of the reflector nobody knows where a packet was lost: then it counts in both directions.
const EchoWay& WayOf(const EchoSample& sample, const std::optional<EchoWay> probes::EchoMeasures::*direction) {
  const auto& way = sample.measures.*direction;
  return way ? *way : sample.measures.round;
}

Series BothWays(const Scrape& scrape, const std::function<std::optional<double>(const EchoWay& way)>& value) {
  const auto of = [&](const std::optional<EchoWay> probes::EchoMeasures::*direction) -> Value {
    return [&value, direction](const EchoSample& sample) { return value(WayOf(sample, direction)); };
  };
  return Join(Collect(scrape, of(&probes::EchoMeasures::up), true, {{"direction", "up"}}),
              Collect(scrape, of(&probes::EchoMeasures::down), true, {{"direction", "down"}}));
}

}  // namespace

Series RtpLoss(const Scrape& scrape) {
  return BothWays(scrape, [](const EchoWay& way) -> std::optional<double> {
    if (way.sent == 0) return std::nullopt;
    return static_cast<double>(way.lost) / way.sent;
  });
}

Series RtpJitter(const Scrape& scrape) {
  return BothWays(scrape, [](const EchoWay& way) -> std::optional<double> {
    if (!way.jitter) return std::nullopt;
    return Seconds(*way.jitter);
  });
}

Series RtpRtt(const Scrape& scrape) {
  const Value median = [](const EchoSample& sample) -> std::optional<double> {
    if (!sample.measures.rtt) return std::nullopt;
    return Seconds(sample.measures.rtt->p50);
  };
  return Collect(scrape, median, true);
}

// Where nothing comes back nobody hears anything, which is the least that there is.
Series RtpMos(const Scrape& scrape) {
  const Value mos = [](const EchoSample& sample) -> std::optional<double> {
    if (sample.quality) return sample.quality->mos;
    return sample.measures.round.sent > 0 ? std::optional(1.0) : std::nullopt;
  };
  return Collect(scrape, mos, false);
}

}  // namespace dialwatch::exporter
