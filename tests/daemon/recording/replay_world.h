#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "base/json.h"
#include "daemon/recording/replayer.h"
#include "daemon/reports/replay_report.h"
#include "tests/diagnosis/builders.h"

// Recordings in a few words, and what a replay makes of them.
namespace dialwatch::daemon {

using namespace diagnosis;
using Samples = std::vector<probes::Sample>;

inline config::Settings ReplaySettings(int dialers) {
  config::Settings settings = SettingsOf(dialers);
  settings.vantage.name = "office-east";
  settings.receivers = {{.name = "oncall", .kind = "slack", .url_file = "none"}};
  return settings;
}

// The turns of each dialer from kMonday on, every 30 s, each dialer at a second of its own; `say` changes what a
// vantage point says. Wrong answers are confirmed at once.
template <typename Say>
Samples TurnsOf(int dialers, Duration length, const Say& say) {
  Samples samples;
  for (TimePoint turn = kMonday; turn < kMonday + length; turn += 30s) {
    for (int i = 1; i <= dialers; ++i) {
      const TimePoint at = turn + seconds(i * 30 / (dialers + 1));
      for (const auto& via : {kAuthority, kQuad9, kCloudflare, kGoogle}) {
        DnsSample sample = Gives(via, fmt::format("d{}", i), {fmt::format("198.51.100.{}", i)});
        sample.at = at;
        const bool again = say(sample, i);
        samples.emplace_back(sample);
        if (again) samples.emplace_back(Again(sample));
      }
    }
  }
  return samples;
}

inline void GiveWrong(DnsSample& sample, seconds ttl = 3600s) {
  sample.answers = {{sample.host, RecordType::kA, static_cast<std::uint32_t>(ttl.count()), "203.0.113.66"}};
}

struct Replayed {
  std::vector<ReplayEvent> events;
  std::shared_ptr<const Snapshot> last;
  bool evaluated = false;

  // "20:10:01 opened dns-bogus:google:20200831T201000Z 1"
  std::vector<std::string> Lines() const {
    std::vector<std::string> lines;
    for (const ReplayEvent& event : events) {
      lines.push_back(fmt::format("{} {} {} {}{}", base::FormatClock(event.at).substr(0, 8),
                                  ToJson(event)["event"].get<std::string>(), event.incident.id,
                                  event.incident.affected.size(), event.receiver.empty() ? "" : " " + event.receiver));
    }
    return lines;
  }
};

inline Replayed Replay(const config::Settings& settings, const Samples& samples,
                       Replayer::Pace pace = Replayer::Pace::kStretches) {
  Replayed replayed;
  Replayer replayer(
      std::make_shared<config::Settings>(settings), [&](const ReplayEvent& event) { replayed.events.push_back(event); },
      pace);
  for (const probes::Sample& sample : samples) replayer.Add(sample);
  replayed.last = replayer.Finish();
  replayed.evaluated = replayer.evaluated();
  return replayed;
}

}  // namespace dialwatch::daemon
