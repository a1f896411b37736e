#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "base/json.h"
#include "config/target_file.h"
#include "daemon/commands.h"
#include "daemon/load.h"
#include "daemon/recording/recording_start.h"
#include "daemon/recording/replayer.h"
#include "daemon/reports/replay_report.h"
#include "probes/record/reader.h"

namespace dialwatch::daemon {
namespace {

using config::Settings;
using SettingsPtr = std::shared_ptr<const Settings>;

// Other settings than the recording's own. What [[discovery]] would find is not known: the dialers that were watched
// stand in for it.
Settings Instead(const Settings& given, const Settings* recorded) {
  Settings settings = WithoutSecrets(given);
  if (settings.vantage.name.empty() && recorded != nullptr) settings.vantage.name = recorded->vantage.name;
  if (settings.discoveries.empty() || recorded == nullptr) return settings;
  std::vector<config::FoundHost> watched;
  for (const config::Dialer& dialer : recorded->dialers) watched.push_back({dialer.host, dialer.labels});
  return config::WithFound(std::move(settings), watched);
}

// One pass through a recording.
class Playback {
 public:
  Playback(const ReplayOptions& options, SettingsPtr given)
      : options_(options), given_(std::move(given)), terminal_(Terminal::ForStdout(options.colour)) {}

  base::Status Read() {
    auto reader = probes::RecordingReader::Open(options_.recording);
    if (!reader) return reader.error();
    while (true) {
      auto line = reader->Next();
      if (!line) return line.error();
      if (!*line) break;
      const std::string where = fmt::format("{}:{}", options_.recording, reader->line());
      const auto taken = Take(**std::move(line), where);
      if (!taken) return taken.error();
    }
    if (reader->cut_short()) {
      fmt::print(stderr, "{}:{}: the last line has no end and is left out\n", options_.recording, reader->line() + 1);
    }
    return {};
  }

  int Finish() {
    const auto last = replayer_ ? replayer_->Finish() : nullptr;
    const int exit = tally_.Exit(replayer_ && replayer_->evaluated());
    if (options_.json) {
      fmt::print("{}\n", base::Dump(ReplayJson(tally_, last.get(), std::move(timeline_), exit), 2));
    } else {
      fmt::print("{}{}", day_.empty() ? "" : "\n", RenderTally(tally_, settings_ ? *settings_ : Settings(), terminal_));
    }
    if (exit == kExitBlind) {
      fmt::print(stderr, "dialwatch replay: nothing in {} could be held against anything\n", options_.recording);
    }
    return exit;
  }

 private:
  base::Status Take(probes::RecordingLine line, const std::string& where) {
    if (const auto* start = std::get_if<probes::RecordingStart>(&line)) return Begin(*start, where);
    if (!settings_ && !given_) {
      return base::Error{where + ": error: no recording: its first line is {\"recording\":…}; or name settings by -c"};
    }
    if (!replayer_) Use(std::make_shared<Settings>(Instead(*given_, nullptr)), false);
    auto& sample = std::get<probes::Sample>(line);
    tally_.Note(sample);
    replayer_->Add(std::move(sample));
    return {};
  }

  base::Status Begin(const probes::RecordingStart& start, const std::string& where) {
    const auto recorded = SettingsOf(start, where);
    const bool is_known = start.version == probes::RecordingStart::kVersion;
    if (!recorded && (!given_ || !is_known)) return recorded.error();
    if (!recorded) fmt::print(stderr, "{}; the settings named by -c count\n", recorded.error().what);
    const Settings* theirs = recorded ? &*recorded : nullptr;
    Use(std::make_shared<Settings>(given_ ? Instead(*given_, theirs) : *recorded), !start.reload);
    return {};
  }

  void Use(SettingsPtr settings, bool anew) {
    settings_ = std::move(settings);
    if (replayer_) return replayer_->Apply(settings_, anew);
    replayer_.emplace(settings_, [this](const ReplayEvent& event) { Tell(event); });
  }

  void Tell(const ReplayEvent& event) {
    tally_.Note(event);
    if (options_.json) {
      timeline_.push_back(ToJson(event));
    } else {
      fmt::print("{}", RenderEvent(event, day_, terminal_));
    }
  }

  const ReplayOptions& options_;
  const SettingsPtr given_;  // null: the recording's own
  const Terminal terminal_;
  SettingsPtr settings_;  // in force
  std::optional<Replayer> replayer_;
  ReplayTally tally_;
  base::Json timeline_ = base::Json::array();
  std::string day_;
};

}  // namespace

int Replay(const ReplayOptions& options) {
  SettingsPtr given;
  if (!options.config.empty()) {
    given = LoadOrComplain(options.config);
    if (!given) return kExitUsage;
  }
  Playback playback(options, given);
  if (const auto read = playback.Read(); !read) {
    fmt::print(stderr, "{}\n", read.error().what);
    return kExitUsage;
  }
  return playback.Finish();
}

}  // namespace dialwatch::daemon
