#pragma once

#include <cstddef>
#include <vector>

#include "diagnosis/incidents/incident.h"
#include "state/archive.h"

// Incidents as the database has them.
namespace dialwatch::daemon {

constexpr std::size_t kLargestBody = 50'000;  // octets of one, but for names and words of its own

state::PastIncident ToPast(const diagnosis::Incident& incident);

// What goes on after a restart: those that were kept, and those of alerting that were not. It writes what it tells at
// once, the memory all that there is, but seconds later.
std::vector<diagnosis::Incident> Recall(const std::vector<state::PastIncident>& kept,
                                        std::vector<diagnosis::Incident> told);

}  // namespace dialwatch::daemon
