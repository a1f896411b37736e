#include "daemon/recording/recorder.h"

#include <utility>

#include "base/count.h"
#include "base/log.h"
#include "daemon/recording/recording_start.h"

namespace dialwatch::daemon {

using probes::RecordingLine, probes::RecordingStart, probes::Sample;
using std::chrono::steady_clock;

namespace {

constexpr std::chrono::minutes kTellEvery{1};
constexpr std::size_t kMostWaiting = std::size_t{8} * 1024 * 1024;  // octets; then it is written before more is made

void AppendWhereItFits(const RecordingLine& line, std::string& out) {
  const std::size_t before = out.size();
  std::visit([&](const auto& each) { probes::AppendLine(each, out); }, line);
  if (out.size() - before > probes::kLongestLine) out.resize(before);  // no reader would take it
}

RecordingStart At(RecordingStart start, base::TimePoint now) {
  start.at = now;
  return start;
}

}  // namespace

base::Result<std::unique_ptr<Recorder>> Recorder::Open(const std::string& path, const config::Settings& settings) {
  auto file = RecordingFile::Open(path);
  if (!file) return file.error();
  return std::unique_ptr<Recorder>(new Recorder(path, *std::move(file), settings));
}

Recorder::Recorder(std::string path, RecordingFile file, const config::Settings& settings)
    : path_(std::move(path)), file_(std::move(file)) {
  start_.Set(StartOf(settings, base::WallClockNow()));
  thread_ = std::thread([this] { Work(); });
}

Recorder::~Recorder() {
  stop_ = true;
  queue_.Close();
  thread_.join();
}

void Recorder::Add(const Sample& sample) {
  Sample shown = sample;
  HideSecrets(shown);
  queue_.Push(std::move(shown));
}

void Recorder::Apply(const config::Settings& settings) {
  RecordingStart start = StartOf(settings, base::WallClockNow());
  start_.Set(start);
  start.reload = true;
  queue_.Push(std::move(start));
}

void Recorder::Work() {
  std::string lines;
  std::uint64_t samples = 0;
  const auto write = [&] { Write(std::exchange(lines, {}), std::exchange(samples, 0)); };
  auto next_flush = steady_clock::now() + kFlush;
  for (bool stopping = false; !stopping;) {
    stopping = stop_;
    for (const RecordingLine& line : queue_.TakeAll(next_flush)) {
      AppendWhereItFits(line, lines);
      ++samples;
      if (lines.size() >= kMostWaiting) write();
    }
    if (!stopping && steady_clock::now() < next_flush) continue;
    write();
    if (reopen_.exchange(false)) OpenAnew();
    TellDropped();
    next_flush = steady_clock::now() + kFlush;
  }
}

// Behind what is missing the settings are told anew: they may have been among it.
void Recorder::Write(std::string lines, std::uint64_t samples) {
  if (lines.empty()) return;
  if (file_.WasCut() || needs_start_ || file_.empty()) {
    std::string start;
    probes::AppendLine(At(start_.Copy(), base::WallClockNow()), start);
    lines.insert(0, start);
  }
  const auto written = file_.Append(lines);
  const std::uint64_t missed = queue_.dropped();
  needs_start_ = !written || std::exchange(missed_, missed) != missed;
  if (!written) {
    lost_ += samples;
    if (std::exchange(last_error_, written.error().what) != last_error_)
      base::LogError("recording {}; the daemon goes on without it", written.error().what);
  } else if (!last_error_.empty()) {
    last_error_.clear();
    base::LogInfo("recording {}: can be written again", path_);
  }
}

// Where that fails, all goes on into the file that was.
void Recorder::OpenAnew() {
  if (!file_.IsMovedAway()) return;
  auto file = RecordingFile::Open(path_);
  if (!file) return base::LogError("recording {}; it goes on into the old file", file.error().what);
  file_ = *std::move(file);
}

void Recorder::TellDropped() {
  if (dropped() == told_dropped_ || steady_clock::now() < next_telling_) return;
  base::LogWarning("recording {}: {} not written, {} in all", path_, base::Count(dropped() - told_dropped_, "sample"),
                   dropped());
  told_dropped_ = dropped();
  next_telling_ = steady_clock::now() + kTellEvery;
}

}  // namespace dialwatch::daemon
