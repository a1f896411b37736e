#include "tests/world/run.h"

#include <fmt/format.h>

#include <map>
#include <utility>
#include <vector>

#include "probes/scheduler.h"
#include "probes/target.h"
#include "tests/world/media_turn.h"
#include "tests/world/name_turn.h"

namespace dialwatch::world {
namespace {

using probes::Target;

std::vector<Duration> TurnsOf(const std::vector<Target>& targets, const config::Settings& settings) {
  std::vector<Duration> turns;
  for (const Target& target : targets) turns.push_back(probes::TurnOf(target, settings));
  return turns;
}

// A worker's loop (probes/worker.h, probes/prober.h), by the agenda's clock.
class Worker {
 public:
  Worker(World& world, const std::shared_ptr<const config::Settings>& settings, Agenda& agenda,
         const probes::SampleSink& sink)
      : asking_(world, settings, agenda, sink),
        zones_(asking_),
        servers_(asking_),
        targets_(probes::TargetsOf(*settings)),
        turns_(targets_.size()),
        scheduler_(TurnsOf(targets_, *settings), Steady(agenda.now()), static_cast<std::uint32_t>(world.seed)) {
    for (const config::Dialer& dialer : settings->dialers) {
      media_.try_emplace(dialer.name, asking_, servers_, dialer);
      for (const RecordType type : dialer.types) {
        names_.try_emplace({dialer.host, type}, asking_, zones_, probes::NameTarget{dialer.host, type});
      }
    }
    asking_.on_new_address = [this](const std::string& host) {
      for (const config::Dialer& dialer : asking_.settings->dialers) {
        if (dialer.host == host && dialer.reflector_port != 0) media_.at(dialer.name).Hurry();
      }
    };
    TakeTurns();
  }

 private:
  void TakeTurns() {
    for (const auto& [target, lag] : scheduler_.TakeDue(Steady(asking_.agenda.now()))) {
      if (!turns_[target].expired()) continue;  // a turn that has not ended when the next one comes
      const auto turn = std::make_shared<int>();
      turns_[target] = turn;
      std::visit([&](const auto& kind) { Start(kind, turn); }, targets_[target]);
    }
    const auto next = scheduler_.NextDue();
    if (!next) return;
    const TimePoint due{std::chrono::ceil<Duration>(next->time_since_epoch())};
    asking_.agenda.At(due, [this] { TakeTurns(); });
  }

  void Start(const probes::NameTarget& target, const Turn& turn) { names_.at({target.host, target.type}).Start(turn); }
  void Start(const probes::StunTarget&, const Turn& turn) { servers_.Stun(turn); }
  void Start(const probes::TurnTarget& target, const Turn& turn) { servers_.Relay(target.server, turn); }
  void Start(const probes::TrainTarget& target, const Turn& turn) { media_.at(target.dialer).Train(turn); }
  void Start(const probes::CallTarget& target, const Turn& turn) { media_.at(target.dialer).Call(turn); }
  void Start(const probes::PortTarget& target, const Turn& turn) { media_.at(target.dialer).Port(turn); }

  void Start(const probes::ControlTarget& target, const Turn& turn) {
    const config::Authority* pin = config::FindAuthority(*asking_.settings, target.zone);
    const std::string host = fmt::format("k{:09}.{}.{}", ++controls_, pin->probe_label, pin->zone);
    const auto ask = [&](probes::DnsQuestion question) {
      question.host = host;
      question.purpose = probes::Purpose::kControl;
      question.zone = pin->zone;
      question.timeout = asking_.settings->probing.timeout;
      asking_.AskAndTell(question, turn);
    };
    for (const Endpoint& server : pin->servers) {
      probes::DnsQuestion question;
      question.via = {probes::Via::Kind::kAuthority, pin->zone, server};
      ask(std::move(question));
    }
    for (const config::Resolver& resolver : asking_.settings->resolvers) {
      ask(probes::QuestionTo(resolver, resolver.addresses[controls_ % resolver.addresses.size()], host, RecordType::kA,
                             {}));
    }
  }

  void Start(const probes::IceConfigTarget& target, const Turn&) {
    probes::IceConfigSample sample;
    sample.kind = target.config.kind;
    sample.location = probes::ShownLocation(target.config.location);
    sample.at = asking_.agenda.now();
    const auto page = asking_.world.ice_configs.find(target.config.location);
    if (page == asking_.world.ice_configs.end()) {
      sample.error = "no such file";
    } else {
      sample.outcome = probes::IceConfigOutcome::kRead;
      sample.servers = page->second.At(sample.at);
    }
    asking_.Tell(std::move(sample));
  }

  void Start(const probes::ResolvConfTarget&, const Turn&) {
    probes::ResolvConfSample sample;
    sample.at = asking_.agenda.now();
    sample.resolvers = asking_.world.own_resolvers.At(sample.at);
    asking_.Tell(std::move(sample));
  }

  Asking asking_;
  ZoneLooks zones_;
  ServerTurns servers_;
  const std::vector<Target> targets_;
  std::vector<std::weak_ptr<const void>> turns_;  // under way, by target
  probes::Scheduler scheduler_;
  std::map<std::pair<std::string, RecordType>, NameTurns> names_;
  std::map<std::string, MediaTurns> media_;  // by dialer
  std::uint64_t controls_ = 0;
};

}  // namespace

void Run(World& world, const std::shared_ptr<const config::Settings>& settings, TimePoint from, TimePoint to,
         const probes::SampleSink& sink) {
  Agenda agenda(from);
  Worker worker(world, settings, agenda, sink);
  agenda.RunUntil(to);
}

}  // namespace dialwatch::world
