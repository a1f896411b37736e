#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "diagnosis/evidence.h"
#include "diagnosis/media/misdirection.h"

// What the rules about media have in common.
namespace dialwatch::diagnosis {

// A dialer with a reflector that trains were sent to. Valid as long as the situation.
struct MediaCase {
  const DialerCase* dialer;
  TrainCase echo;

  const std::string& name() const { return dialer->dialer.name; }
};
// In the order of the settings. `cases` must outlive the result.
std::vector<MediaCase> MediaCasesOf(const Situation& situation, const std::vector<DialerCase>& cases);

// "rtp 198.51.100.11:9000 (authority, quad9)" with how it went.
EvidenceRow RowOf(const TrainSample& sample);

// "198.51.100.11", "198.51.100.11 and 198.51.100.12"; each once.
std::string AddressText(const std::vector<const TrainSeries*>& series);

// Who gives these addresses, without one resolver: "the authority, google and quad9"; empty where nobody does.
std::string GiversText(const std::vector<const TrainSeries*>& series, const std::string& but);

// What callers meet at these addresses: "where nothing echoes their audio", "where d2 echoes their audio".
std::string WhatIsThere(const std::vector<const TrainSeries*>& wrong);

// "12 % lost to the dialer, 0 % lost from it, jitter 34 ms, round trip 180 ms, MOS 3.2"
std::string MeasuresText(const probes::RtpMeasures& measures, const std::optional<probes::VoiceQuality>& quality);
std::string MeasuresText(const TrainSample& sample);

// Our own network, and no dialer, would be to blame else. A sign of life from before `since` proves nothing.
bool NetworkWorks(const Picture& picture, TimePoint since);

// When the copies that lead to these addresses leave the resolver's cache, as far as DNS knows.
std::optional<TimePoint> HealsAt(const DialerCase& dialer, const std::string& resolver,
                                 const std::set<std::string>& addresses);

// A finding about one dialer, at these of its addresses.
Finding AboutMedia(const MediaCase& dialer, const std::vector<const TrainSeries*>& bad, TrainRun TrainSeries::*run);

// Three dialers or more that fare badly all at once have something in common, and that is our own line: told as one
// finding about ourselves, with `summary`, where it is at least three of four that were tested, and three.
bool IsOurLine(std::size_t bad, std::size_t tested);
std::vector<Finding> AsOne(std::vector<Finding> findings, std::string summary, std::vector<std::string> advice);

}  // namespace dialwatch::diagnosis
