#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "probes/dns/zone_sample.h"

namespace dialwatch::diagnosis {

using base::TimePoint;

// How one server of a zone has fared.
struct ZoneServerState {
  int lame = 0;                               // looks in a row in which it did not serve the zone
  TimePoint lame_since;                       // of the first of these
  std::optional<std::uint32_t> serial;        // the last that it gave
  std::optional<std::uint32_t> lowered_from;  // that serial was a step back from this one (RFC 1982 §3.2)
};

// A zone as it was seen last, and since when it is not in order.
struct ZoneView {
  std::shared_ptr<const probes::ZoneSample> newest;
  std::map<base::Endpoint, ZoneServerState> servers;
  std::optional<TimePoint> serials_differ_since;
  std::optional<TimePoint> serials_agree_since;  // where they have differed
  std::optional<TimePoint> delegation_faulty_since;
  std::map<std::string, std::optional<TimePoint>> named;  // its name servers ever; since when, where not from the start
  bool faulty_from_the_start = false;                     // the delegation was faulty already in the first look

  // The next look; one that is older than the newest is left out.
  void Add(std::shared_ptr<const probes::ZoneSample> look);
};

}  // namespace dialwatch::diagnosis
