#pragma once

#include <algorithm>
#include <string_view>

#include "config/settings.h"

namespace dialwatch::diagnosis {

// Good turns that end a finding: one good answer among bad ones ends nothing.
constexpr int kGoodTurns = 2;

// How often what a finding of `rule` is made of is looked at; zero for what somebody has written.
inline base::Duration TurnOf(const config::Settings& settings, std::string_view rule) {
  base::Duration turn{};
  if (rule.starts_with("rtp-") || rule.starts_with("media-")) {
    turn = settings.media.interval;
  } else if (rule.starts_with("call-")) {
    for (const config::Call& call : settings.calls) turn = std::max(turn, call.interval);
  } else if (!rule.starts_with("policy-") && !rule.ends_with("-forbidden")) {
    turn = settings.probing.interval;
  }
  return turn;
}

// How long a finding of `rule` must have been gone to be over: alerting.keep_firing_for, and never less than kGoodTurns
// of what looks for it. What somebody has written is read as it stands, and needs no second look.
inline base::Duration HeldFor(const config::Settings& settings, std::string_view rule) {
  return std::max(settings.alerting.keep_firing_for, kGoodTurns * TurnOf(settings, rule));
}

}  // namespace dialwatch::diagnosis
