#include "diagnosis/rules/call_session_timer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/count.h"
#include "base/natural_order.h"
#include "diagnosis/rules/call_words.h"

namespace dialwatch::diagnosis {
namespace {

bool IsWithoutTimer(const CallSeries& series) {
  const probes::SipCallResult& result = series.newest->call.result;
  return result.answer && !result.session_timer;
}

}  // namespace

std::vector<Finding> CallSessionTimer(const Situation& situation) {
  Finding finding;
  finding.since = situation.now;
  const auto dialers = CasesOf(situation);
  for (const CallCase& called : CallCasesOf(situation, dialers)) {
    const auto without = std::ranges::find_if(called.own, [](const auto* each) { return IsWithoutTimer(*each); });
    if (without == called.own.end()) continue;
    const EchoCallSample& sample = *(*without)->newest;
    finding.since = std::min(finding.since, sample.call.at);
    finding.affected.push_back(called.name());
    finding.evidence.push_back(RowOf(sample));
  }
  if (finding.affected.empty()) return {};
  base::SortNames(finding.affected);
  finding.summary =
      fmt::format("without a session timer: {}; a call whose caller dies keeps its channel until somebody hangs it up",
                  base::Count(finding.affected.size(), "dialer"));
  finding.advice = {"turn session timers on for the user that dialwatch calls as (Asterisk: timers=yes)"};
  return {std::move(finding)};
}

}  // namespace dialwatch::diagnosis
