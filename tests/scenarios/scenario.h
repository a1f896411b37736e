#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "config/errors.h"
#include "config/settings.h"

// An incident as it is described in catalogue/*.toml: a world, what goes wrong in it, and what on-call must be told.
namespace dialwatch::scenarios {

using base::Duration;
using config::Severity;

// How much there is of everything. Names: dialers d1, d2, …; name servers ns1, ns2, …
struct Shape {
  int dialers = 6;
  // "quad9-https", "-tls": the same, encrypted; any other name: a forwarder inside our own network
  std::vector<std::string> resolvers{"quad9", "cloudflare", "google"};
  int name_servers = 2;
  std::vector<std::string> stun;
  std::vector<std::string> turn;
  bool media = false;   // a reflector beside each dialer
  bool expect = false;  // the config says which addresses are right
  bool is_signed = false;
};

enum class FaultKind : std::uint8_t {
  kDown,                 // gives no answer: a resolver, name server, STUN server, relay, dialer, or our own line
  kSlow,                 // takes `by` longer: a resolver or name server
  kLossy,                // loses `percent` of the packets: to and from a dialer, or on our own line
  kOneWay,               // `percent` of the packets from a dialer to us are lost, none of those to it
  kWrongCopy,            // a resolver holds an address that nobody ever gave, in `percent` of its caches
  kPastCopy,             // a resolver goes on fetching the address that the name had at first
  kDeniedCopy,           // a resolver holds a denial
  kBlocklist,            // a resolver blocks the name
  kRateLimit,            // a resolver refuses `percent` of our questions
  kCutOff,               // a resolver reaches no server of the zone
  kServeStale,           // the same, and it gives copies that have run out
  kIntercepted,          // something on our line answers all of port 53
  kPort53Blocked,        // something on our line drops all of port 53
  kWrongAnswer,          // a name server, or all of them, gives an address that is not the dialer's
  kDenies,               // a name server, or all of them, denies the name
  kLame,                 // a name server refuses the zone
  kSignaturesExpired,    // the zone's signatures have ended
  kTtl,                  // the authority gives the TTL `ttl`
  kMoves,                // the dialers have another address from then on; the old one works on for `ttl`
  kLies,                 // a STUN server tells an address that is not ours
  kWrongName,            // a resolver leads the name of the STUN server `server` to a machine that is dead
  kWrongNameLiar,        // or lies
  kSymmetricNat,         // our NAT gives each destination another port
  kWrongPassword,        // a relay refuses our password
  kNoData,               // a relay grants addresses, and nothing flows
  kCertificateEnded,     // of a relay
  kCertificateEndsSoon,  // in a week
  kClockJump,            // our clock is `by` ahead
};

constexpr const char* kLine = "line";            // our own way out
constexpr const char* kAuthority = "authority";  // all name servers
constexpr const char* kDialers = "dialers";

struct Fault {
  FaultKind kind{};
  std::string at = {};  // whose: a name of the shape, or kLine, kAuthority, kDialers
  std::string server = {};
  int dialers = 0;  // the first so many; 0: all
  int skip = 0;     // but not the very first of them: those behind
  int percent = 100;
  Duration ttl{};
  Duration by{};    // of an authority that is down: how long it takes a resolver to fail
  Duration from{};  // since the scenario's start
  Duration until{};
  Duration every{};    // it comes and goes: from the start of one time to that of the next,
  Duration lasting{};  // each so long
  config::Position where = {};
};

// An incident that must fire.
struct Expected {
  std::string cause = {};
  std::string subject = {};  // of the cause: resolver, zone, server or dialer; empty: none
  Severity severity = Severity::kCritical;
  int affected = 0;                          // dialers, at its end
  Duration named_within{};                   // from the fault's begin to the incident with its cause
  Duration told_within{};                    // and to its message
  Duration over_within{};                    // from the fault's end to the incident's
  int of = 0;                                // number of the fault that makes it, from 1; 0: all of them
  std::string confidence = {};               // "certain", "likely" or "possible", as it fires; empty: any
  std::vector<std::string> findings = {};    // rules that must be among its findings and symptoms
  std::vector<std::string> says = {};        // what its message must say
  std::vector<std::string> never_says = {};  // and what no message of it may
  config::Position where = {};

  std::string Key() const { return subject.empty() ? cause : cause + ":" + subject; }
};

struct Scenario {
  std::string name;   // of its file
  std::string wrong;  // one sentence
  std::string group;  // heading of the table
  std::string real;   // the test that does the same with real servers; empty: none
  Duration lasts = std::chrono::minutes(45);
  Shape world;
  std::vector<Fault> faults;
  std::vector<Expected> incidents;
  std::vector<std::string> may;  // keys of incidents that may come beside them
  int messages = -1;             // the most that on-call may get; -1: two for each incident
  std::string known_fault;       // what dialwatch still gets wrong here; empty: nothing
};

}  // namespace dialwatch::scenarios
