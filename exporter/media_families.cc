#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "exporter/families.h"
#include "probes/rtp/judgement.h"

namespace dialwatch::exporter {
namespace {

using probes::EchoMeasures;
using probes::EchoSample;
using probes::EchoWay;

// What a train or the audio of a call came to.
struct Heard {
  const EchoMeasures& measures;
  const std::optional<probes::VoiceQuality>& quality;
};
using Value = std::function<std::optional<double>(const Heard& heard)>;

double Seconds(std::chrono::microseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

// By dialer and via; of several addresses the worst counts.
class Worst {
 public:
  explicit Worst(bool more_is_worse) : more_is_worse_(more_is_worse) {}

  void Note(const std::string& dialer, const std::string& via, double seen) {
    const auto [known, first] = worst_.emplace(std::pair(dialer, via), seen);
    if (!first) known->second = more_is_worse_ ? std::max(known->second, seen) : std::min(known->second, seen);
  }

  Series Tell(const Labels& further) const {
    Series out;
    for (const auto& [key, seen] : worst_) {
      Labels labels{{"dialer", key.first}, {"via", key.second}};
      labels.insert(labels.end(), further.begin(), further.end());
      AddGauge(out, std::move(labels), seen);
    }
    return out;
  }

 private:
  const bool more_is_worse_;
  std::map<std::pair<std::string, std::string>, double> worst_;
};

// Who gives the address, or the relay that carries the train.
std::vector<std::string> ViasOf(const EchoSample& sample) {
  if (!sample.subject.relay.empty()) return {"relay:" + sample.subject.relay};
  std::vector<std::string> vias = sample.subject.resolved_via;
  if (sample.subject.by_authority) vias.emplace_back("authority");
  return vias;
}

void CollectTrains(const Scrape& scrape, const Value& value, Worst& worst) {
  for (const auto& [dialer, view] : scrape.snapshot.picture.media()) {
    for (const EchoSample* sample : view.Told()) {
      const auto seen = value({sample->measures, sample->quality});
      if (!seen) continue;
      for (const std::string& via : ViasOf(*sample)) worst.Note(dialer, via, *seen);
    }
  }
}

// Of the calls to where callers are meant to go, and that had audio.
void CollectCalls(const Scrape& scrape, const Value& value, Worst& worst) {
  for (const auto& [dialer, view] : scrape.snapshot.picture.calls()) {
    for (const auto* series : view.Own()) {
      const auto& talk = series->newest->talk;
      if (!talk) continue;
      if (const auto seen = value({talk->measures, talk->quality})) worst.Note(dialer, "call", *seen);
    }
  }
}

Series Collect(const Scrape& scrape, const Value& value, bool more_is_worse, const Labels& further = {}) {
  Worst worst(more_is_worse);
  CollectTrains(scrape, value, worst);
  CollectCalls(scrape, value, worst);
  return worst.Tell(further);
}

Series Join(Series one, Series other) {
  one.insert(one.end(), std::make_move_iterator(other.begin()), std::make_move_iterator(other.end()));
  return one;
}

// Where nobody knows on which way a packet was lost it counts in both directions.
const EchoWay& WayOf(const EchoMeasures& measures, const std::optional<EchoWay> EchoMeasures::*direction) {
  return KnowsWays(measures) ? *(measures.*direction) : measures.round;
}

Series BothWays(const Scrape& scrape, const std::function<std::optional<double>(const EchoWay& way)>& value) {
  const auto of = [&](const std::optional<EchoWay> EchoMeasures::*direction) -> Value {
    return [&value, direction](const Heard& heard) { return value(WayOf(heard.measures, direction)); };
  };
  return Join(Collect(scrape, of(&EchoMeasures::up), true, {{"direction", "up"}}),
              Collect(scrape, of(&EchoMeasures::down), true, {{"direction", "down"}}));
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
  const Value median = [](const Heard& heard) -> std::optional<double> {
    if (!heard.measures.rtt) return std::nullopt;
    return Seconds(heard.measures.rtt->p50);
  };
  return Collect(scrape, median, true);
}

// Where nothing comes back nobody hears anything, which is the least that there is.
Series RtpMos(const Scrape& scrape) {
  const Value mos = [](const Heard& heard) -> std::optional<double> {
    if (heard.quality) return heard.quality->mos;
    return heard.measures.round.sent > 0 ? std::optional(1.0) : std::nullopt;
  };
  return Collect(scrape, mos, false);
}

Series CallAnswer(const Scrape& scrape) {
  Series out;
  for (const auto& [dialer, view] : scrape.snapshot.picture.calls()) {
    std::optional<base::Duration> longest;
    for (const auto* series : view.Own()) longest = std::max(longest, series->newest->call.result.answered_after);
    if (longest) AddGauge(out, {{"dialer", dialer}}, std::chrono::duration<double>(*longest).count());
  }
  return out;
}

// A word for each outcome at each who gives an address: one number could not say "not known".
Series RtpPort(const Scrape& scrape) {
  std::set<std::tuple<std::string, std::string, std::string>> seen;
  for (const auto& [dialer, view] : scrape.snapshot.picture.ports()) {
    for (const auto* sample : view.Current()) {
      const std::string outcome(FormatPortOutcome(sample->outcome));
      for (const std::string& resolver : sample->subject.resolved_via) seen.emplace(dialer, resolver, outcome);
      if (sample->subject.by_authority) seen.emplace(dialer, "authority", outcome);
    }
  }
  Series out;
  for (const auto& [dialer, via, outcome] : seen) {
    AddGauge(out, {{"dialer", dialer}, {"via", via}, {"outcome", outcome}}, 1);
  }
  return out;
}

}  // namespace dialwatch::exporter
