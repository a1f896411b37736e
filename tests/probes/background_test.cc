#include "probes/background.h"

#include <doctest/doctest.h>

#include <atomic>

#include "probes/prober.h"
#include "probes/sweep.h"
#include "tests/temporary_folder.h"

using namespace dialwatch;
using namespace dialwatch::probes;
using namespace std::chrono_literals;

namespace {

// A config beside a file that names one server, and a target for that.
std::shared_ptr<config::Settings> WithFile(const testing::TemporaryFolder& folder) {
  folder.Write("phones.txt", "stun:a.example.com");
  auto settings = std::make_shared<config::Settings>();
  settings->source = folder / "dialwatch.toml";
  settings->ice_configs = {{config::IceConfig::Kind::kFile, "phones.txt"}};
  return settings;
}

}  // namespace

TEST_SUITE("probes/background") {
  TEST_CASE("work is done beside the loop, and told on it") {
    EventLoop loop;
    Background background(loop);
    const auto self = std::this_thread::get_id();
    int told = 0;
    for (int i = 0; i < 3; ++i) {
      background.Run(
          [self](const std::stop_token&) {
            CHECK(std::this_thread::get_id() != self);
            return Sample(ResolvConfSample{});
          },
          [&](const Sample&) {
            CHECK(std::this_thread::get_id() == self);
            if (++told == 3) loop.Stop();
          });
    }
    loop.Run();
    CHECK(told == 3);
  }

  TEST_CASE("its end stops what is under way and tells nothing of it") {
    EventLoop loop;
    std::atomic<bool> stopped = false;
    const auto held = std::make_shared<int>();
    {
      Background background(loop);
      background.Run(
          [&](const std::stop_token& stop) {
            while (!stop.stop_requested()) std::this_thread::sleep_for(1ms);
            stopped = true;
            return Sample(ResolvConfSample{});
          },
          [held](const Sample&) { FAIL("told"); });
    }
    CHECK(stopped);
    CHECK(held.use_count() == 1);
    loop.Post([&] { loop.Stop(); });
    loop.Run();
  }

  TEST_CASE("a location is read in one turn, which then ends") {
    const testing::TemporaryFolder folder;
    const auto settings = WithFile(folder);
    EventLoop loop;
    std::vector<Sample> samples;
    Prober prober(loop, settings, [&](Sample sample) { samples.push_back(std::move(sample)); });
    prober.Probe(IceConfigTarget{settings->ice_configs[0]}, [&] { loop.Stop(); });
    loop.Run();
    REQUIRE(samples.size() == 1);
    const auto& sample = std::get<IceConfigSample>(samples[0]);
    CHECK(sample.outcome == IceConfigOutcome::kRead);
    REQUIRE(sample.servers.size() == 1);
    CHECK(sample.servers[0].server.uri->host == "a.example.com");
  }

  TEST_CASE("a sweep of several rounds reads it once") {
    const testing::TemporaryFolder folder;
    const auto settings = WithFile(folder);
    int samples = 0;
    Sweep(settings, TargetsOf(*settings), 3, 1ms, [&](const Sample&) { ++samples; });
    CHECK(samples == 1);
  }
}
