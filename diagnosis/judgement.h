#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "diagnosis/finding.h"
#include "diagnosis/picture.h"

namespace dialwatch::diagnosis {

// What to think of one sample, by the first that matches; the order and the conditions are those of the table in
// docs/findings.md ("Verdicts").
enum class Verdict : std::uint8_t {
  kOk,
  kPropagating,  // a past answer of the authority, within its old TTL
  kStale,        // a past answer, beyond that
  kDenied,       // NXDOMAIN or NODATA where the authority answers
  kFailing,      // SERVFAIL, REFUSED, no answer
  kBogus,        // an answer that neither the authority, nor history, nor `expect` knows
  kUnexpected,   // the authority itself does not give what `expect` says
  kUnknown,      // nothing to hold it against
};
std::string_view FormatVerdict(Verdict verdict);

// One name through one vantage point, judged.
struct Judgement {
  std::string dialer;
  std::shared_ptr<const DnsSample> sample;
  Verdict verdict = Verdict::kUnknown;
  std::optional<TimePoint> eta;  // when the wrong copy leaves the cache: receipt + TTL left
};

// What the authority says about a name now, over all of its servers.
struct Reference {
  std::vector<std::vector<std::string>>
      answers;                              // the distinct answer sets (one, but for a split); an empty set: denied
  std::optional<std::chrono::seconds> ttl;  // the highest of any link at any server
  bool known() const { return !answers.empty(); }
  bool exists() const;  // at least one server gives an answer, rather than NXDOMAIN or NODATA
};
Reference ReferenceOf(const NameView& name);

// Judges every newest sample of every dialer, each as of the time it was taken, so that a verdict does not change by
// mere waiting. Order: dialers as configured, then types, authorities before resolvers.
std::vector<Judgement> Judge(const Picture& picture, const Settings& settings);

// docs/api.md, the object "Judgement".
base::Json ToJson(const Judgement& judgement);

}  // namespace dialwatch::diagnosis
