#include "probes/train_probe.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <set>

#include "tests/probes/dns/fake_server.h"
#include "tests/probes/train/far_end.h"
#include "tests/temporary_folder.h"

using namespace std::chrono_literals;

namespace dialwatch::probes {
namespace {

constexpr const char* kHost = "d1.example.com";
constexpr const char* kKeys = "7 BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n";

// A reflector as d1 at 127.0.0.1, and nobody at 127.0.0.2 and at ::1.
struct Bed {
  testing::TemporaryFolder folder;
  test::FarEnd far_end;
  EventLoop loop;
  std::shared_ptr<config::Settings> settings = std::make_shared<config::Settings>();
  std::vector<TrainSample> samples;
  std::optional<MediaMeans> means;
  std::optional<Asker> asker;
  std::list<RelayQueue> relays;
  std::optional<TrainProbe> probe;

  explicit Bed(const std::string& dialer = "d1") {
    settings->source = folder / "dialwatch.toml";
    settings->media.interval = 6s;
    settings->media.packets = 10;
    settings->media.spacing = 10ms;
    settings->media.key_file = "keys";
    settings->dialers = {config::AdHocDialer(kHost, *settings)};
    settings->dialers[0].name = dialer;
    settings->dialers[0].reflector_port = far_end.endpoint().port;
    WriteKeys(0600);
  }

  void WriteKeys(mode_t mode) {
    folder.Write("keys", kKeys);
    REQUIRE(chmod((folder / "keys").c_str(), mode) == 0);
  }

  void Learn(const std::string& resolver, const std::vector<std::string>& addresses) {
    Start();
    DnsSample sample;
    sample.host = kHost;
    sample.via = {Via::Kind::kResolver, resolver, *Endpoint::Parse("9.9.9.9", 53)};
    if (resolver == "authority") sample.via.kind = Via::Kind::kAuthority;
    sample.at = base::WallClockNow();
    sample.outcome = DnsOutcome::kAnswered;
    for (const std::string& address : addresses) sample.answers.push_back({kHost, RecordType::kA, 300, address});
    means->answers.Learn(sample);
  }

  void Start() {
    if (probe) return;
    means.emplace(loop, *settings);
    asker.emplace(loop, settings, [this](const Sample& sample) {
      if (const auto* echo = std::get_if<TrainSample>(&sample)) samples.push_back(*echo);
    });
    probe.emplace(*asker, *means, relays, settings->dialers[0]);
  }

  void Turn() {
    Start();
    samples.clear();
    bool done = false;
    probe->Start(Until(&done));
    REQUIRE(RunUntil(
        loop, [&] { return done; }, 10s));
  }

