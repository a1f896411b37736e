#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/json.h"
#include "daemon/commands.h"
#include "daemon/load.h"
#include "daemon/look.h"
#include "daemon/report.h"

namespace dialwatch::daemon {
namespace {

constexpr base::Duration kPause = std::chrono::seconds(1);

std::string AsJson(const diagnosis::Snapshot& snapshot) {
  base::Json json{{"version", 1},
                  {"at", base::FormatRfc3339(snapshot.at)},
                  {"host", snapshot.settings->dialers.front().host},
                  {"vias", base::Json::array()},
                  {"findings", base::Json::array()}};
  for (const auto& judgement : snapshot.judgements) json["vias"].push_back(ToJson(judgement));
  for (const auto& finding : snapshot.findings) json["findings"].push_back(ToJson(finding));
  return base::Dump(json, 2);
}

}  // namespace

int Probe(const ProbeOptions& options) {
  const auto configured = LoadOrComplain(options.config);
  if (!configured) return kExitUsage;
  const auto settings = NarrowedTo(*configured, {options.target});
  if (!settings) return kExitUsage;
  std::vector<probes::Target> targets;
  for (const probes::RecordType type : settings->dialers.front().types) {
    targets.emplace_back(probes::NameTarget{settings->dialers.front().host, type});
  }
  const auto snapshot = Look(settings, targets, options.count, kPause);
  if (options.json) {
    fmt::print("{}\n", AsJson(*snapshot));
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
