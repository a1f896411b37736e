#pragma once

#include <chrono>
#include <string_view>

#include "exporter/pages.h"

// Pages that are read from the database, and so may take a while: kReadPatience at most.
namespace dialwatch::exporter {

constexpr std::chrono::seconds kReadPatience{2};

// docs/api.md. 400 says what is wrong with the parameters, 503 why the database cannot be read.
Page SamplesPage(const Parameters& parameters, const Sources& sources, base::TimePoint now);
Page IncidentsPage(const Parameters& parameters, const Sources& sources);
Page IncidentPage(std::string_view id, const Sources& sources);

}  // namespace dialwatch::exporter
