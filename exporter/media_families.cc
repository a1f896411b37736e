#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/names.h"
#include "exporter/families.h"
#include "probes/rtp/judgement.h"

namespace dialwatch::exporter {
namespace {

using probes::RtpDirection;
using probes::RtpMeasures;
using probes::TrainSample;

double Seconds(std::chrono::microseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

// What a train or the audio of a call came to, for one of those that lead there.
struct Heard {
  std::string dialer, via;
  const RtpMeasures& measures;
  const std::optional<probes::VoiceQuality>& quality;
};

// Who gives the address, or the relay that carries the train.
std::vector<std::string> ViasOf(const TrainSample& sample) {
  if (!sample.subject.relay.empty()) return {"relay:" + sample.subject.relay};
  std::vector<std::string> vias = sample.subject.resolved_via;
  if (sample.subject.by_authority) vias.emplace_back("authority");
  return vias;
}

// All trains, and the calls to where callers are meant to go, as far as they had audio.
std::vector<Heard> AllHeard(const diagnosis::Picture& picture) {
  std::vector<Heard> all;
  for (const auto& [dialer, view] : picture.media()) {
    for (const TrainSample* sample : view.Told()) {
      for (const std::string& via : ViasOf(*sample)) all.push_back({dialer, via, sample->measures, sample->quality});
    }
  }
  for (const auto& [dialer, view] : picture.calls()) {
    for (const auto* series : view.Own()) {
      const auto& talk = series->newest->talk;
      if (talk) all.push_back({dialer, "call", talk->measures, talk->quality});
    }
  }
  return all;
}

// By dialer and via; of several addresses the worst counts.
class Worst {
 public:
  using IsWorse = std::function<bool(double, double)>;

  explicit Worst(IsWorse is_worse = std::greater<>()) : is_worse_(std::move(is_worse)) {}

  void Note(const Heard& heard, std::optional<double> seen) {
    if (!seen) return;
    const auto [known, first] = worst_.emplace(std::pair(heard.dialer, heard.via), *seen);
    if (!first && is_worse_(*seen, known->second)) known->second = *seen;
  }

  void Tell(Series& out, const Labels& further = {}) const {
    for (const auto& [key, seen] : worst_) {
      Labels labels{{"dialer", key.first}, {"via", key.second}};
      labels.insert(labels.end(), further.begin(), further.end());
      AddGauge(out, std::move(labels), seen);
    }
  }

 private:
  const IsWorse is_worse_;
  std::map<std::pair<std::string, std::string>, double> worst_;
};

// Where nobody knows on which way a packet was lost it counts in both directions.
const RtpDirection& WayOf(const RtpMeasures& measures, const std::optional<RtpDirection> RtpMeasures::*direction) {
  return KnowsWays(measures) ? *(measures.*direction) : measures.round;
}

Series BothWays(const Scrape& scrape, std::optional<double> (*value_of)(const RtpDirection& way)) {
  Worst up, down;
  for (const Heard& heard : AllHeard(scrape.snapshot.picture)) {
    up.Note(heard, value_of(WayOf(heard.measures, &RtpMeasures::up)));
    down.Note(heard, value_of(WayOf(heard.measures, &RtpMeasures::down)));
  }
  Series out;
  up.Tell(out, {{"direction", "up"}});
  down.Tell(out, {{"direction", "down"}});
  return out;
}

}  // namespace

Series RtpLoss(const Scrape& scrape) {
  return BothWays(scrape, [](const RtpDirection& way) -> std::optional<double> {
    if (way.sent == 0) return std::nullopt;
    return static_cast<double>(way.lost) / way.sent;
  });
}

Series RtpJitter(const Scrape& scrape) {
  return BothWays(scrape, [](const RtpDirection& way) -> std::optional<double> {
    if (!way.jitter) return std::nullopt;
    return Seconds(*way.jitter);
  });
}

Series RtpRtt(const Scrape& scrape) {
  Worst worst;
  for (const Heard& heard : AllHeard(scrape.snapshot.picture)) {
    if (heard.measures.rtt) worst.Note(heard, Seconds(heard.measures.rtt->p50));
  }
  Series out;
  worst.Tell(out);
  return out;
}

// Where nothing comes back nobody hears anything, which is the least that there is.
Series RtpMos(const Scrape& scrape) {
  Worst worst(std::less<>{});
  for (const Heard& heard : AllHeard(scrape.snapshot.picture)) {
    if (heard.quality) worst.Note(heard, heard.quality->mos);
    if (!heard.quality && heard.measures.round.sent > 0) worst.Note(heard, 1.0);
  }
  Series out;
  worst.Tell(out);
  return out;
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
      const std::string outcome(base::NameOf(sample->outcome));
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
