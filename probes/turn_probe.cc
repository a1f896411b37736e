#include "probes/turn_probe.h"

#include <algorithm>
#include <utility>

namespace dialwatch::probes {
namespace {

// A call is not set up that late, whatever the interval.
constexpr Duration kLongestTurn = std::chrono::seconds(20);

}  // namespace

TurnProbe::TurnProbe(Asker& asker, AddressBook& addresses, config::Turn server)
    : asker_(asker),
      addresses_(addresses),
      server_(std::move(server)),
      folders_(config::SecretFoldersOf(*asker.settings)) {}

void TurnProbe::Start(const Turn& turn) {
  TurnSample sample;
  sample.server = server_.name;
  sample.uri = FormatIceUri(server_.uri);
  auto credentials = ReadTurnCredentials(server_, folders_, base::WallClockNow());
  if (!credentials) return Fail(std::move(sample), TurnOutcome::kBadCredentialFile, credentials.error().what);
  sample.step = TurnStep::kResolve;
  addresses_.Find(server_.uri.host,
                  [this, sample, credentials = *std::move(credentials), turn](const AddressBook::Entry& found) mutable {
                    if (!found.address) return Fail(std::move(sample), TurnOutcome::kUnresolved, found.error);
                    if (!found.resolver.empty()) sample.resolved_via = {found.resolver};
                    sample.address = {*found.address, server_.uri.port.value_or(server_.uri.DefaultPort())};
                    Connect(std::move(sample), std::move(credentials), turn);
                  });
}

void TurnProbe::Connect(TurnSample sample, TurnCredentials credentials, const Turn& turn) {
  TurnRoute route{sample.address, server_.uri.transport, asker_.settings->vantage.bind, nullptr};
  if (route.transport == config::Transport::kTls) {
    if (!tls_ || tls_address_ != sample.address.address) {
      const bool named = !base::IpAddress::Parse(server_.uri.host);
      auto made = TlsPeer::Make(sample.address.address, named ? server_.uri.host : "", TlsPeer::Use::kRelay);
      if (!made) return Fail(std::move(sample), TurnOutcome::kTlsFailed, made.error().what);
      tls_ = *std::move(made);
      tls_address_ = sample.address.address;
    }
    route.tls = tls_;
  }
  session_ = std::make_unique<TurnSession>(asker_.loop, std::move(sample), std::move(route), std::move(credentials));
  // the interval less a little, so that turns do not overlap
  const Duration deadline = std::min<Duration>(asker_.settings->probing.interval * 9 / 10, kLongestTurn);
  session_->Start(deadline, [this, turn](TurnSample seen) {
    asker_.sink(std::move(seen));
    session_.reset();
  });
}

void TurnProbe::Fail(TurnSample sample, TurnOutcome outcome, std::string error) {
  sample.outcome = outcome;
  sample.error = std::move(error);
  sample.at = base::WallClockNow();
  asker_.sink(std::move(sample));
}

}  // namespace dialwatch::probes