 private:
  static std::shared_ptr<const void> Until(bool* done) {
    return {static_cast<const void*>(done), [done](const void*) { *done = true; }};
  }
};

}  // namespace

TEST_SUITE("probes/train_probe") {
  TEST_CASE("a train goes to each address that anybody gives, once where it is echoed, three times where not") {
    Bed bed;
    bed.Learn("authority", {"127.0.0.1"});
    bed.Learn("quad9", {"127.0.0.1"});
    bed.Learn("google", {"127.0.0.2"});
    bed.Turn();
    REQUIRE(bed.samples.size() == 4);
    long good = 0;
    for (const TrainSample& sample : bed.samples) {
      CHECK(sample.subject.dialer == "d1");
      CHECK(sample.round == 1);
      if (sample.subject.address == bed.far_end.endpoint()) {
        ++good;
        CHECK(sample.outcome == RtpOutcome::kOk);
        CHECK(sample.echoed_by == "d1");
        CHECK(sample.subject.by_authority);
        CHECK(sample.subject.resolved_via == std::vector<std::string>{"quad9"});
        CHECK(sample.measures.round.sent == 10);
      } else {
        CHECK(sample.outcome == RtpOutcome::kRefused);
        CHECK(sample.subject.address.address.ToString() == "127.0.0.2");
        CHECK(sample.subject.resolved_via == std::vector<std::string>{"google"});
        CHECK_FALSE(sample.subject.by_authority);
      }
    }
    CHECK(good == 1);
    bed.Learn("google", {"127.0.0.1"});
    bed.Turn();
    REQUIRE(bed.samples.size() == 1);
    CHECK(bed.samples[0].round == 2);
    CHECK(bed.samples[0].subject.resolved_via == std::vector<std::string>{"google", "quad9"});
  }

  TEST_CASE("an address that stays silent has one train a turn, until it echoes") {
    Bed bed;
    bed.Learn("google", {"127.0.0.2"});
    bed.Turn();
    CHECK(bed.samples.size() == 3);
    for (int turn = 0; turn < 2; ++turn) {
      bed.Turn();
      CHECK(bed.samples.size() == 1);
    }
    const test::FarEnd there(*base::IpAddress::Parse("127.0.0.2"), "d2", bed.far_end.endpoint().port);
    bed.Turn();
    CHECK(bed.samples.size() == 1);
    bed.Turn();
    CHECK(bed.samples.size() == 3);  // it is another's, and that is looked at again
  }

  TEST_CASE("as many trains as fit into the interval, so that turns do not overlap") {
    Bed bed;
    bed.settings->media.interval = 4s;  // and a train takes 1.14 s
    bed.Learn("google", {"127.0.0.2"});
    bed.Turn();
    CHECK(bed.samples.size() == 2);
  }

  TEST_CASE("an echo in another name is looked at again") {
    Bed bed("d2");
    bed.Learn("google", {"127.0.0.1"});
    bed.Turn();
    CHECK(bed.samples.size() == 3);
    CHECK(bed.samples[2].echoed_by == "d1");
  }

  TEST_CASE("an address that turns up has a turn soon, but not again and again, and another turn ends with it") {
    Bed bed;
    bed.Start();
    bed.probe->Hurry();  // before the first turn there is no hurry
    bed.Learn("google", {"127.0.0.1"});
    bed.Turn();
    bed.samples.clear();
    bed.Learn("quad9", {"127.0.0.2"});
    bed.probe->Hurry();
    bed.probe->Hurry();
    REQUIRE(RunUntil(bed.loop, [&] { return bed.samples.size() == 2; }));
    bed.Turn();
    CHECK(bed.samples.size() == 2);  // the rest of those to 127.0.0.2
    for (const TrainSample& sample : bed.samples) CHECK(sample.round == 2);
  }

  TEST_CASE("without an address there is no sample") {
    Bed bed;
    bed.Turn();
    CHECK(bed.samples.empty());
  }

  TEST_CASE("keys that cannot be read are one sample a turn, and are read anew") {
    Bed bed;
    bed.WriteKeys(0644);
    bed.Learn("google", {"127.0.0.1"});
    bed.Turn();
    REQUIRE(bed.samples.size() == 1);
    CHECK(bed.samples[0].outcome == RtpOutcome::kNoKeys);
    CHECK(bed.samples[0].error.find("everybody may open it") != std::string::npos);
    bed.WriteKeys(0600);
    bed.Turn();
    REQUIRE(bed.samples.size() == 1);
    CHECK(bed.samples[0].outcome == RtpOutcome::kOk);
  }

  TEST_CASE("who watches is told each second what the train has seen until then") {
    Bed bed;
    bed.settings->media.packets = 110;
    std::vector<TrainSample> seen;
    bed.Learn("google", {"127.0.0.1"});
    bed.means->watch = [&](const TrainSample& train) { seen.push_back(train); };
    bed.Turn();
    CHECK(bed.samples.size() == 1);
    REQUIRE(!seen.empty());
    CHECK(seen[0].measures.round.sent > 50);
    CHECK(seen[0].measures.round.sent <= 110);
    CHECK(seen[0].measures.rtt);
  }
}

}  // namespace dialwatch::probes
