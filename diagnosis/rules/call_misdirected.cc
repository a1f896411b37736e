#include "diagnosis/rules/call_misdirected.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "diagnosis/advice.h"
#include "diagnosis/rules/call_words.h"
#include "diagnosis/rules/media_words.h"

namespace dialwatch::diagnosis {
namespace {

std::map<std::string, TheseCalls> ByResolver(const TheseCalls& calls) {
  std::map<std::string, TheseCalls> by_resolver;
  for (const CallSeries* each : calls) {
    for (const std::string& resolver : each->newest->call.subject.resolved_via) by_resolver[resolver].push_back(each);
  }
  return by_resolver;
}

Finding Tell(const Situation& situation, const CallCase& called, const std::string& resolver, const TheseCalls& lost) {
  Finding finding = AboutCalls(called, lost, &CallSeries::mute);
  finding.subject.resolver = resolver;
  const bool answered = std::ranges::all_of(lost, [](const auto* each) { return each->failed.calls == 0; });
  finding.summary =
      fmt::format("{} sends callers of {} to {}, where {}, while calls echo at {} ({})", resolver, called.name(),
                  AddressText(lost), answered ? "calls have no audio" : "no call is answered", AddressText(called.own),
                  GiversText(called.own, resolver));
  std::set<std::string> addresses;
  for (const CallSeries* each : lost) addresses.insert(each->newest->call.subject.address.address.ToString());
  finding.eta = HealsAt(*called.dialer, resolver, addresses);
  finding.summary += LifeLeft(finding.eta, situation.now);
  finding.advice = AdviceOnWrongCopy(resolver, *called.dialer, situation.settings);
  return finding;
}

}  // namespace

void AddMisdirectedCalls(const Situation& situation, const std::vector<DialerCase>& dialers,
                         std::vector<Finding>& findings) {
  for (const CallCase& called : CallCasesOf(situation, dialers)) {
    for (const auto& [resolver, lost] : ByResolver(called.lost)) {
      const Subject subject{called.name(), resolver, "", "", ""};
      const auto told = std::ranges::find(findings, subject, &Finding::subject);
      if (told == findings.end()) {
        findings.push_back(Tell(situation, called, resolver, lost));
      } else {
        for (const CallSeries* each : lost) told->evidence.push_back(RowOf(*each->newest));
      }
    }
  }
}

}  // namespace dialwatch::diagnosis
