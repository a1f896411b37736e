#pragma once

#include <string>
#include <vector>

#include "diagnosis/rules.h"
#include "diagnosis/zone/facts.h"

// Where those who speak for a zone contradict each other, or what was said before.
namespace dialwatch::diagnosis {

struct ZoneFault {
  std::string sentence;
  Severity severity = Severity::kWarning;
  TimePoint since;
  std::string advice;
  bool of_names = false;  // it hits none but those names whose answers differ
};

// What is not in order about the zone as a whole, the worst first: serials, delegation, pins, name servers that are
// new.
std::vector<ZoneFault> FaultsOf(const Situation& situation, const ZoneView& view);

// The servers have different versions, and the secondaries still have the time to fetch the newest: for twice the limit
// of TTLs, and for the zone's refresh time (RFC 1035 §3.3.13). Not where a serial went back.
bool IsOnTheWay(const Situation& situation, const ZoneView& view);

// "192.0.2.53 has serial 5, ahead of 192.0.2.54 with 3". Only where they differ.
std::string SerialText(const ZoneSample& zone);

}  // namespace dialwatch::diagnosis
