#include "tests/scenarios/faults.h"

#include <fmt/format.h>

#include <algorithm>

#include "tests/world/ordinary.h"

namespace dialwatch::scenarios {
namespace {

using world::AddressOf, world::Between, world::Flapping, world::Health, world::HostOf, world::RecordKey;
using world::RecordSet, world::RecordType, world::Relay, world::When;

constexpr const char* kLie = "192.0.2.250";  // that a liar says is ours
constexpr const char* kDeadServer = "192.0.2.240";
constexpr const char* kLiar = "192.0.2.241";
constexpr const char* kMiddlebox = "middlebox";

std::string AddressAfterMove(int dialer) {
  return fmt::format("198.51.101.{}", dialer);
}

// One fault in the scene's world.
class Infliction {
 public:
  Infliction(const Fault& fault, Scene& scene)
      : fault_(fault),
        scene_(scene),
        world_(scene.world),
        zone_(scene.world.names.zones.front()),
        begin_(kStart + fault.from),
        end_(kStart + fault.until),
        when_(fault.every > Duration::zero() ? Flapping(begin_, end_, fault.lasting, fault.every - fault.lasting)
                                             : Between(begin_, end_)) {}

  void Run();

 private:
  double Share() const { return fault_.percent / 100.0; }
  int Dialers() const {
    return fault_.dialers > 0 ? fault_.dialers : static_cast<int>(scene_.settings->dialers.size()) - fault_.skip;
  }
  world::Operator& Operator() { return world_.names.Of(OperatorOf(fault_.at)); }
  world::Dialer& DialerAt(int number) { return world_.dialers[static_cast<std::size_t>(number) - 1]; }
  bool IsResolver() const { return IsIn(scene_.settings->resolvers); }
  bool IsStun() const { return IsIn(scene_.settings->stun_servers); }

  template <typename T>
  bool IsIn(const std::vector<T>& all) const {
    return std::ranges::find(all, fault_.at, &T::name) != all.end();
  }
  template <typename T>
  std::size_t PlaceIn(const std::vector<T>& all) const {
    return static_cast<std::size_t>(std::ranges::find(all, fault_.at, &T::name) - all.begin());
  }
  world::StunServer& Stun() { return world_.stun[PlaceIn(scene_.settings->stun_servers)]; }
  Relay& TurnServer() { return world_.relays[PlaceIn(scene_.settings->turn_servers)]; }

  template <typename Do>
  void EachDialer(const Do& act) {
    for (int i = fault_.skip + 1; i <= fault_.skip + Dialers(); ++i) act(i);
  }
  // All of them for the authority, else the one that is named.
  template <typename Do>
  void EachNameServer(const Do& act) {
    for (world::NameServer& server : zone_.servers) {
      if (fault_.at == kAuthority || server.name.starts_with(fault_.at + ".")) act(server);
    }
  }

  void Plant(const std::string& host, const std::vector<std::string>& data);
  void Mislead(const std::string& host, const std::vector<std::string>& data);
  void Down();
  void Say(const std::vector<std::string>& data);
  void Intercept();
  void Move();
  void LeadAstray(const char* address);

