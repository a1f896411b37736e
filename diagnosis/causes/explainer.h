#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "diagnosis/causes/aftermath.h"
#include "diagnosis/causes/explanations.h"

namespace dialwatch::diagnosis {

// Finds what explains a finding, which is nothing less severe, without comparing all with all: a zone or a resolver may
// take a thousand dialers along. What stands comes first, then what open incidents have told of, as far as the finding
// may be left of it. Of several causes the most severe counts, then the one that began first, so that the order of the
// findings does not. What began while its would-be cause had long stood without it is no consequence of it: a dialer
// that dies today does not do so for an answer that it has lived with for weeks. Valid as long as findings and
// settings. Thread safety: const.
class Explainer {
 public:
  struct Root {
    const Finding* finding;      // the last that stands
    const std::string* left_by;  // the key of the incident that told of what explains it, which is gone; else null
  };

  // None of the findings that stand is an info.
  Explainer(const std::vector<Finding>& standing, const Aftermaths& aftermaths, const Settings& settings,
            TimePoint now);

  // What `finding` follows from in the end; itself where nothing explains it. Ends, since no chain in the table leads
  // back.
  Root RootOf(const Finding& finding) const;

  bool Stands(const Finding& finding) const { return by_id_.contains(finding.id); }

 private:
  using Key = std::tuple<const Explanation*, std::string_view, std::string_view>;
  struct Candidate {
    const Finding* finding;
    TimePoint last;
    const std::string* left_by;
  };
  using Candidates = std::map<Key, std::vector<Candidate>>;

  void LearnPast(const std::string& key, const Past& past);
  static void Learn(const Candidate& cause, const std::string* dialer, Candidates& candidates);
  static bool ComesBefore(const Candidate& a, const Candidate& b);
  const Candidate* CauseOf(const Finding& finding, const Candidates& candidates) const;
  const Candidate* CauseBy(const Explanation& row, const Finding& finding, const Candidates& candidates) const;
  bool MayExplain(const Candidate& cause, const Finding& finding) const;

  const Settings& settings_;
  const TimePoint now_;
  std::map<std::string_view, const Finding*> by_id_;  // those that stand
  Candidates standing_, gone_;
};

// Whether `a` comes before `b` where both could: the worse, then the older, then by name.
bool ComesBefore(const Finding& a, const Finding& b);

}  // namespace dialwatch::diagnosis
