#include "daemon/recording/recorder.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "daemon/recording/recording_start.h"
#include "probes/record/reader.h"
#include "tests/diagnosis/builders.h"
#include "tests/temporary_folder.h"

namespace dialwatch::daemon {
namespace {

using namespace std::chrono_literals;
using diagnosis::Gives, diagnosis::kQuad9, diagnosis::SettingsOf;
using probes::RecordingLine, probes::RecordingStart;

std::vector<RecordingLine> LinesOf(const std::string& path) {
  std::vector<RecordingLine> lines;
  auto reader = probes::RecordingReader::Open(path);
  if (!reader) return lines;
  while (true) {
    auto line = reader->Next();
    REQUIRE(line);
    if (!*line) return lines;
    lines.push_back(**line);
  }
}

std::size_t StartsIn(const std::vector<RecordingLine>& lines) {
  std::size_t starts = 0;
  for (const RecordingLine& line : lines) starts += std::holds_alternative<RecordingStart>(line) ? 1 : 0;
  return starts;
}

template <typename Holds>
bool Soon(const Holds& holds) {
  for (const auto end = std::chrono::steady_clock::now() + 10s; std::chrono::steady_clock::now() < end;) {
    if (holds()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

probes::Sample Answer(int number) {
  auto sample = Gives(kQuad9, "d" + std::to_string(number), {"198.51.100.11"});
  sample.at = diagnosis::kMonday;
  return sample;
}

void Write(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace

TEST_SUITE("daemon/recording/recorder") {
  TEST_CASE("samples are in the file within a second, behind the settings, for nobody else to read") {
    const testing::TemporaryFolder folder;
    const std::string path = folder / "r.ndjson";
    auto recorder = Recorder::Open(path, SettingsOf(3));
    REQUIRE(recorder);
    const auto added = std::chrono::steady_clock::now();
    for (int i = 0; i < 10; ++i) (*recorder)->Add(Answer(i));
    REQUIRE(Soon([&] { return LinesOf(path).size() == 11; }));
    CHECK(std::chrono::steady_clock::now() - added < 5s);
    const auto lines = LinesOf(path);
    const auto settings = SettingsOf(std::get<RecordingStart>(lines[0]), "r");
    REQUIRE(settings);
    CHECK(settings->dialers == SettingsOf(3).dialers);
    CHECK_FALSE(std::get<RecordingStart>(lines[0]).reload);
    CHECK(std::get<probes::Sample>(lines[10]) == Answer(9));
    struct stat status {};
    REQUIRE(stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600U);
    CHECK((*recorder)->dropped() == 0);
  }

  TEST_CASE("a later run appends, and takes off what an earlier one did not finish") {
    const testing::TemporaryFolder folder;
    const std::string path = folder / "r.ndjson";
    REQUIRE(Recorder::Open(path, SettingsOf(3)));
    (*Recorder::Open(path, SettingsOf(3)))->Add(Answer(1));
    CHECK(LinesOf(path).size() == 2);
    std::ofstream(path, std::ios::app) << std::string(10'000, ' ') << "{\"dns\":{";
    (*Recorder::Open(path, SettingsOf(3)))->Add(Answer(2));
    const auto lines = LinesOf(path);
    REQUIRE(lines.size() == 4);
    CHECK(StartsIn(lines) == 2);
    CHECK(std::get<probes::Sample>(lines[3]) == Answer(2));
  }

  TEST_CASE("a file that is no recording is left alone") {
    const testing::TemporaryFolder folder;
    const std::string path = folder / "notes";
    Write(path, "dear diary");
    CHECK(Recorder::Open(path, SettingsOf(1)).error().what ==
          path + ": is there already, and no recording; name another file");
    CHECK(std::filesystem::file_size(path) == 10);
    CHECK(Recorder::Open("/dev/null", SettingsOf(1)).error().what == "/dev/null: is no regular file");
    CHECK(Recorder::Open(folder / "none/r", SettingsOf(1)).error().what ==
          (folder / "none/r") + ": cannot be opened: No such file or directory");
    const std::string link = folder / "link";
    std::filesystem::create_symlink(path, link);
    CHECK(Recorder::Open(link, SettingsOf(1)).error().what == link + ": is a symbolic link; name the file itself");
  }

  TEST_CASE("what a power cut or a full disk left of a first line does not keep the daemon from starting") {
    for (const std::string& left :
         {std::string("{\"reco"), std::string("{\"recording\":{\"vers"), std::string(10'000, '\0')}) {
      const testing::TemporaryFolder folder;
      const std::string path = folder / "r.ndjson";
      Write(path, left);
      REQUIRE(Recorder::Open(path, SettingsOf(1)));
      (*Recorder::Open(path, SettingsOf(1)))->Add(Answer(1));
      const auto lines = LinesOf(path);
      CHECK(lines.size() == 2);
      CHECK(StartsIn(lines) == 1);
    }
  }

  TEST_CASE("a file that was emptied under us begins with the settings again") {
    const testing::TemporaryFolder folder;
    const std::string path = folder / "r.ndjson";
    auto recorder = Recorder::Open(path, SettingsOf(1));
    REQUIRE(recorder);
    (*recorder)->Add(Answer(1));
    REQUIRE(Soon([&] { return LinesOf(path).size() == 2; }));
    std::filesystem::resize_file(path, 0);  // logrotate's copytruncate
    (*recorder)->Add(Answer(2));
    REQUIRE(Soon([&] { return LinesOf(path).size() == 2; }));
    CHECK(StartsIn(LinesOf(path)) == 1);
  }

  TEST_CASE("a reload that meets a full queue is told behind the gap") {
    const testing::TemporaryFolder folder;
    const std::string path = folder / "r.ndjson";
    config::Settings settings = SettingsOf(1);
    auto recorder = Recorder::Open(path, settings);
    REQUIRE(recorder);
    std::vector<std::jthread> senders;  // so many that the one who writes cannot keep up
    for (int i = 0; i < 8; ++i) {
      senders.emplace_back([&recorder = **recorder] {
        for (int j = 0; j < 1'000'000 && recorder.dropped() == 0; ++j) recorder.Add(Answer(1));
      });
    }
    senders.clear();
    REQUIRE((*recorder)->dropped() > 0);
    settings.probing.interval = 7s;
    (*recorder)->Apply(settings);
    CHECK(Soon([&] {
      (*recorder)->Add(Answer(2));
      std::ifstream file(path, std::ios::binary);
      return std::string(std::istreambuf_iterator<char>(file), {}).find(R"(\"7s\")") != std::string::npos;
    }));
  }

  TEST_CASE("two do not record into one file") {
    const testing::TemporaryFolder folder;
    const std::string path = folder / "r.ndjson";
    auto recorder = Recorder::Open(path, SettingsOf(1));
    REQUIRE(recorder);
    CHECK(Recorder::Open(path, SettingsOf(1)).error().what == path + ": another process records into it");
    (*recorder)->Reopen();  // at a reload with the file still there
    (*recorder)->Add(Answer(1));
    CHECK(Soon([&] { return LinesOf(path).size() == 2; }));
  }

  TEST_CASE("after the file was moved away a new one begins with the settings in force") {
    const testing::TemporaryFolder folder;
    const std::string path = folder / "r.ndjson", moved = folder / "r.1";
    auto recorder = Recorder::Open(path, SettingsOf(1));
    REQUIRE(recorder);
    (*recorder)->Add(Answer(1));
    (*recorder)->Apply(SettingsOf(2));
    REQUIRE(Soon([&] { return LinesOf(path).size() == 3; }));
    CHECK(std::get<RecordingStart>(LinesOf(path)[2]).reload);
    std::filesystem::rename(path, moved);
    (*recorder)->Reopen();
    REQUIRE(Soon([&] { return std::filesystem::exists(path); }));
    (*recorder)->Add(Answer(2));
    REQUIRE(Soon([&] { return LinesOf(path).size() == 2; }));
    const auto lines = LinesOf(path);
    CHECK(SettingsOf(std::get<RecordingStart>(lines[0]), "r")->dialers.size() == 2);
    CHECK(std::get<probes::Sample>(lines[1]) == Answer(2));
    CHECK(LinesOf(moved).size() == 3);
  }

  TEST_CASE("a full disk costs samples, which are counted, and no half line stays; then it goes on") {
    const testing::TemporaryFolder folder;
    const std::string path = folder / "r.ndjson";
    auto recorder = Recorder::Open(path, SettingsOf(1));
    REQUIRE(recorder);
    (*recorder)->Add(Answer(1));
    REQUIRE(Soon([&] { return LinesOf(path).size() == 2; }));
    const auto full = std::filesystem::file_size(path) + 20;
    const auto before = std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    REQUIRE(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    const rlimit tight{full, limit.rlim_max};
    REQUIRE(setrlimit(RLIMIT_FSIZE, &tight) == 0);
    (*recorder)->Add(Answer(2));
    CHECK(Soon([&] { return (*recorder)->dropped() == 1; }));
    REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    static_cast<void>(std::signal(SIGXFSZ, before));
    CHECK(LinesOf(path).size() == 2);
    (*recorder)->Add(Answer(3));
    REQUIRE(Soon([&] { return LinesOf(path).size() == 4; }));
    const auto lines = LinesOf(path);
    CHECK(StartsIn(lines) == 2);  // told anew, since anything may be missing
    CHECK(std::get<probes::Sample>(lines[3]) == Answer(3));
  }

  TEST_CASE("nothing secret is recorded") {
    config::Settings settings = SettingsOf(1);
    settings.ice_configs = {{.kind = config::IceConfig::Kind::kUrl, .location = "https://u:pw@phone.example.com/?k=s"},
                            {.kind = config::IceConfig::Kind::kUrl, .location = "https://phone.example.com/?k=t"}};
    settings.discoveries = {{.path = "targets/*.json"}};
    settings.receivers = {{.name = "oncall", .kind = "slack", .url_file = "oncall.url"}};
    settings.alerting.status_url = "https://status.example.com/?token=k=s";
    const RecordingStart start = StartOf(settings, diagnosis::kMonday);
    CHECK(start.config.find("pw") == std::string::npos);
    CHECK(start.config.find("k=s") == std::string::npos);
    const auto read = SettingsOf(start, "r:1");
    REQUIRE_MESSAGE(read, (read ? "" : read.error().what));
    REQUIRE(read->ice_configs.size() == 1);
    CHECK(read->ice_configs[0].location == "https://phone.example.com/");
    CHECK(read->discoveries.empty());
    CHECK_FALSE(read->vantage.name.empty());

    const testing::TemporaryFolder folder;
    const std::string path = folder / "r.ndjson";
    probes::IceConfigSample sample;
    sample.location = settings.ice_configs[0].location;
    (*Recorder::Open(path, settings))->Add(sample);
    CHECK(std::get<probes::IceConfigSample>(std::get<probes::Sample>(LinesOf(path)[1])).location ==
          "https://phone.example.com/");
  }

  TEST_CASE("a recording of a version to come is refused, and so is a config that does not read") {
    CHECK(SettingsOf(RecordingStart{.version = 2, .program = "9.0"}, "r:1").error().what ==
          "r:1: error: a recording of version 2, written by dialwatch 9.0; this one reads 1");
    CHECK(SettingsOf(RecordingStart{.version = 2, .program = "\x1b[2J"}, "r:1").error().what ==
          "r:1: error: a recording of version 2, written by dialwatch \\027[2J; this one reads 1");
    CHECK(SettingsOf(RecordingStart{.config = "x = 1"}, "r:1").error().what.starts_with("r:1, its config:1:1: error:"));
  }
}

}  // namespace dialwatch::daemon
