#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "diagnosis/snapshot.h"

namespace dialwatch::diagnosis {

// How a dialer fares, for whoever looks at one word. Its thresholds are those of the incidents, so that page, JSON and
// metrics change when an alert does, and not with each lost packet.
enum class DialerState : std::uint8_t {
  kUnknown,   // we are blind, or have nothing to hold an answer against
  kOk,        // no open incident hits it
  kDegraded,  // a warning does, or what is critical has not stood for alerting.for
  kFailing,   // a critical incident is firing
};
constexpr std::array<std::string_view, 4> NamesOf(DialerState /*type only*/) {
  return {"unknown", "ok", "degraded", "failing"};
}

// Of every configured dialer, by name. Pure.
std::map<std::string, DialerState> DialerStates(const Snapshot& snapshot);

}  // namespace dialwatch::diagnosis
