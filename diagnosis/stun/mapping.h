#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "diagnosis/picture.h"
#include "diagnosis/stun/voices.h"

// What STUN servers, asked from one socket, say of its address, and who is to be believed. Pure functions; what they
// give is valid as long as the picture.
namespace dialwatch::diagnosis {

// By family and own address the rounds to judge, one or two, the newer first: the last two, since who lies may do so in
// every second one. A round under way has but some of its samples, so that it is left out.
std::vector<std::vector<StunRound>> ComparableRounds(const Picture& picture);

// How the IP addresses of one round fit together.
struct MappingVerdict {
  enum class Kind : std::uint8_t {
    kAgree,
    kSplit,   // someone is wrong
    kPooled,  // the NAT has several addresses and takes one by destination: nobody is wrong
  };
  // What tells who is wrong, the surest first.
  enum class Ground : std::uint8_t {
    kExpected,   // `expect_mapped` lists the others
    kMajority,   // most servers say another address
    kOwn,        // the other one is our socket's own
    kReachable,  // only the other one can be reached from outside
    kResolvers,  // more resolvers lead to where another one is told: a suspicion
    kNone,       // nothing
  };
  StunRound round;
  Kind kind = Kind::kAgree;
  Ground ground = Ground::kNone;  // kSplit
  StunRound right, wrong;         // kSplit: the round in two; both empty for kNone
  std::string why;                // kPooled: what shows it
  bool expected = false;          // kPooled: all of the addresses are
};

// Whether it is known who is wrong; else our NAT may have all of the addresses.
inline bool IsSure(MappingVerdict::Ground ground) {
  return ground < MappingVerdict::Ground::kResolvers;
}

// One by family and own address: of the rounds to judge the worse counts. `expect_mapped` decides where it has one of
// the addresses: what it does not list is wrong. Else an address that two servers say, each for itself
// (diagnosis/stun/voices.h), today, is ours, since nobody invents the same; so the NAT is pooled where there are two
// such, where of three servers or more most say each another, where all lie in one network (/24, /64) and not one is
// alone against three, or where a server that is not odd itself saw two of them from the two addresses that RFC 5780
// gives it. Else the grounds above decide.
std::vector<MappingVerdict> JudgeMappings(const Picture& picture, const Settings& settings);

// The addresses that we are expected to have in this family; empty: any.
std::set<base::IpAddress> ExpectedOf(const Settings& settings, bool v6);
bool IsUnexpected(const StunSample& sample, const Settings& settings);

// What was measured of our NAT, by whichever address of whichever server.
std::vector<const NatSample*> NatsOf(const Picture& picture);

// One socket that a server saw at two IP addresses, from two of its own (RFC 5780 §4.3).
bool ShowsTwoAddresses(const NatSample& sample);

}  // namespace dialwatch::diagnosis
