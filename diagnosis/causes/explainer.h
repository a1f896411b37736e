#pragma once

#include <map>
#include <string_view>
#include <tuple>
#include <vector>

#include "diagnosis/causes/explanations.h"
#include "diagnosis/finding.h"

namespace dialwatch::diagnosis {

// Finds what explains a finding, which is nothing less severe, without comparing all with all: a zone or a resolver may
// take a thousand dialers along. Of several causes the most severe counts, then the one that began first, so that the
// order of the findings does not. What began while its would-be cause had long stood without it is no consequence of
// it: a dialer that dies today does not do so for an answer that it has lived with for weeks. Valid as long as findings
// and settings. Thread safety: const.
class Explainer {
 public:
  Explainer(const std::vector<Finding>& findings, const Settings& settings);

  // The finding that `finding` follows from in the end; itself where nothing explains it. Ends, since no chain in the
  // table leads back.
  const Finding& RootOf(const Finding& finding) const;

 private:
  using Key = std::tuple<const Explanation*, std::string_view, std::string_view>;

  void Learn(const Finding& finding);
  const Finding* CauseBy(const Explanation& row, const Finding& finding) const;
  bool MayFollow(const Finding& finding, const Finding& cause) const;

  const Settings& settings_;
  std::map<Key, std::vector<const Finding*>> known_;  // those that come before others first
};

// Whether `a` comes before `b` where both could: the worse, then the older, then by name.
bool ComesBefore(const Finding& a, const Finding& b);

}  // namespace dialwatch::diagnosis
