#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "config/settings.h"

namespace dialwatch::probes {

// A name that is asked of every authoritative server and, right after, of every resolver, so that their answers can be
// compared.
struct NameTarget {
  std::string host;
  config::RecordType type = config::RecordType::kA;
  bool operator==(const NameTarget&) const = default;
};

// A new name below a zone's probe label, asked of every resolver and of the pinned servers at the same moment: what no
// cache can hold shows which authority a resolver sees.
struct ControlTarget {
  std::string zone;  // of a pin with a probe label
  bool operator==(const ControlTarget&) const = default;
};

// All STUN servers, asked from one socket.
struct StunTarget {
  bool operator==(const StunTarget&) const = default;
};

// One relay, with an allocation of its own each turn.
struct TurnTarget {
  std::string server;  // configured name
  bool operator==(const TurnTarget&) const = default;
};

// A train to the reflector of one dialer, at each address that anybody gives for its host.
struct TrainTarget {
  std::string dialer;  // configured name
  std::string host;
  bool operator==(const TrainTarget&) const = default;
};

// A call to one dialer, at each address that anybody gives for its host.
struct CallTarget {
  std::string dialer;  // configured name
  std::string host;    // of the dialer
  bool operator==(const CallTarget&) const = default;
};

// One port of the RTP range of one dialer, at each address that anybody gives for its host.
struct PortTarget {
  std::string dialer;  // configured name
  std::string host;
  bool operator==(const PortTarget&) const = default;
};

// A place that tells clients which STUN and TURN servers to use.
struct IceConfigTarget {
  config::IceConfig config;
  bool operator==(const IceConfigTarget&) const = default;
};

// The resolvers that this machine uses, where there is something to hold them against.
struct ResolvConfTarget {
  bool operator==(const ResolvConfTarget&) const = default;
};

// What takes one turn of the scheduler. A new kind of probe adds its alternative here and its case in prober.cc.
using Target = std::variant<NameTarget, ControlTarget, StunTarget, TurnTarget, TrainTarget, CallTarget, PortTarget,
                            IceConfigTarget, ResolvConfTarget>;

// Each once, in the order of the settings.
std::vector<Target> TargetsOf(const config::Settings& settings);

// What people write changes seldom: it is read every ten minutes, which is every twentieth interval.
bool IsPolicy(const Target& target);
// A command that looks once does so once, whatever its rounds: at policy, and by a call.
bool IsLookedAtOnce(const Target& target);
config::Duration PolicyTurn(const config::Probing& probing);
// The time from one turn of the target to its next.
config::Duration TurnOf(const Target& target, const config::Settings& settings);
// Trains through one relay, of all workers together; one of each at least.
constexpr int kRelayedAtOnce = 4;
// The time from one train to a dialer through a relay to its next: longer than the interval where the dialers are too
// many for it and take turns.
config::Duration RelayedTurn(const config::Settings& settings);
// Those that tell of names: of the dialers, and of the zones in which they are.
std::vector<Target> NameTargetsOf(const config::Settings& settings);

// Those that tell of the media of dialers: by their reflectors, by calls, and by a port that may be idle.
std::vector<Target> MediaTargetsOf(const config::Settings& settings);
// Whether its turn begins with what the turns of names have found.
bool FollowsNames(const Target& target);

// What falls to one of the workers: a target lives on one of them, and all of one host on the same.
std::vector<Target> ShareOf(const std::vector<Target>& targets, int index, int workers);

}  // namespace dialwatch::probes
