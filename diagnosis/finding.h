#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "base/time.h"
#include "config/settings.h"
#include "diagnosis/dns/copies.h"

namespace dialwatch::diagnosis {

using base::Duration;
using base::TimePoint;
using config::Settings;
using config::Severity;

// Whom a finding is about; the unused parts are empty.
struct Subject {
  std::string dialer;     // configured name
  std::string resolver;   // configured name, or the address of one that is forbidden
  std::string authority;  // the zone whose servers it is about
  std::string server;     // STUN server's configured name, or the host of one that is forbidden
  std::string file;       // or the URL of a page

  // "d1 google": for ids and metric labels. "" where it is about ourselves.
  std::string ToString() const;
  auto operator<=>(const Subject&) const = default;
};

// What a row says of the finding that it stands beside.
enum class Stance : std::uint8_t {
  kNone,
  kGood,  // all is well there
  kBad,   // here it shows
};

// What one vantage point saw, as a row that a person can read.
struct EvidenceRow {
  std::string vantage;  // "google (8.8.8.8)", "authority (192.0.2.53)", "stun telnyx"
  std::optional<std::string> answer;
  std::optional<std::chrono::seconds> ttl;  // left at the time of the sample
  std::optional<std::string> rcode;
  std::optional<double> rtt_ms;
  std::optional<std::string> note;

  // for those who weigh it
  Stance stance = Stance::kNone;
  std::optional<probes::Via> via = {};  // of DNS

  bool operator==(const EvidenceRow&) const = default;
};

// One rule says one thing about one subject.
struct Finding {
  std::string id;    // stable over rounds and restarts: rule and subject, "dns-bogus:d1:google"
  std::string rule;  // an id of the table in diagnosis/rules.h
  Severity severity = Severity::kCritical;
  Subject subject;
  TimePoint since;  // when it was first seen, without a gap that ends it (diagnosis/hold.h)
  std::string summary;
  std::vector<EvidenceRow> evidence;
  std::vector<std::string> affected;  // dialer names, in natural order
  std::optional<TimePoint> eta;       // when it heals by itself, where that is known
  std::optional<Spread> spread;       // of a resolver's wrong answers, once they are confirmed
  std::vector<std::string> advice;    // first actions, in order

  bool operator==(const Finding&) const = default;
};

// The page of the docs that explains the rule: "docs/findings.md#dns-bogus" as an absolute link.
std::string DocsLink(const std::string& rule);

// docs/api.md, the objects "Evidence" and "Finding".
base::Json ToJson(const EvidenceRow& row);
base::Json ToJson(const Finding& finding);

}  // namespace dialwatch::diagnosis
