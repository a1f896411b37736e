#pragma once

#include <set>
#include <string>
#include <vector>

#include "diagnosis/causes/aftermath.h"
#include "diagnosis/finding.h"

namespace dialwatch::diagnosis {

// Findings that are one thing to whoever is on call: the same rule about the same operator of resolvers, authority,
// server or (where it is about none of these) dialer, and what follows from it. Different rules about one operator
// stay apart: an address that nobody knows, a past one, and a denial have different reasons, and each is mended in its
// own way.
struct Cause {
  std::string key;                           // rule and whom it is about: "dns-bogus:google"
  std::string about;                         // "google"; empty where it is about ourselves
  std::vector<Finding> findings = {};        // at the root
  std::vector<Finding> symptoms = {};        // explained by these
  std::set<std::string> would_explain = {};  // ids of what open incidents have told of, were it still there
  bool is_over = false;  // an open incident told of it; the findings are gone, what they explained still stands

  bool operator==(const Cause&) const = default;
};

// Every finding but the infos, each in exactly one cause: the one that it follows from, be it one that stands or what
// an open incident has told of, else its own. The worst come first, then the oldest: causes among themselves, and the
// findings of each. The order in which they are given does not matter.
std::vector<Cause> Correlate(std::vector<Finding> findings, const Settings& settings, const Aftermaths& aftermaths = {},
                             TimePoint now = {});

// "google" of "dns-bogus:google"; empty where it is about ourselves.
std::string AboutOf(const std::string& key);

// Dialers of all findings, in natural order, each once.
std::vector<std::string> DialersOf(const std::vector<Finding>& findings);

// Those of all findings and symptoms.
std::vector<std::string> AffectedBy(const Cause& cause);

}  // namespace dialwatch::diagnosis
