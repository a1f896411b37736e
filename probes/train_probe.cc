#include "probes/train_probe.h"

#include <algorithm>
#include <utility>

#include "probes/reachable.h"
#include "probes/train/run_train.h"

namespace dialwatch::probes {
namespace {

using std::chrono::steady_clock;

RtpCodec CodecOf(const config::Media& media) {
  const RtpCodec* codec = FindRtpCodec(media.codec);
  return codec == nullptr ? kPcmu : *codec;
}

// Until what the others say in the same turn is there, too.
constexpr Duration kRestOfAnswers = std::chrono::seconds(1);

}  // namespace

TrainProbe::TrainProbe(Asker& asker, MediaMeans& means, std::list<RelayQueue>& relays, config::Dialer dialer)
    : asker_(asker),
      means_(means),
      relays_(relays),
      dialer_(std::move(dialer)),
      codec_(CodecOf(asker.settings->media)) {}

void TrainProbe::Hurry() {
  const auto now = steady_clock::now();
  if (round_ == 0 || now < next_hurry_ || !under_way_.expired()) return;
  next_hurry_ = now + asker_.settings->media.interval;
  means_.pacer.Add(now + kRestOfAnswers, [this]() -> std::optional<Pacer::Time> {
    Start(nullptr);
    return std::nullopt;
  });
}

void TrainProbe::Start(const Turn& turn) {
  if (const Turns turns = under_way_.lock()) return turns->push_back(turn);
  const auto addresses = ReachableAddresses(means_.answers, dialer_.host,
                                            static_cast<std::uint16_t>(dialer_.reflector_port), kMostAddresses);
  if (addresses.empty()) return;
  ++round_;
  const auto keys = means_.keys.Take(steady_clock::now());
  if (!keys) {
    TrainSample unsent;
    unsent.subject = {dialer_.name, dialer_.host, {}, false, {}};
    unsent.codec = codec_.name;
    unsent.round = round_;
    unsent.at = base::WallClockNow();
    unsent.outcome = RtpOutcome::kNoKeys;
    unsent.error = keys.error().what;
    return asker_.sink(std::move(unsent));
  }
  // a turn ends before the next one is due
  end_ = steady_clock::now() + asker_.settings->media.interval * 9 / 10;
  const auto turns = std::make_shared<std::vector<Turn>>(1, turn);
  under_way_ = turns;
  SendAll(addresses, *keys, turns);
  // what hurries does so for an address that is new, and relays are asked once an interval
  if (!turn || silent_.contains(addresses.front().address)) return;
  for (RelayQueue& relay : relays_) relay.Add(PlanFor(addresses.front(), *keys), turns);
}

void TrainProbe::SendAll(const std::vector<AnswerBook::Address>& addresses,
                         const std::shared_ptr<const TrainKeys>& keys, const Turns& turns) {
  const auto were_silent = std::exchange(silent_, {});
  for (const AnswerBook::Address& each : addresses) {
    const bool silent = were_silent.contains(each.address);
    if (silent) silent_.insert(each.address);
    Send(std::make_shared<Visit>(Visit{PlanFor(each, keys), silent ? 1 : kTrains, turns}));
  }
}

TrainPlan TrainProbe::PlanFor(const AnswerBook::Address& address, std::shared_ptr<const TrainKeys> keys) const {
  const config::Media& media = asker_.settings->media;
  TrainPlan plan;
  plan.subject = {dialer_.name,
                  dialer_.host,
                  address.resolvers,
                  address.by_authority,
                  {address.address, static_cast<std::uint16_t>(dialer_.reflector_port)}};
  plan.round = round_;
  plan.keys = std::move(keys);
  plan.bind = asker_.settings->vantage.bind;
  plan.codec = codec_;
  plan.packets = static_cast<std::uint32_t>(media.packets);
  plan.spacing = media.spacing;
  plan.dscp = media.dscp;
  return plan;
}

void TrainProbe::Send(const std::shared_ptr<Visit>& visit) {
  --visit->trains_left;
  RunTrain(
      asker_.loop, means_.pacer, visit->plan, [this, visit](const TrainSample& sample) { Take(visit, sample); },
      means_.watch);
}

void TrainProbe::Take(const std::shared_ptr<Visit>& visit, const TrainSample& sample) {
  asker_.sink(sample);
  const bool last = visit->trains_left == 0;
  if (!sample.echoed_by.empty()) {
    silent_.erase(sample.subject.address.address);
  } else if (last) {
    silent_.insert(sample.subject.address.address);
  }
  const auto next = steady_clock::now() + std::min<Duration>(kLongestPause, asker_.settings->media.interval / 12);
  if (last || !IsDoubtful(sample) || next + LengthOf(visit->plan) > end_) return;
  means_.pacer.Add(next, [this, visit]() -> std::optional<Pacer::Time> {
    Send(visit);
    return std::nullopt;
  });
}

bool TrainProbe::IsDoubtful(const TrainSample& sample) const {
  return sample.outcome != RtpOutcome::kOk || sample.echoed_by != dialer_.name;
}

}  // namespace dialwatch::probes
