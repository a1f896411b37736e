#pragma once

#include <string>
#include <vector>

#include "config/settings.h"
#include "diagnosis/incidents/incident.h"

namespace dialwatch::alerting {

using base::Duration;
using base::TimePoint;
using config::Settings;
using config::Severity;
using diagnosis::Incident;

// Why a message is sent.
enum class Occasion : std::uint8_t {
  kFiring,
  kStillFiring,  // the repeat
  kGrown,        // more dialers are affected, by far
  kResolved,
  kMissed,  // it came and went before its first message could be delivered
};

struct Fact {
  std::string label;
  std::string text;
  bool operator==(const Fact&) const = default;
};

// What is to be said about an incident, in the order in which someone woken at 3 a.m. needs it. Receivers lay it out
// and add nothing. All text is printable, none of it is escaped for a wire. Value type.
struct Message {
  Severity severity = Severity::kWarning;
  Occasion occasion = Occasion::kFiring;
  std::string heading;  // "CRITICAL: google gives wrong addresses for 2 of 12 dialers · d1, d2 · since 13:05:00 UTC"
  std::string summary;  // what is wrong, in full
  std::string brief;    // all that a phone's lock screen shows
  std::vector<std::string> advice;  // first actions, in order
  std::vector<Fact> reasons;        // longer than facts: the likely cause, how sure that is, an example
  std::vector<Fact> facts;          // until when, who, from where
  std::string evidence_title = "Evidence";
  std::vector<std::string> evidence;  // lines for a fixed-width font
  std::string incident;               // its id
  std::string status_url;             // empty where none is configured
  std::string docs_url;
};

// From where we look: [vantage] name, else the machine's.
std::string VantageName(const Settings& settings);

Message Compose(const Incident& incident, Occasion occasion, const Settings& settings, TimePoint now);

}  // namespace dialwatch::alerting
