#include "probes/prober.h"

#include <algorithm>
#include <utility>

#include "base/random.h"
#include "probes/dns/control_name.h"

namespace dialwatch::probes {
namespace {

// Tells when the last one lets go of it.
struct EndOfTurn {
  EventLoop& loop;
  std::function<void()> done;

  EndOfTurn(EventLoop& on, std::function<void()> call) : loop(on), done(std::move(call)) {}
  EndOfTurn(const EndOfTurn&) = delete;
  EndOfTurn& operator=(const EndOfTurn&) = delete;
  ~EndOfTurn() { loop.Post(std::move(done)); }
};

}  // namespace

Prober::Prober(EventLoop& loop, std::shared_ptr<const config::Settings> settings, SampleSink sink)
    : asker_(loop, std::move(settings), std::move(sink)),
      addresses_(asker_.dns, asker_.settings, asker_.sink),
      next_round_(std::uint64_t{base::Random32()} << 32) {}

Prober::~Prober() = default;

void Prober::Probe(const Target& target, std::function<void()> done) {
  const auto turn = std::make_shared<EndOfTurn>(asker_.loop, std::move(done));
  std::visit([&](const auto& kind) { Start(kind, turn); }, target);
}

void Prober::Start(const NameTarget& target, const Turn& turn) {
  const std::pair name(target.host, target.type);
  auto known = names_.find(name);
  if (known == names_.end()) {
    known = names_.emplace(std::piecewise_construct, std::tuple(name), std::forward_as_tuple(asker_, target)).first;
  }
  known->second.Start(turn);
}

void Prober::Start(const ControlTarget& target, const Turn& turn) {
  const auto& pins = asker_.settings->authorities;
  const auto pin = std::find_if(pins.begin(), pins.end(), [&](const auto& each) { return each.zone == target.zone; });
  if (pin == pins.end()) return;
  const std::string host = ControlName(*pin);
  const auto ask = [&](DnsQuestion question) {
    question.host = host;
    question.purpose = Purpose::kControl;
    question.zone = pin->zone;
    question.dnssec_ok = true;
    question.timeout = asker_.settings->probing.timeout;
    asker_.Ask(question, turn);
  };
  for (const Endpoint& server : pin->servers) {
    DnsQuestion question;
    question.via = {Via::Kind::kAuthority, pin->zone, server};
    ask(std::move(question));
  }
  const std::uint64_t count = controls_[target.zone]++;
  for (const config::Resolver& resolver : asker_.settings->resolvers) {
    ask(QuestionTo(resolver, resolver.addresses[count % resolver.addresses.size()], host, RecordType::kA, {}));
  }
}

void Prober::Start(const StunTarget&, const Turn& turn) {
  // Filled by lookups that end in any order; whoever comes last starts the round.
  struct Gathering {
    std::vector<StunServerAddress> servers;
    std::size_t missing;
  };
  auto gathering = std::make_shared<Gathering>(Gathering{{}, asker_.settings->stun_servers.size()});
  for (const config::Stun& server : asker_.settings->stun_servers) {
    addresses_.Find(server.uri.host, [this, server, gathering, turn](const AddressBook::Entry& found) {
      if (found.address) {
        gathering->servers.push_back({server.name,
                                      server.uri.host,
                                      found.resolver.empty() ? std::vector<std::string>{} : std::vector{found.resolver},
                                      {*found.address, server.uri.port.value_or(server.uri.DefaultPort())}});
      } else {
        StunSample unresolved;
        unresolved.server = server.name;
        unresolved.host = server.uri.host;
        unresolved.at = base::WallClockNow();
        unresolved.outcome = StunOutcome::kUnresolved;
        unresolved.error = found.error;
        asker_.sink(std::move(unresolved));
      }
      if (--gathering->missing == 0) RunStunRound(std::move(gathering->servers), turn);
    });
  }
}

void Prober::RunStunRound(std::vector<StunServerAddress> servers, Turn turn) {
  if (servers.empty()) return;
  const std::uint64_t id = next_round_++;
  auto& round = rounds_[id];
  // a binding has the interval less a little to answer, so that rounds do not overlap
  round = std::make_unique<StunRound>(asker_.loop, id, std::move(servers), asker_.settings->vantage.bind,
                                      asker_.settings->probing.interval * 9 / 10);
  round->Start([this](StunSample sample) { asker_.sink(std::move(sample)); },
               [this, id, turn = std::move(turn)] { rounds_.erase(id); });
}

}  // namespace dialwatch::probes
