#include "probes/relay_queue.h"

#include <algorithm>
#include <utility>

#include "probes/target.h"

namespace dialwatch::probes {
namespace {

using std::chrono::steady_clock;

// coturn counts an allocation for a second after it was given back.
constexpr Duration kStillCounted = std::chrono::seconds(1);

// Whether a relay at `place` has a way to the dialer at all.
bool LeadsTo(const Endpoint& place, const Endpoint& dialer) {
  return place.address.is_v6() == dialer.address.is_v6() &&
         (place.address.IsSpecialPurpose() || !dialer.address.IsSpecialPurpose());
}

}  // namespace

RelayQueue::RelayQueue(Asker& asker, AddressBook& addresses, MediaMeans& means, config::Turn relay)
    : asker_(asker),
      means_(means),
      access_(asker, addresses, std::move(relay)),
      at_once_(std::max(1, kRelayedAtOnce / asker.settings->probing.workers)),
      next_(asker.loop) {}

void RelayQueue::Add(TrainPlan plan, Turn turn) {
  plan.subject.relay = access_.server().name;
  const auto waits = std::ranges::find_if(
      waiting_, [&](const OrderPtr& each) { return each->plan.subject.dialer == plan.subject.dialer; });
  const auto order = std::make_shared<Order>(Order{std::move(plan), std::move(turn)});
  if (waits != waiting_.end()) {
    *waits = order;
  } else {
    waiting_.push_back(order);
  }
  means_.pacer.Add(steady_clock::now() + asker_.settings->media.interval * 9 / 10,
                   [late = std::weak_ptr(order)]() -> std::optional<Pacer::Time> {
                     if (const auto each = late.lock()) each->turn.reset();
                     return std::nullopt;
                   });
  Next();
}

void RelayQueue::Next() {
  if (waiting_.empty() || under_way_ == at_once_) return;
  const OrderPtr order = waiting_.front();
  waiting_.pop_front();
  ++under_way_;
  Begin(order);
  if (!waiting_.empty()) next_.Start(Duration(0), [this] { Next(); });
}

void RelayQueue::Begin(const OrderPtr& order) {
  if (steady_clock::now() < rests_until_) {
    Tell(order, Unsent(order->plan, RtpOutcome::kNoRelay, why_it_rests_));
    return End();
  }
  auto credentials = access_.Credentials();
  if (!credentials) return Fail(order, credentials.error().what);
  access_.FindPlaces([this, order, credentials = *std::move(credentials)](const ServerPlaces& found) {
    Send(order, credentials, found);
  });
}

void RelayQueue::Send(const OrderPtr& order, const TurnCredentials& credentials, const ServerPlaces& found) {
  if (found.places.empty()) return Fail(order, found.error);
  const Endpoint& place = found.places[failures_ % found.places.size()].address;
  if (!LeadsTo(place, order->plan.subject.address)) return End();
  auto route = access_.RouteTo(place);
  if (!route) return Fail(order, route.error().what);
  route->dscp = order->plan.dscp;
  const auto train = trains_.insert(
      trains_.end(), std::make_shared<RelayedTrain>(asker_.loop, means_.pacer, order->plan, *route, credentials));
  (*train)->Start(
      [this, order, train](const TrainSample& sample) {
        const auto ended = *train;  // lives until we are through with it
        trains_.erase(train);
        if (sample.outcome == RtpOutcome::kNoRelay) return Fail(order, sample.error);
        Tell(order, sample);
        means_.pacer.Add(steady_clock::now() + kStillCounted, [this]() -> std::optional<Pacer::Time> {
          End();
          return std::nullopt;
        });
      },
      means_.watch);
}

void RelayQueue::Fail(const OrderPtr& order, const std::string& why) {
  const auto now = steady_clock::now();
  if (now >= rests_until_) ++failures_;  // those that were under way with it failed at the same place
  rests_until_ = now + asker_.settings->media.interval / 2;
  why_it_rests_ = why;
  Tell(order, Unsent(order->plan, RtpOutcome::kNoRelay, why));
  End();
}

void RelayQueue::Tell(const OrderPtr& order, const TrainSample& sample) {
  asker_.sink(sample);
  order->turn.reset();
}

void RelayQueue::End() {
  --under_way_;
  next_.Start(Duration(0), [this] { Next(); });
}

}  // namespace dialwatch::probes
