#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/expectation.h"
#include "diagnosis/picture.h"

namespace dialwatch::diagnosis {

// What to think of one sample, by the first that matches; the order and the conditions are those of the table in
// docs/findings.md ("Verdicts").
enum class Verdict : std::uint8_t {
  kOk,
  kPropagating,  // a past answer of the authority, within its old TTL
  kServedStale,  // a past answer beyond that, served while the authority cannot be reached (RFC 8767)
  kStale,        // a past answer, beyond its old TTL
  kFiltered,     // a blocklist's answer or denial
  kDenied,       // NXDOMAIN or NODATA where the authority answers
  kDnssec,       // SERVFAIL, since validation fails
  kFailing,      // SERVFAIL, REFUSED, no answer
  kBogus,        // an answer that neither the authority, nor history, nor `expect` knows
  kUnexpected,   // the authority itself does not give what `expect` says
  kUnknown,      // nothing to hold it against
};
constexpr std::array<std::string_view, 11> NamesOf(Verdict /*type only*/) {
  return {"ok",     "propagating", "served_stale", "stale",      "filtered", "denied",
          "dnssec", "failing",     "bogus",        "unexpected", "unknown"};
}

// A resolver's answer or denial that clients should not get: a copy that has to go.
bool IsWrong(Verdict verdict);

// What one reply does not prove: a wrong answer, or an error that is more than a failure.
bool NeedsConfirmation(Verdict verdict);

// What the authority says about a name now, over all of its servers.
struct Reference {
  std::vector<std::vector<std::string>>
      answers;                              // the distinct answer sets (one, but for a split); an empty set: denied
  std::optional<std::chrono::seconds> ttl;  // the highest of any link at any server
  bool known() const { return !answers.empty(); }
  bool exists() const;  // at least one server gives an answer, rather than NXDOMAIN or NODATA
};
Reference ReferenceOf(const NameView& name);

// One name and type of a dialer, with all that answers are held against. References are valid for the call only.
class Measure {
 public:
  Measure(const config::Dialer& dialer, const NameView& name, RecordType type);

  Verdict OfAuthority(const DnsSample& sample) const;

  // A resolver's newest sample; the sightings of the same name there help to tell some verdicts apart.
  Verdict OfResolver(const DnsSample& sample, const ThroughResolver& through) const;

  // One of its sightings. `past` is PastOf the sighting's statement.
  Verdict OfSighting(const Sighting& sighting, const HistoryEntry* past, const ThroughResolver& through) const;

  // Whether the answers are right, now and whoever gives them; else which entry of the history they repeat, if any.
  bool IsRight(const std::vector<std::string>& answers) const;
  const HistoryEntry* PastOf(const std::vector<std::string>& answers) const;

  // When a copy leaves the cache, where that heals something.
  std::optional<TimePoint> HealsAt(const DnsSample& sample, Verdict verdict) const;

  const NameView& name() const { return name_; }

 private:
  struct Reply;
  Verdict OfFailure(const DnsSample& sample, const ThroughResolver& through) const;
  Verdict OfContent(const Reply& reply, const HistoryEntry* past, const ThroughResolver& through) const;
  std::optional<bool> ShouldExist(TimePoint at) const;
  bool MayStillBeOut(const HistoryEntry& past, TimePoint at, std::chrono::seconds ttl) const;
  bool HasSpecialAddresses() const;

  const config::Dialer& dialer_;
  const NameView& name_;
  Reference reference_;
  config::Expectation expectation_;
};

}  // namespace dialwatch::diagnosis
