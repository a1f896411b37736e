#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "config/settings.h"

namespace dialwatch::probes {

// A name that is asked of every resolver and every authoritative server at the same moment, so that their answers can
// be compared.
struct NameTarget {
  std::string host;
  config::RecordType type = config::RecordType::kA;
  bool operator==(const NameTarget&) const = default;
};

// All STUN servers, asked from one socket.
struct StunTarget {
  bool operator==(const StunTarget&) const = default;
};

// What takes one turn of the scheduler. A new kind of probe adds its alternative here and its case in prober.cc.
using Target = std::variant<NameTarget, StunTarget>;

// Each once, in the order of the settings.
std::vector<Target> TargetsOf(const config::Settings& settings);

// Every `workers`th target, from `index` on: a target lives on one worker.
std::vector<Target> ShareOf(const std::vector<Target>& targets, int index, int workers);

}  // namespace dialwatch::probes