  const Fault& fault_;
  Scene& scene_;
  world::World& world_;
  world::Zone& zone_;
  const TimePoint begin_, end_;
  const When when_;
};

// In so many of the caches as the fault says.
void Infliction::Plant(const std::string& host, const std::vector<std::string>& data) {
  const std::size_t caches = Operator().caches.size() * static_cast<std::size_t>(fault_.percent) / 100;
  Operator().Plant(host, begin_, end_, {data}, std::max<std::size_t>(caches, 1));
}

// It goes on asking somebody who is wrong.
void Infliction::Mislead(const std::string& host, const std::vector<std::string>& data) {
  Operator().misled.try_emplace(host, std::nullopt).first->second.Set(when_, RecordSet{data});
}

void Infliction::Down() {
  if (fault_.at == kLine) {
    world_.uplink.out.Set(when_, true);
    for (world::Operator& each : world_.names.operators) {
      if (each.addresses.front().IsSpecialPurpose()) each.cannot_fill.Set(when_, true);
    }
  } else if (fault_.at == kDialers) {
    EachDialer([&](int i) { DialerAt(i).alive.Set(when_, false); });
  } else if (IsResolver()) {
    Operator().health.Set(when_, Health::kSilent);
  } else if (IsStun()) {
    Stun().health.Set(when_, Health::kSilent);
  } else if (IsIn(scene_.settings->turn_servers)) {
    TurnServer().state.Set(when_, Relay::State::kSilent);
  } else {
    EachNameServer([&](world::NameServer& server) { server.health.Set(when_, Health::kSilent); });
    for (world::Operator& each : world_.names.operators) each.gives_up_after.Set(when_, fault_.by);
  }
}

// The whole zone changes with its serial; one server has its own word beside it.
void Infliction::Say(const std::vector<std::string>& data) {
  EachDialer([&](int i) {
    if (fault_.at == kAuthority) {
      zone_.Change(begin_, HostOf(i), {data});
      zone_.Change(end_, HostOf(i), {{AddressOf(i)}});
    } else {
      const RecordKey key{HostOf(i), RecordType::kA};
      EachNameServer([&](world::NameServer& server) {
        server.own.try_emplace(key, std::nullopt).first->second.Set(when_, RecordSet{data});
      });
    }
  });
}

void Infliction::Intercept() {
  world::Operator box{.name = kMiddlebox, .caches = std::vector<world::Cache>(1), .validates = false};
  EachDialer([&](int i) { box.misled.try_emplace(HostOf(i), RecordSet{{world::kElsewhere}}); });
  world_.names.operators.push_back(std::move(box));
  world_.uplink.intercepts_dns.Set(when_, kMiddlebox);
}

void Infliction::Move() {
  EachDialer([&](int i) {
    zone_.Change(begin_, HostOf(i), {{AddressAfterMove(i)}});
    world_.dialers.push_back({.address = *base::IpAddress::Parse(AddressAfterMove(i)), .name = DialerAt(i).name});
    DialerAt(i).alive.Set(world::From(begin_ + fault_.ttl), false);
  });
}

void Infliction::LeadAstray(const char* address) {
  if (address == std::string_view(kLiar)) {
    world_.stun.push_back({.address = {*base::IpAddress::Parse(kLiar), 3478}, .lie = std::string(kLie)});
  }
  Plant(HostOfServer("stun", fault_.server), {address});
}

void Infliction::Run() {
  switch (fault_.kind) {
    case FaultKind::kDown:
      return Down();
    case FaultKind::kSlow:
      if (IsResolver()) Operator().delay.Set(when_, fault_.by);
      return EachNameServer([&](world::NameServer& server) { server.delay.Set(when_, fault_.by); });
    case FaultKind::kLossy:
      if (fault_.at == kLine) {
        world_.uplink.loss.Set(when_, Share());
      } else {
        EachDialer([&](int i) { DialerAt(i).lost_up.Set(when_, Share()), DialerAt(i).lost_down.Set(when_, Share()); });
      }
      return;
    case FaultKind::kOneWay:
      return EachDialer([&](int i) { DialerAt(i).lost_down.Set(when_, Share()); });
    case FaultKind::kWrongCopy:
      return EachDialer([&](int i) { Plant(HostOf(i), {world::kElsewhere}); });
    case FaultKind::kPastCopy:
      return EachDialer([&](int i) { Mislead(HostOf(i), {AddressOf(i)}); });
    case FaultKind::kDeniedCopy:
      return EachDialer([&](int i) { Plant(HostOf(i), {}); });
    case FaultKind::kBlocklist:
      return EachDialer([&](int i) {
        Operator().blocked.try_emplace(HostOf(i), std::nullopt).first->second.Set(when_, world::Block{});
      });
    case FaultKind::kRateLimit:
      Operator().rate_limited.Set(when_, Share());
      return;
    case FaultKind::kServeStale:
      Operator().policy.stale_for = std::chrono::hours(24);
      [[fallthrough]];
    case FaultKind::kCutOff:
      Operator().cannot_fill.Set(when_, true);
      return;
    case FaultKind::kIntercepted:
      return Intercept();
    case FaultKind::kPort53Blocked:
      world_.uplink.blocks_dns.Set(when_, true);
      return;
    case FaultKind::kWrongAnswer:
      return Say({world::kElsewhere});
    case FaultKind::kDenies:
      return Say({});
    case FaultKind::kLame:
      return EachNameServer([&](world::NameServer& server) { server.health.Set(when_, Health::kLame); });
    case FaultKind::kSignaturesExpired:
      zone_.signer_stopped.Set(when_, kStart - std::chrono::days(30));
      return;
    case FaultKind::kTtl:
      return EachDialer([&](int i) {
        const auto ttl = std::chrono::floor<std::chrono::seconds>(fault_.ttl).count();
        zone_.records.at({HostOf(i), RecordType::kA}).Set(when_, {{AddressOf(i)}, static_cast<std::uint32_t>(ttl)});
      });
    case FaultKind::kMoves:
      return Move();
    case FaultKind::kLies:
      Stun().lie.Set(when_, kLie);
      return;
    case FaultKind::kWrongName:
      return LeadAstray(kDeadServer);
    case FaultKind::kWrongNameLiar:
      return LeadAstray(kLiar);
    case FaultKind::kSymmetricNat:
      world_.uplink.symmetric.Set(when_, true);
      return;
    case FaultKind::kWrongPassword:
      TurnServer().state.Set(when_, Relay::State::kUnauthorized);
      return;
    case FaultKind::kNoData:
      TurnServer().state.Set(when_, Relay::State::kNoData);
      return;
    case FaultKind::kCertificateEnded:
      TurnServer().state.Set(when_, Relay::State::kCertificateEnded);
      return;
    case FaultKind::kCertificateEndsSoon:
      TurnServer().certificate_ends.Set(when_, kStart + std::chrono::days(7));
      return;
    case FaultKind::kClockJump:
      world_.clock_off.Set(when_, fault_.by);
      return;
  }
}

}  // namespace

void Inflict(const Fault& fault, Scene& scene) {
  Infliction(fault, scene).Run();
}

}  // namespace dialwatch::scenarios
