#include "probes/turn_probe.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace dialwatch::probes {
namespace {

// A call is not set up that late, whatever the interval.
constexpr Duration kLongestTurn = std::chrono::seconds(20);

// One that some resolver gave who did not give `place`.
std::optional<ServerPlace> ByOthers(const std::vector<ServerPlace>& places, const ServerPlace& place) {
  const auto found = std::ranges::find_if(
      places, [&](const ServerPlace& each) { return !std::ranges::includes(place.resolved_via, each.resolved_via); });
  return found == places.end() ? std::nullopt : std::optional(*found);
}

TurnSample Failed(TurnSample sample, TurnOutcome outcome, std::string error) {
  sample.outcome = outcome;
  sample.error = std::move(error);
  sample.at = base::WallClockNow();
  return sample;
}

}  // namespace

TurnProbe::TurnProbe(Asker& asker, AddressBook& addresses, config::Turn server)
    : asker_(asker), access_(asker, addresses, std::move(server)) {}

void TurnProbe::Start(const Turn& turn) {
  TurnSample about;
  about.server = access_.server().name;
  about.uri = FormatIceUri(access_.server().uri);
  auto credentials = access_.Credentials();
  if (!credentials) return Tell(Failed(about, TurnOutcome::kBadCredentialFile, credentials.error().what));
  about.step = TurnStep::kResolve;
  access_.FindPlaces([this, about, credentials = *std::move(credentials), turn](const ServerPlaces& found) {
    if (found.places.empty()) return Tell(Failed(about, TurnOutcome::kUnresolved, found.error));
    Try(found.places, about, credentials, turn);
  });
}

// Each turn another one; one that fails is kept to, so that others do not hide it.
void TurnProbe::Try(std::vector<ServerPlace> places, const TurnSample& about, const TurnCredentials& credentials,
                    const Turn& turn) {
  const ServerPlace& place = places[good_turns_ % places.size()];
  const std::optional<ServerPlace> other = ByOthers(places, place);
  const Duration whole = asker_.TurnDeadline();
  Connect(place, about, credentials, std::min<Duration>(other ? whole * 2 / 3 : whole, kLongestTurn),
          [this, other, about, credentials, whole, turn](TurnSample seen) {
            if (seen.outcome == TurnOutcome::kRelayed) ++good_turns_;
            if (seen.outcome == TurnOutcome::kRelayed || !other) return Tell(std::move(seen));
            Connect(*other, about, credentials, std::min<Duration>(whole / 3, kLongestTurn),
                    [this, seen, turn](const TurnSample& second) mutable {
                      if (second.outcome == TurnOutcome::kRelayed) {
                        seen.works_at = TurnElsewhere{second.address, second.resolved_via};
                      }
                      Tell(std::move(seen));
                    });
          });
}

void TurnProbe::Connect(const ServerPlace& place, TurnSample sample, const TurnCredentials& credentials,
                        Duration deadline, Done done) {
  sample.resolved_via = place.resolved_via;
  sample.address = place.address;
  const auto route = access_.RouteTo(place.address);
  if (!route) return done(Failed(sample, TurnOutcome::kTlsFailed, route.error().what));
  session_ = std::make_unique<TurnSession>(asker_.loop, std::move(sample), *route, credentials);
  session_->Start(deadline, [this, done = std::move(done)](TurnSample seen) {
    session_.reset();
    done(std::move(seen));
  });
}

void TurnProbe::Tell(TurnSample sample) {
  asker_.sink(std::move(sample));
}

}  // namespace dialwatch::probes
