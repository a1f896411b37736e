// What a replay costs: a day of 40 dialers, each asked every 30 s of three resolvers and two authoritative servers,
// with the zone and a STUN server. It prints what it measured and judges nothing.
//   bench_replay               all cases
//   bench_replay CASE FILE     writes the recording of one case to FILE: well, lossy, standing, wrong
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <random>
#include <string>

#include "daemon/recording/recording_start.h"
#include "daemon/recording/replayer.h"
#include "probes/record/reader.h"
#include "tests/diagnosis/builders.h"
#include "tests/temporary_folder.h"

namespace {

using namespace dialwatch;
using namespace dialwatch::diagnosis;

constexpr int kDialers = 40;
constexpr Duration kDay = 24h, kTurn = 30s;

enum class Case { kWell, kLossy, kStanding, kWrong };

config::Settings BenchSettings() {
  config::Settings settings = SettingsOf(kDialers);
  settings.vantage.name = "bench";
  AddStun(settings, {"telnyx"});
  settings.receivers = {{.name = "oncall", .kind = "slack", .url_file = "none"}};
  return settings;
}

// From the eighth hour to the fifteenth google is wrong about eleven names, and one of two times only.
bool IsWrong(Case what, int dialer, const probes::Via& via, TimePoint at, std::minstd_rand::result_type dice) {
  return what == Case::kWrong && via == kGoogle && dialer <= 11 && at > kMonday + 8h && at < kMonday + 15h &&
         dice % 2 == 0;
}

// Each dialer has its turn at a time of its own, and its samples come milliseconds apart, by the second its zone.
void Generate(Case what, const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  std::string lines;
  probes::AppendLine(daemon::StartOf(BenchSettings(), kMonday), lines);
  std::minstd_rand dice(1);
  for (TimePoint turn = kMonday; turn < kMonday + kDay; turn += kTurn) {
    for (int i = 1; i <= kDialers; ++i) {
      const std::string host = fmt::format("d{}", i);
      TimePoint at = turn + i * (kTurn / kDialers) + std::chrono::milliseconds(dice() % 100);
      for (const auto& via : {kAuthority, ViaAuthority("192.0.2.54"), kQuad9, kCloudflare, kGoogle}) {
        const bool authority = via.kind == probes::Via::Kind::kAuthority;
        const bool wrong = IsWrong(what, i, via, at, dice());
        const auto age = std::chrono::floor<seconds>(at - kMonday) % 300s;
        auto sample = Gives(via, host, {wrong ? "203.0.113.66" : fmt::format("198.51.100.{}", i)},
                            authority ? 300s
                            : wrong   ? 86400s - age
                                      : 300s - age);
        if (what == Case::kStanding && authority) sample.answers.front().ttl = 3600;  // a finding all day long
        const bool lossy = what == Case::kLossy || what == Case::kStanding;
        if (lossy && dice() % 200 == 0) sample = Silence(via, host);
        if (!authority) sample.nsid = fmt::format("res{}.fra.rrdns.pch.net", dice() % 4);
        sample.rtt = std::chrono::microseconds(5000 + dice() % 20000);
        sample.at = at += std::chrono::milliseconds(dice() % 20);
        probes::AppendLine(sample, lines);
        if (wrong) probes::AppendLine(Again(sample), lines);
      }
    }
    auto binding = Maps("telnyx", static_cast<std::uint64_t>(turn.time_since_epoch() / kTurn), "203.0.113.10");
    binding.at = turn + 20s;
    probes::AppendLine(binding, lines);
    file << lines;
    lines.clear();
  }
}

double Seconds(std::clock_t since) {
  return static_cast<double>(std::clock() - since) / CLOCKS_PER_SEC;
}

template <typename Take>
void ForEachSample(const std::string& path, const Take& take) {
  auto reader = probes::RecordingReader::Open(path);
  while (true) {
    auto line = reader->Next();
    if (!line) std::exit((fmt::print(stderr, "{}\n", line.error().what), 1));
    if (!*line) return;
    if (auto* sample = std::get_if<probes::Sample>(&**line)) take(std::move(*sample));
  }
}

void MeasureReplay(Case what, const char* name) {
  const testing::TemporaryFolder folder;
  const std::string path = folder / "bench.ndjson";
  std::clock_t start = std::clock();
  Generate(what, path);
  const double writing = Seconds(start);
  std::size_t samples = 0, events = 0;
  start = std::clock();
  ForEachSample(path, [&](probes::Sample) { ++samples; });
  const double reading = Seconds(start);
  start = std::clock();
  daemon::Replayer replayer(std::make_shared<config::Settings>(BenchSettings()),
                            [&](const daemon::ReplayEvent&) { ++events; });
  ForEachSample(path, [&](probes::Sample sample) { replayer.Add(std::move(sample)); });
  replayer.Finish();
  fmt::print("{}: {} samples, {} MB; generated in {:.2f} s, read in {:.2f} s, replayed in {:.2f} s; {} events\n", name,
             samples, std::filesystem::file_size(path) / 1'000'000, writing, reading, Seconds(start), events);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string only = argc == 3 ? argv[1] : "";
  for (const auto& [what, name] : {std::pair{Case::kWell, "well"},
                                   {Case::kLossy, "lossy"},
                                   {Case::kStanding, "standing"},
                                   {Case::kWrong, "wrong"}}) {
    if (only == name) Generate(what, argv[2]);
    if (only.empty()) MeasureReplay(what, name);
  }
}
