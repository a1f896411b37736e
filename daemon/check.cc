#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/json.h"
#include "daemon/commands.h"
#include "daemon/discovery/discoverer.h"
#include "daemon/load.h"
#include "daemon/look.h"
#include "daemon/reports/report.h"

namespace dialwatch::daemon {
namespace {

// Failures count from the third in a row (one lost packet is no outage), so a look takes three rounds.
constexpr int kRounds = 3;
constexpr base::Duration kPause = std::chrono::milliseconds(300);

int ExitCode(const diagnosis::Snapshot& snapshot, config::Severity fail_on) {
  if (!CouldEvaluate(snapshot)) return kExitBlind;
  const bool failed = std::any_of(snapshot.findings.begin(), snapshot.findings.end(),
                                  [&](const diagnosis::Finding& finding) { return finding.severity >= fail_on; });
  return failed ? kExitFindings : kExitClean;
}

// docs/api.md, the object "check".
std::string AsJson(const diagnosis::Snapshot& snapshot, base::TimePoint started, int exit) {
  base::Json json{
      {"version", 1}, {"started", base::FormatRfc3339(started)}, {"finished", base::FormatRfc3339(snapshot.at)},
      {"exit", exit}, {"findings", base::Json::array()},         {"incidents", base::Json::array()}};
  for (const auto& finding : snapshot.findings) json["findings"].push_back(ToJson(finding));
  for (const auto& incident : snapshot.incidents) json["incidents"].push_back(ToJson(incident));
  return base::Dump(json, 2);
}

// With all that the sources hold. Null after telling what cannot be read: a check of some dialers is no check of all.
std::shared_ptr<const config::Settings> WithDiscovered(const std::shared_ptr<const config::Settings>& settings) {
  Discoverer discoverer;
  discoverer.Apply(*settings);
  discoverer.Look(std::chrono::steady_clock::now(), {});
  const auto errors = discoverer.errors();
  for (const std::string& error : errors) fmt::print(stderr, "dialwatch check: discovery: {}\n", error);
  if (!errors.empty()) return nullptr;
  return std::make_shared<config::Settings>(config::WithFound(*settings, discoverer.hosts()));
}

}  // namespace

int Check(const CheckOptions& options) {
  auto settings = LoadOrComplain(options.config);
  if (!settings) return kExitUsage;
  if (!options.hosts.empty()) {
    settings = NarrowedTo(*settings, options.hosts);
    if (!settings) return kExitUsage;
  } else if (settings = WithDiscovered(settings); !settings) {
    return kExitBlind;
  }
  if (settings->dialers.empty() && settings->ice_configs.empty()) {
    fmt::print(stderr,
               "dialwatch check: nothing to check: name a HOST, or give a config with [[dialer]], [[discovery]] or "
               "[[ice_config]] tables by -c FILE\n");
    return kExitUsage;
  }
  const auto started = base::WallClockNow();
  const auto snapshot = Look(settings, probes::TargetsOf(*settings), kRounds, kPause);
  const int exit = ExitCode(*snapshot, options.fail_on);
  if (options.json) {
    fmt::print("{}\n", AsJson(*snapshot, started, exit));
  } else {
    fmt::print("{}", RenderCheck(*snapshot, Terminal::ForStdout(options.colour)));
  }
  if (exit == kExitBlind)
    fmt::print(stderr, "dialwatch check: could not evaluate: look at this machine's own network first\n");
  return exit;
}

}  // namespace dialwatch::daemon
