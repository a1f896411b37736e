#include <doctest/doctest.h>
#include <signal.h>

#include <algorithm>
#include <filesystem>

#include "base/json.h"
#include "tests/e2e/scenario.h"

// What a daemon has recorded gives the same incident and the same messages once more.
using namespace dialwatch::e2e;
namespace lab = dialwatch::lab;
namespace fs = std::filesystem;

namespace {

// A lab, and a daemon that records.
struct Recorded {
  lab::Lab lab;
  lab::HttpSink sink;
  std::string config = (lab.folder() / "dialwatch.toml").string();
  std::string recording = (lab.folder() / "samples.ndjson").string();
  lab::Process daemon;

  Recorded() : daemon(Start()) {}

  lab::Process Start() {
    lab::Config settings;
    settings.webhook = sink.url();
    lab::WriteConfig(settings, lab.folder());
    return lab::StartDialwatch({"run", "-c", config, "--record", recording}, lab.folder());
  }
  lab::Output Replay(std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments{"replay", recording};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return lab::Dialwatch(arguments, lab.folder());
  }
};

}  // namespace

TEST_SUITE("e2e/replay") {
  TEST_CASE("a recording of a wrong copy and its healing") {
    Recorded watched;
    REQUIRE(
        WaitUntil(kSoon, [&] { return fs::exists(watched.recording) && fs::file_size(watched.recording) > 20'000; }));
    watched.lab.Poison(watched.lab.cloudflare, "d2.example.com");
    REQUIRE(WaitUntil(kSoon, [&] { return watched.sink.bodies().size() == 1; }));
    watched.lab.cloudflare.Flush("d2.example.com");
    REQUIRE(WaitUntil(kSoon, [&] { return watched.sink.bodies().size() == 2; }));
    watched.daemon.Signal(SIGTERM);
    REQUIRE(WaitUntil(kSoon, [&] { return !watched.daemon.running(); }));
    CHECK(fs::status(watched.recording).permissions() == (fs::perms::owner_read | fs::perms::owner_write));

    const lab::Output output = watched.Replay({"--json"});
    CHECK(output.exit == 1);
    const Json replay = Json::parse(output.out);
    REQUIRE(replay["incidents"].size() == 1);
    const Json& incident = replay["incidents"][0];
    CHECK(incident["cause"] == "dns-bogus");
    CHECK(incident["affected"] == Json::array({"d2"}));
    CHECK(incident["state"] == "resolved");
    Strings told;
    for (const Json& event : replay["timeline"]) {
      if (event["event"] == "message") told.push_back(event["text"]);
    }
    REQUIRE(told.size() == 2);
    CHECK(told[0].starts_with("CRITICAL: "));
    CHECK(Contains(told[0], "Seen from: office-east"));
    CHECK(told[1].starts_with("RESOLVED after "));
    const std::string id = incident["id"];  // the same second, or the one beside it
    CHECK(Contains(watched.sink.bodies()[0], id.substr(0, id.size() - 5)));

    const std::string patient = (watched.lab.folder() / "patient.toml").string();
    lab::Config settings;
    settings.wait = "10m";
    lab::WriteConfig(settings, watched.lab.folder());
    fs::rename(watched.config, patient);
    const lab::Output other = watched.Replay({"-c", patient});
    CHECK(other.exit == 0);
    CHECK(Contains(other.out, " gone "));
  }

  TEST_CASE("a recording that was moved away goes on in a new file, at the reload that logrotate asks for") {
    Recorded watched;
    REQUIRE(WaitUntil(kSoon, [&] { return fs::exists(watched.recording) && fs::file_size(watched.recording) > 9000; }));
    fs::rename(watched.recording, watched.recording + ".1");
    watched.daemon.Signal(SIGHUP);
    REQUIRE(WaitUntil(kSoon, [&] { return fs::exists(watched.recording) && fs::file_size(watched.recording) > 9000; }));
    CHECK(watched.daemon.End() == 0);
    for (const char* which : {".1", ""}) {
      const lab::Output output = lab::Dialwatch({"replay", watched.recording + which}, watched.lab.folder());
      CHECK(output.exit == 0);
      CHECK(output.out.starts_with("no incident: "));
    }
  }

  TEST_CASE("what cannot be replayed is told with its place, and is no success") {
    const lab::TemporaryFolder folder;
    const auto replay = [&](const std::string& text, std::vector<std::string> more = {}) {
      lab::WriteFile(folder.path() / "r", text);
      more.insert(more.begin(), {"replay", folder / "r"});
      return lab::Dialwatch(more, folder.path());
    };
    const std::string start = R"({"recording":{"version":1,"at":"2020-08-31T20:05:00Z","config":""}})"
                              "\n";
    const std::string sample = R"({"resolv_conf":{"at":"2020-08-31T20:05:00Z"}})"
                               "\n";
    lab::WriteFile(folder.path() / "c.toml", "");

    CHECK(lab::Dialwatch({"replay", folder / "none"}, folder.path()).exit == 2);
    const lab::Output bare = replay(sample);
    CHECK(bare.exit == 2);
    CHECK(Contains(bare.err, "r:1: error: no recording: its first line is {\"recording\":…}; or name settings by -c"));
    CHECK(replay(sample, {"-c", folder / "c.toml"}).exit == 3);
    const lab::Output odd = replay(start + "\n{\"dns\":7}\n");
    CHECK(odd.exit == 2);
    CHECK(Contains(odd.err, "r:3:8: error: '{' is due here"));
    const lab::Output cut = replay(start + sample + "{\"dns\":");
    CHECK(cut.exit == 3);
    CHECK(Contains(cut.err, "r:3: the last line has no end and is left out"));
    CHECK(Contains(cut.err, "nothing in "));
    CHECK(replay("").exit == 3);
    const lab::Output newer = replay(R"({"recording":{"version":2,"at":"2020-08-31T20:05:00Z","config":""}})"
                                     "\n");
    CHECK(newer.exit == 2);
    CHECK(Contains(newer.err, "r:1: error: a recording of version 2"));
    const std::string unknown = R"({"recording":{"version":1,"at":"2020-08-31T20:05:00Z","config":"x = 1"}})"
                                "\n";
    CHECK(replay(unknown).exit == 2);
    const lab::Output instead = replay(unknown + sample, {"-c", folder / "c.toml"});
    CHECK(instead.exit == 3);
    CHECK(Contains(instead.err, "r:1, its config:1:1: error:"));
    CHECK(Contains(instead.err, "; the settings named by -c count"));
  }
}
