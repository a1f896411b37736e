#pragma once

#include <map>
#include <string>
#include <vector>

#include "diagnosis/evidence.h"

// How the resolvers fare, name by name: what the rules about services and the quorum are made of.
namespace dialwatch::diagnosis {

// DNS over TLS or HTTPS: what stands between cannot read it, and port 53 is not needed.
bool IsEncrypted(const config::Resolver& resolver);

// It has no address beyond our own network, where it answers while the way out is closed, be it from a cache or with an
// error.
bool IsNear(const config::Resolver& resolver);

// One name through one resolver, over all of its addresses.
struct NameStanding {
  const DialerCase* dialer = nullptr;
  RecordType type{};
  bool failing = true;  // the newest samples of all addresses fail
  bool silent = true;   // and none of them brought a reply
};

// One resolver over all names.
struct ResolverStanding {
  const config::Resolver* resolver = nullptr;
  std::vector<NameStanding> names;
  bool excused = false;  // others, left out, fail since nobody can answer them; until then it did well

  // Of all names; false where there is none.
  bool failing() const;
  bool silent() const;
  bool works() const;  // for one name at least
};

// In the order of the settings. `cases` must outlive the result.
std::vector<ResolverStanding> StandingsOf(const Situation& situation, const std::vector<DialerCase>& cases);

// How long the name has fared like this. Looked up where it matters, for most names never fail.
Streak StreakOf(const Picture& picture, const ResolverStanding& resolver, const NameStanding& name);

// How many samples of the name have failed running; zero where the last has not, at whichever address.
int FailuresOf(const Picture& picture, const ResolverStanding& resolver, const NameStanding& name);

// The longest run of failures of any name; zero where none is failing.
int LongestFailure(const Picture& picture, const ResolverStanding& resolver);

// Without a sign of life it is down if anything else lives. Where it replies, but with errors only, it is to blame only
// if others can answer, and for more than one name: else it may be the name.
bool IsDown(const Situation& situation, const std::vector<ResolverStanding>& standings,
            const ResolverStanding& resolver);

// A STUN server, or a resolver for some name, has answered twice running. Not once, since when the network comes back
// its services do so one by one.
bool StunWorks(const Picture& picture);
bool DnsWorks(const Picture& picture);

}  // namespace dialwatch::diagnosis
