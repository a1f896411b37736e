#include "probes/prober.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "probes/dns/control_name.h"
#include "probes/policy/ice_config_reader.h"
#include "probes/policy/own_resolvers.h"

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

Prober::Prober(EventLoop& loop, std::shared_ptr<const config::Settings> settings, SampleSink sink,
               std::shared_ptr<HeldNames> held, std::shared_ptr<Switchboard> board)
    : media_means_(loop, *settings),
      asker_(
          loop, std::move(settings),
          [this, sink = std::move(sink)](Sample sample) {
            if (const auto* answer = std::get_if<DnsSample>(&sample)) Learn(*answer);
            sink(std::move(sample));
          },
          std::move(held)),
      addresses_(asker_.dns, asker_.settings, asker_.sink, asker_.held),
      stun_(asker_, addresses_),
      board_(std::move(board)),
      background_(loop) {
  for (const config::Turn& relay : asker_.settings->turn_servers) {
    relay_queues_.emplace_back(asker_, addresses_, media_means_, relay);
  }
}

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
  stun_.Start(turn);
}

void Prober::Start(const TurnTarget& target, const Turn& turn) {
  const auto& servers = asker_.settings->turn_servers;
  const auto server = std::ranges::find(servers, target.server, &config::Turn::name);
  if (server == servers.end()) return;
  relays_.try_emplace(target.server, asker_, addresses_, *server).first->second.Start(turn);
}

void Prober::Start(const TrainTarget& target, const Turn& turn) {
  const auto& dialers = asker_.settings->dialers;
  const auto dialer = std::ranges::find(dialers, target.dialer, &config::Dialer::name);
  if (dialer == dialers.end()) return;
  trains_.try_emplace(target.dialer, asker_, media_means_, relay_queues_, *dialer).first->second.Start(turn);
}

void Prober::Start(const CallTarget& target, const Turn& turn) {
  const config::Call* call = config::FindCall(*asker_.settings, target.dialer);
  if (call == nullptr) return;
  calls_.try_emplace(target.dialer, asker_, media_means_.answers, *board_, *call).first->second.Start(turn);
}

void Prober::HangUp(std::function<void()> done) {
  const auto end = std::make_shared<EndOfTurn>(asker_.loop, std::move(done));
  for (auto& [dialer, probe] : calls_) probe.HangUp(end);
}

void Prober::Start(const PortTarget& target, const Turn& turn) {
  const auto& dialers = asker_.settings->dialers;
  const auto dialer = std::ranges::find(dialers, target.dialer, &config::Dialer::name);
  if (dialer == dialers.end()) return;
  ports_.try_emplace(target.dialer, asker_, media_means_.answers, *dialer).first->second.Start(turn);
}

void Prober::Learn(const DnsSample& sample) {
  if (!media_means_.answers.Learn(sample)) return;
  for (auto& [dialer, probe] : trains_) {
    if (probe.host() == sample.host) probe.Hurry();
  }
}

void Prober::Start(const IceConfigTarget& target, const Turn& turn) {
  const std::filesystem::path source(asker_.settings->source);
  background_.Run([config = target.config, folder = source.parent_path()](
                      const std::stop_token& stop) { return ReadIceConfig(config, folder, stop); },
                  [this, turn](Sample sample) { asker_.sink(std::move(sample)); });
}

void Prober::Start(const ResolvConfTarget&, const Turn& turn) {
  background_.Run([](const std::stop_token& stop) { return ReadOwnResolvers({}, stop); },
                  [this, turn](Sample sample) { asker_.sink(std::move(sample)); });
}

}  // namespace dialwatch::probes
