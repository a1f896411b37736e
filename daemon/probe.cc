#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "base/json.h"
#include "daemon/commands.h"
#include "daemon/load.h"
#include "daemon/look.h"
#include "daemon/reports/call_report.h"
#include "daemon/reports/media_report.h"
#include "daemon/reports/probe_report.h"
#include "daemon/reports/stun_report.h"
#include "daemon/reports/turn_report.h"

namespace dialwatch::daemon {
namespace {

constexpr base::Duration kPause = std::chrono::seconds(1);

bool HasFindings(const diagnosis::Snapshot& snapshot) {
  return std::any_of(snapshot.findings.begin(), snapshot.findings.end(),
                     [](const diagnosis::Finding& finding) { return finding.severity >= config::Severity::kWarning; });
}

// Who asks wants to know whether it works now, though one look is no finding.
bool IsHeard(const diagnosis::Snapshot& snapshot) {
  return std::ranges::all_of(snapshot.settings->dialers, [&](const config::Dialer& dialer) {
    return SumUpMedia(snapshot, dialer.name).well && SumUpCalls(snapshot, dialer.name).well;
  });
}

int ProbeStun(const StunSubject& subject, const ProbeOptions& options) {
  const auto snapshot =
      AboutStun(*Look(subject.settings, {probes::StunTarget{}}, options.count, kPause), subject.server);
  if (options.json) {
    fmt::print("{}\n", base::Dump(StunJson(snapshot, subject.server), 2));
  } else {
    fmt::print("{}", RenderStun(snapshot, subject.server, Terminal::ForStdout(options.colour)));
  }
  if (!AnyStunAnswers(snapshot)) return kExitBlind;
  return HasFindings(snapshot) || !AnyStunAnswers(snapshot, subject.server) ? kExitFindings : kExitClean;
}

int ProbeTurn(const TurnSubject& subject, const ProbeOptions& options) {
  std::vector<probes::Target> targets{probes::TurnTarget{subject.server}};
  if (!subject.settings->stun_servers.empty()) targets.emplace_back(probes::StunTarget{});  // so that the network shows
  const auto snapshot = AboutTurn(*Look(subject.settings, targets, options.count, kPause), subject.server);
  if (options.json) {
    fmt::print("{}\n", base::Dump(TurnJson(snapshot, subject.server), 2));
  } else {
    fmt::print("{}", RenderTurn(snapshot, subject.server, Terminal::ForStdout(options.colour)));
  }
  if (!TurnReplied(snapshot, subject.server) && !AnyStunAnswers(snapshot)) return kExitBlind;
  return HasFindings(snapshot) || !TurnRelayed(snapshot, subject.server) ? kExitFindings : kExitClean;
}

int ProbeName(const std::shared_ptr<const config::Settings>& settings, const ProbeOptions& options) {
  auto targets = probes::NameTargetsOf(*settings);
  std::ranges::move(probes::MediaTargetsOf(*settings), std::back_inserter(targets));
  const auto snapshot = Look(settings, targets, options.count, kPause);
  if (options.json) {
    fmt::print("{}\n", base::Dump(ProbeJson(*snapshot), 2));
  } else {
    fmt::print("{}", RenderProbe(*snapshot, Terminal::ForStdout(options.colour)));
  }
  if (!CouldEvaluate(*snapshot)) return kExitBlind;
  return HasFindings(*snapshot) || !IsHeard(*snapshot) ? kExitFindings : kExitClean;
}

bool IsDialer(const config::Settings& settings, const std::string& target) {
  return std::any_of(settings.dialers.begin(), settings.dialers.end(),
                     [&](const config::Dialer& dialer) { return dialer.name == target || dialer.host == target; });
}

}  // namespace

int Probe(const ProbeOptions& options) {
  const auto configured = LoadOrComplain(options.config);
  if (!configured) return kExitUsage;
  if (!IsDialer(*configured, options.target)) {
    if (const auto subject = FindStun(*configured, options.target)) return ProbeStun(*subject, options);
    if (const auto subject = FindTurn(*configured, options.target)) return ProbeTurn(*subject, options);
    if (const auto uri = config::ParseIceUri(options.target); uri && uri->relay) {
      fmt::print(stderr, "dialwatch: no [[turn]] in the config is {}, and without credentials a relay tells nothing\n",
                 FormatIceUri(*uri));
      return kExitUsage;
    }
    if (options.target.starts_with("turn:") || options.target.starts_with("turns:") ||
        options.target.starts_with("stun:") || options.target.starts_with("stuns:")) {
      fmt::print(stderr, "dialwatch: {}\n", config::ParseIceUri(options.target).error().what);
      return kExitUsage;
    }
  }
  const auto settings = NarrowedTo(*configured, {options.target});
  return settings ? ProbeName(settings, options) : kExitUsage;
}

}  // namespace dialwatch::daemon
