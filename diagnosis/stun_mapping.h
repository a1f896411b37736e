#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "diagnosis/picture.h"

// What STUN servers, asked from one socket, say of its address, and who is to be believed. Pure functions; what they
// give is valid as long as the picture.
namespace dialwatch::diagnosis {

// The mapped samples of one round that can be compared: over UDP, of one family, from one own address. A connection
// over TCP or TLS has a mapping of its own, which a NAT may choose as it likes.
using StunRound = std::vector<const StunSample*>;

// By family and own address the round to compare: of the last two the one that more servers answered, else the newer. A
// round under way has but some of its samples, and who lies may come last.
std::vector<StunRound> ComparableRounds(const Picture& picture);

// How the IP addresses of one round fit together.
struct MappingVerdict {
  enum class Kind : std::uint8_t {
    kAgree,
    kSplit,   // someone is wrong: `wrong`, or nobody knows who
    kPooled,  // the NAT has several addresses and takes one by destination: nobody is wrong
  };
  StunRound round;
  Kind kind = Kind::kAgree;
  StunRound wrong;
  std::string why;        // kPooled: what shows it
  bool expected = false;  // kPooled: all of the addresses are
};

// `expect_mapped` decides where it has one of the addresses: what it does not list is wrong. Else an address that two
// servers at two addresses say is ours, since nobody invents the same; so the NAT is pooled where there are two such,
// where most servers say each another, where an odd address was said by another server minutes ago, where all lie in
// one network (/24, /64), or where RFC 5780 measured a dependence on the destination that no port shows. Else the
// majority is right; of two, our socket's own, one that can be reached from outside, or the one that the server says at
// the address to which more resolvers lead.
std::vector<MappingVerdict> JudgeMappings(const Picture& picture, const Settings& settings);

// The addresses that we are expected to have in this family; empty: any.
std::set<base::IpAddress> ExpectedOf(const Settings& settings, bool v6);
bool IsUnexpected(const StunSample& sample, const Settings& settings);

// What was measured of our NAT, by whichever address of whichever server.
std::vector<const NatSample*> NatsOf(const Picture& picture);

// How long what servers said counts as evidence for what a NAT does.
constexpr Duration kMappingMemory = std::chrono::minutes(10);

}  // namespace dialwatch::diagnosis
