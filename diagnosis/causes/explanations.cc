#include "diagnosis/causes/explanations.h"

#include <array>

namespace dialwatch::diagnosis {
namespace {

constexpr std::array kExplanations{
    // where port 53 is closed, nobody who is asked there is to blame for it
    Explanation{"dns-port-blocked", "dns-resolver-down", Scope::kWitness},
    Explanation{"dns-port-blocked", "dns-authority-down", Scope::kWitness},
    Explanation{"dns-port-blocked", "dns-failing", Scope::kWitness},
    // a name that no resolver can look up leads to no STUN server
    Explanation{"dns-port-blocked", "stun-down", Scope::kWitness},
    Explanation{"dns-resolver-down", "stun-down", Scope::kWitness},
    // an authority that says the wrong thing makes good resolvers look wrong, and its TTLs are those of the wrong zone
    Explanation{"dns-unexpected", "dns-stale", Scope::kDialer},
    Explanation{"dns-unexpected", "dns-served-stale", Scope::kDialer},
    Explanation{"dns-unexpected", "dns-denied", Scope::kDialer},
    Explanation{"dns-unexpected", "dns-authority-split", Scope::kDialer},
    Explanation{"dns-unexpected", "ttl-policy", Scope::kDialer},
    Explanation{"dns-unexpected", "ttl-impossible", Scope::kDialer},
    Explanation{"dns-unexpected", "ttl-lingering", Scope::kDialer},
    Explanation{"dns-unexpected", "dns-failing", Scope::kDialer},
    Explanation{"dns-unexpected", "rtp-unreachable", Scope::kDialer},
    Explanation{"dns-unexpected", "rtp-one-way", Scope::kDialer},
    Explanation{"dns-unexpected", "call-signalling", Scope::kDialer},
    Explanation{"dns-unexpected", "call-no-media", Scope::kDialer},
    // who finds no authority fails, or lives on what it has
    Explanation{"dns-authority-down", "dns-lame", Scope::kZone},
    Explanation{"dns-authority-down", "dns-failing", Scope::kDialer},
    Explanation{"dns-authority-down", "dns-served-stale", Scope::kDialer},
    Explanation{"dns-resolver-down", "dns-failing", Scope::kResolver},
    // a resolver that validates is right to refuse what is signed wrong
    Explanation{"dns-signature-expiry", "dns-dnssec", Scope::kDialer},
    // whoever answers in a resolver's place does so with everything, and to questions for the zone's servers, too
    Explanation{"dns-intercepted", "dns-bogus", Scope::kDialerAndResolver},
    Explanation{"dns-intercepted", "dns-stale", Scope::kDialerAndResolver},
    Explanation{"dns-intercepted", "dns-denied", Scope::kDialerAndResolver},
    Explanation{"dns-intercepted", "dns-filtered", Scope::kDialerAndResolver},
    Explanation{"dns-intercepted", "dns-dnssec", Scope::kDialerAndResolver},
    Explanation{"dns-intercepted", "dns-failing", Scope::kDialerAndResolver},
    Explanation{"dns-intercepted", "dns-served-stale", Scope::kDialerAndResolver},
    Explanation{"dns-intercepted", "ttl-impossible", Scope::kDialerAndResolver},
    Explanation{"dns-intercepted", "ttl-lingering", Scope::kDialerAndResolver},
    Explanation{"dns-intercepted", "ttl-frozen", Scope::kDialerAndResolver},
    Explanation{"dns-intercepted", "dns-lame", Scope::kWitness},
    Explanation{"dns-intercepted", "dns-authority-down", Scope::kWitness},
    // each version has TTLs of its own; a resolver that gives a version's answer is right as it is
    Explanation{"dns-authority-split", "ttl-uneven", Scope::kDialer},
    Explanation{"dns-authority-split", "ttl-lingering", Scope::kDialer},
    // one server leads callers to where nobody is any more
    Explanation{"dns-authority-split", "rtp-unreachable", Scope::kDialer},
    Explanation{"dns-authority-split", "call-signalling", Scope::kDialer},
    Explanation{"dns-authority-split", "call-no-media", Scope::kDialer},
    // a TTL that is too high at the authority is so in all copies, and where servers differ in it, that is why
    Explanation{"ttl-policy", "ttl-uneven", Scope::kDialer},
    Explanation{"ttl-policy", "ttl-lingering", Scope::kDialer},
    // a wrong copy has a TTL as well, and it is the copy that has to go
    Explanation{"dns-bogus", "ttl-impossible", Scope::kDialerAndResolver},
    Explanation{"dns-bogus", "ttl-lingering", Scope::kDialerAndResolver},
    Explanation{"dns-bogus", "ttl-frozen", Scope::kDialerAndResolver},
    Explanation{"dns-stale", "ttl-impossible", Scope::kDialerAndResolver},
    Explanation{"dns-stale", "ttl-lingering", Scope::kDialerAndResolver},
    Explanation{"dns-stale", "ttl-frozen", Scope::kDialerAndResolver},
    Explanation{"dns-denied", "ttl-impossible", Scope::kDialerAndResolver},
    Explanation{"dns-denied", "ttl-lingering", Scope::kDialerAndResolver},
    Explanation{"dns-filtered", "ttl-impossible", Scope::kDialerAndResolver},
    Explanation{"dns-filtered", "ttl-frozen", Scope::kDialerAndResolver},
    Explanation{"dns-served-stale", "ttl-frozen", Scope::kDialerAndResolver},
    // callers go where the name leads: the wrong answer is the cause, that they are not heard is what it does
    Explanation{"dns-intercepted", "media-misdirected", Scope::kDialerAndResolver},
    Explanation{"dns-bogus", "media-misdirected", Scope::kDialerAndResolver},
    Explanation{"dns-stale", "media-misdirected", Scope::kDialerAndResolver},
    Explanation{"dns-filtered", "media-misdirected", Scope::kDialerAndResolver},
    Explanation{"dns-authority-split", "media-misdirected", Scope::kDialer},
    Explanation{"media-moved-early", "media-misdirected", Scope::kDialer},
    Explanation{"media-misdirected", "dns-served-stale", Scope::kDialerAndResolver},
    // a call ends where the trains do: the way there, or the host, before what runs on it
    Explanation{"rtp-unreachable", "call-signalling", Scope::kDialer},
    Explanation{"rtp-unreachable", "call-no-media", Scope::kDialer},
    Explanation{"rtp-one-way", "call-no-media", Scope::kDialer},
    Explanation{"rtp-degraded", "call-no-media", Scope::kDialer},
    // a name that leads to the wrong machine: it is the copy of the name that has to go
    Explanation{"stun-address-split", "stun-mapping-split", Scope::kServer},
    Explanation{"stun-address-split", "stun-mapping-unexpected", Scope::kServer},
    Explanation{"stun-mapping-split", "stun-mapping-unexpected", Scope::kServer},
    // a relay that grants nothing has nothing to carry
    Explanation{"turn-down", "turn-relay-broken", Scope::kServer},
    Explanation{"turn-auth", "turn-relay-broken", Scope::kServer},
};

constexpr std::array<std::string_view, 8> kLoners{
    "ttl-negative",          // of the zone's SOA, whatever else is said of it
    "stun-nat-pooled",       // what our line is like
    "turn-cert-expiry",      // is to come, while the others are now
    "ice-server-forbidden",  // what somebody has written down
    "resolver-forbidden",   "policy-unreadable", "state-degraded",
    "vantage-blind",  // beside it no other is told, where RunRules sees to it
};

}  // namespace

std::string_view FormatScope(Scope scope) {
  switch (scope) {
    case Scope::kDialer:
      return "dialer";
    case Scope::kResolver:
      return "resolver";
    case Scope::kDialerAndResolver:
      return "resolver and dialer";
    case Scope::kZone:
      return "zone";
    case Scope::kServer:
      return "server";
    case Scope::kWitness:
      return "resolver or zone of its evidence";
  }
  return "";
}

std::span<const Explanation> Explanations() {
  return kExplanations;
}

std::span<const std::string_view> Loners() {
  return kLoners;
}

}  // namespace dialwatch::diagnosis
