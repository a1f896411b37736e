#pragma once

#include <string>

#include "config/settings.h"

namespace dialwatch::probes {

// "k3vmq07r2x.probe.example.com": a name below the pin's probe label that nobody has asked for before, so that no cache
// can hold it; a wildcard answers it (RFC 4592). From the system's random source.
std::string ControlName(const config::Authority& pin);

}  // namespace dialwatch::probes
