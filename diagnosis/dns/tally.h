#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "diagnosis/evidence.h"

// How single DNS servers fare over all names that they were asked for.
namespace dialwatch::diagnosis {

constexpr int kRunning = 3;  // failures in a row that make an outage: one lost packet is none

// One address of a resolver, or one authoritative server.
struct ServerTally {
  std::vector<const Judgement*> answered, failed;

  void Add(const Judgement& judgement);
  bool IsDown(const Picture& picture) const;          // fails for all names, for one of them kRunning times
  TimePoint DownSince(const Picture& picture) const;  // the earliest failure that has lasted; only where one has
};
using Tallies = std::map<probes::Via, ServerTally>;

Tallies TallyOf(const std::vector<Judgement>& judgements, const std::function<bool(const Judgement&)>& wanted);

// A row for each server, those that answer for no name first.
std::vector<EvidenceRow> RowsOf(const Tallies& tallies);

}  // namespace dialwatch::diagnosis
