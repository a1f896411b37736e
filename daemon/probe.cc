#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/json.h"
#include "daemon/commands.h"
#include "daemon/load.h"
#include "daemon/look.h"
#include "daemon/probe_report.h"

namespace dialwatch::daemon {
namespace {

constexpr base::Duration kPause = std::chrono::seconds(1);

}  // namespace

int Probe(const ProbeOptions& options) {
  const auto configured = LoadOrComplain(options.config);
  if (!configured) return kExitUsage;
  const auto settings = NarrowedTo(*configured, {options.target});
  if (!settings) return kExitUsage;
  const auto snapshot = Look(settings, probes::NameTargetsOf(*settings), options.count, kPause);
  if (options.json) {
    fmt::print("{}\n", base::Dump(ProbeJson(*snapshot), 2));
  } else {
    fmt::print("{}", RenderProbe(*snapshot, Terminal::ForStdout(options.colour)));
  }
  if (!CouldEvaluate(*snapshot)) return kExitBlind;
  const bool any =
      std::any_of(snapshot->findings.begin(), snapshot->findings.end(),
                  [](const diagnosis::Finding& finding) { return finding.severity >= config::Severity::kWarning; });
  return any ? kExitFindings : kExitClean;
}

}  // namespace dialwatch::daemon
