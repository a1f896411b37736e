#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "diagnosis/picture.h"
#include "diagnosis/stun/mapping.h"

namespace dialwatch::diagnosis {

// What one resolver says of one STUN server's name, where nothing of it is any good, and others know better.
struct Misled {
  enum class How : std::uint8_t {
    kDenied,  // it has no address for the name
    kSilent,  // where it leads nobody answers, two rounds running, be it to others each time
    kWrong,   // where it leads someone tells callers a wrong address
  };
  std::string resolver, server;
  How how = How::kSilent;
  MappingVerdict::Ground ground = MappingVerdict::Ground::kNone;  // kWrong: what tells it
  std::vector<const StunSample*> bad;                             // where it leads, of one family, the worst first
  std::vector<const StunSample*> good;                            // where others lead
  const Lookup* lookup = nullptr;                                 // kDenied
  TimePoint since;
};

// Addresses that differ by resolver and all do well are nothing: anycast and geographic DNS do so. One a resolver and
// server. Pure; valid as long as the picture.
std::vector<Misled> FindMisled(const Picture& picture, const Settings& settings,
                               const std::vector<MappingVerdict>& mappings);

}  // namespace dialwatch::diagnosis
