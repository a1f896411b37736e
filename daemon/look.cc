#include "daemon/look.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/host_name.h"
#include "daemon/reports/media_report.h"
#include "daemon/reports/terminal.h"
#include "diagnosis/analyst.h"
#include "probes/sweep.h"

namespace dialwatch::daemon {

std::shared_ptr<const diagnosis::Snapshot> Look(std::shared_ptr<const config::Settings> settings,
                                                const std::vector<probes::Target>& targets, int rounds,
                                                base::Duration pause) {
  diagnosis::Analyst analyst(settings);
  const bool progress = ShowsProgress();
  std::size_t samples = 0;
  probes::TrainWatch watch;
  if (progress) {
    watch = [](const probes::TrainSample& train) { fmt::print(stderr, "\r\x1b[K{}\n", TrainLine(train)); };
  }
  const auto take = [&](const probes::Sample& sample) {
    analyst.Add(sample);
    if (progress) fmt::print(stderr, "\r{} samples ", ++samples);
  };
  probes::Sweep(settings, targets, rounds, pause, take, watch);
  if (progress) fmt::print(stderr, "\r\x1b[K");
  return analyst.Conclude(base::WallClockNow());
}

bool CouldEvaluate(const diagnosis::Snapshot& snapshot) {
  if (!snapshot.findings.empty()) {
    const auto blind = [](const diagnosis::Finding& finding) { return finding.rule == "vantage-blind"; };
    return std::none_of(snapshot.findings.begin(), snapshot.findings.end(), blind);
  }
  const auto& ice_configs = snapshot.picture.policy().ice_configs;
  if (snapshot.settings->dialers.empty() && !ice_configs.empty()) return true;  // what cannot be read is a finding
  return std::any_of(snapshot.judgements.begin(), snapshot.judgements.end(), [](const diagnosis::Judgement& judgement) {
    return judgement.verdict != diagnosis::Verdict::kUnknown && judgement.verdict != diagnosis::Verdict::kFailing;
  });
}

std::shared_ptr<const config::Settings> NarrowedTo(const config::Settings& settings,
                                                   const std::vector<std::string>& names) {
  auto narrowed = std::make_shared<config::Settings>(settings);
  narrowed->dialers.clear();
  for (const std::string& name : names) {
    const auto host = base::NormalizeHostName(name);
    const auto known = std::find_if(
        settings.dialers.begin(), settings.dialers.end(),
        [&](const config::Dialer& dialer) { return dialer.name == name || (host && dialer.host == *host); });
    if (known != settings.dialers.end()) {
      narrowed->dialers.push_back(*known);
    } else if (host) {
      narrowed->dialers.push_back(config::AdHocDialer(*host, settings));
    } else {
      fmt::print(stderr, "dialwatch: {}, nor is it the name of a configured dialer\n", host.error().what);
      return nullptr;
    }
  }
  return narrowed;
}

}  // namespace dialwatch::daemon
