#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/ip_address.h"
#include "diagnosis/picture.h"

// How many of those who say an address is ours speak for themselves: one liar, a server or a resolver, is one voice,
// whatever it has many of.
namespace dialwatch::diagnosis {

// The mapped samples of one round that can be compared: over UDP, of one family, from one own address. A connection
// over TCP or TLS has a mapping of its own, which a NAT may choose as it likes.
using StunRound = std::vector<const StunSample*>;

// Who says an address.
struct Backing {
  std::set<std::string> servers, resolvers;
  std::set<base::IpAddress> machines;
  std::set<std::string> sources;  // who led there: the server's name, or the one resolver that knows of it

  void Add(const std::string& server, const base::IpAddress& machine, const std::string& source);
  void Add(const Backing& other);
  // Two names that lead to one machine are one voice, and so are the machines of one server, and all to which one
  // resolver leads alone.
  std::size_t Voices() const;
};
using Backings = std::map<base::IpAddress, Backing>;

Backings BackingsOf(const StunRound& round);

// With what the servers have said since then: an address that another one saw a while ago is, or was, ours.
Backings BackingsSince(const Picture& picture, Backings backings, TimePoint since);

Backing Everyone(const Backings& backings);
Backing Others(const Backings& backings, const base::IpAddress& address);  // who do not say this

const Backings::value_type& MostBacked(const Backings& backings);
bool HasMajority(const Backings& backings);  // the most backed one, over all others together

}  // namespace dialwatch::diagnosis
