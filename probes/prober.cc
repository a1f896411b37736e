#include "probes/prober.h"

#include <utility>

#include "base/random.h"

namespace dialwatch::probes {

// Lives as long as any part of the turn is in flight; the last one to let go of it tells that the turn is done.
struct Prober::Turn {
  EventLoop& loop;
  std::function<void()> done;

  Turn(EventLoop& on, std::function<void()> call) : loop(on), done(std::move(call)) {}
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() { loop.Post(std::move(done)); }
};

Prober::Prober(EventLoop& loop, std::shared_ptr<const config::Settings> settings, SampleSink sink)
    : loop_(loop),
      settings_(std::move(settings)),
      sink_(std::move(sink)),
      dns_(loop, settings_->vantage.bind),
      discovery_(dns_, settings_),
      addresses_(dns_, settings_, sink_),
      next_round_(std::uint64_t{base::Random32()} << 32) {}

Prober::~Prober() = default;

void Prober::Probe(const Target& target, std::function<void()> done) {
  auto turn = std::make_shared<Turn>(loop_, std::move(done));
  std::visit([&](const auto& kind) { Start(kind, turn); }, target);
}

void Prober::Start(const NameTarget& target, const std::shared_ptr<Turn>& turn) {
  const std::uint64_t count = turns_[{target.host, target.type}]++;
  for (const config::Resolver& resolver : settings_->resolvers) {
    const Endpoint& server = resolver.addresses[count % resolver.addresses.size()];
    Ask(target, Via{Via::Kind::kResolver, resolver.name, server}, resolver.transport, turn);
  }
  discovery_.Find(target.host, [this, target, turn](const AuthorityServers& authority) {
    for (const Endpoint& server : authority.servers) {
      Ask(target, Via{Via::Kind::kAuthority, authority.zone, server}, Transport::kUdp, turn);
    }
  });
}

void Prober::Ask(const NameTarget& target, Via via, Transport transport, std::shared_ptr<Turn> turn) {
  dns_.Ask({target.host, target.type, std::move(via), transport, settings_->probing.timeout},
           [this, turn = std::move(turn)](DnsSample sample) { sink_(std::move(sample)); });
}

void Prober::Start(const StunTarget&, const std::shared_ptr<Turn>& turn) {
  // Filled by lookups that end in any order; whoever comes last starts the round.
  struct Gathering {
    std::vector<StunServerAddress> servers;
    std::size_t missing;
  };
  auto gathering = std::make_shared<Gathering>(Gathering{{}, settings_->stun_servers.size()});
  for (const config::Stun& server : settings_->stun_servers) {
    addresses_.Find(server.host, [this, server, gathering, turn](const AddressBook::Entry& found) {
      if (found.address) {
        gathering->servers.push_back({server.name, server.host, found.resolver, {*found.address, server.port}});
      } else {
        StunSample unresolved;
        unresolved.server = server.name;
        unresolved.host = server.host;
        unresolved.at = base::WallClockNow();
        unresolved.outcome = StunOutcome::kUnresolved;
        unresolved.error = found.error;
        sink_(std::move(unresolved));
      }
      if (--gathering->missing == 0) RunStunRound(std::move(gathering->servers), turn);
    });
  }
}

void Prober::RunStunRound(std::vector<StunServerAddress> servers, std::shared_ptr<Turn> turn) {
  if (servers.empty()) return;
  const std::uint64_t id = next_round_++;
  auto& round = rounds_[id];
  // a binding has the interval less a little to answer, so that rounds do not overlap
  round = std::make_unique<StunRound>(loop_, id, std::move(servers), settings_->vantage.bind,
                                      settings_->probing.interval * 9 / 10);
  round->Start([this](StunSample sample) { sink_(std::move(sample)); },
               [this, id, turn = std::move(turn)] { rounds_.erase(id); });
}

}  // namespace dialwatch::probes
