#include "diagnosis/rules/dns_filtered.h"

#include <fmt/format.h>

#include "diagnosis/advice.h"
#include "diagnosis/dns/answer.h"
#include "diagnosis/rules/content_finding.h"

namespace dialwatch::diagnosis {
namespace {

std::string SayFiltered(const Exhibit& exhibit) {
  const std::string errors = exhibit.ExtendedErrors();
  return fmt::format("{} blocks {} ({}{}), while {}", exhibit.via(), exhibit.host(), exhibit.answer(),
                     errors.empty() ? "" : "; " + errors, exhibit.WhatIsRight());
}

std::vector<std::string> AdviseOnFilter(const Exhibit& exhibit) {
  std::vector<std::string> advice{
      fmt::format(
          "have the operator of {} take the name off its blocklist; where the filter is your own, allow it there",
          exhibit.via()),
      "ask the operator's service without a filter as well (Quad9: 9.9.9.10): if it is right there, it is the "
      "blocklist"};
  AdviseOther(exhibit.via(), exhibit.dialer_case, exhibit.situation.settings, advice);
  return advice;
}

}  // namespace

std::vector<Finding> DnsFiltered(const Situation& situation) {
  return FindVerdict(situation, Verdict::kFiltered, SayFiltered, AdviseOnFilter);
}

}  // namespace dialwatch::diagnosis
