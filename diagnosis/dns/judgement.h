#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "diagnosis/dns/copies.h"
#include "diagnosis/dns/verdict.h"
#include "diagnosis/finding.h"
#include "diagnosis/picture.h"

namespace dialwatch::diagnosis {

// One name through one vantage point, judged.
struct Judgement {
  std::string dialer;
  std::shared_ptr<const DnsSample> sample;
  Verdict verdict = Verdict::kUnknown;
  std::optional<TimePoint> eta = {};  // when the wrong copy leaves the cache: receipt + TTL left

  // of a resolver's wrong answer or failed validation
  bool confirmed = false;  // seen in so many exchanges that it is no odd reply (diagnosis/dns/confirmation.h)
  bool newest = true;      // false: a copy that was seen before and is still there, behind the same address
  std::optional<Spread> spread = {};  // over all caches of the resolver
};

// Judges every newest sample of every dialer, each as of the time it was taken, so that a verdict does not change by
// mere waiting, and the wrong copies that the newest samples do not show. Order: dialers as configured, then types,
// authorities before resolvers, a resolver's hidden copies after its newest samples.
std::vector<Judgement> Judge(const Picture& picture, const Settings& settings);

// docs/api.md, the object "Judgement".
base::Json ToJson(const Judgement& judgement);

}  // namespace dialwatch::diagnosis
