#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "diagnosis/finding.h"

namespace dialwatch::diagnosis {

// Findings that are one thing to whoever is on call: the same rule about the same resolver, authority, server or (where
// it is about none of these) dialer, and what follows from it. Different rules about one resolver stay apart: an
// address that nobody knows, a past one, and a denial have different reasons, and each is mended in its own way.
struct Cause {
  std::string key;                // rule and subject: "dns-bogus:google"
  std::vector<Finding> findings;  // at the root, at least one
  std::vector<Finding> symptoms;  // explained by these
};

// Every finding but the infos, each in exactly one cause. Order: by first finding.
std::vector<Cause> Correlate(const std::vector<Finding>& findings);

// One sentence over all findings of a cause: that of the only one, else "google gives wrong addresses for 11 of 40
// dialers: d1, d2, d3 and 8 more". That callers are not heard leads, though it follows from
// what is said behind it.
std::string Headline(const Cause& cause, std::size_t dialers);

// Dialers of all findings and symptoms, sorted, each once.
std::vector<std::string> AffectedBy(const Cause& cause);

}  // namespace dialwatch::diagnosis
