#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <optional>

#include "tests/e2e/train.h"
#include "tests/lab/dialwatch.h"
#include "tests/lab/nft.h"

namespace lab = dialwatch::lab;
using namespace dialwatch::e2e;
using dialwatch::lab::kCounted;
using dialwatch::probes::RtpOutcome;
using dialwatch::probes::TrainSample;

// What a train sees when the kernel's own packet filter does harm to it.
namespace {

// `dialwatch reflector` behind rules for what comes in at port 9000 (`up`) and for what comes back (`down`).
class Filtered {
 public:
  Filtered(const std::string& up, const std::string& down) : reflector_(StartReflector(folder_.path(), kKey)) {
    lab::WriteFile(folder_.path() / "rules", fmt::format("table inet media {{\n"
                                                         "counter up {{ }}\ncounter down {{ }}\n"
                                                         "chain in {{ type filter hook input priority filter;\n"
                                                         "udp dport 9000 {}\nudp sport 9000 {}\n}}\n}}\n",
                                                         up, down));
    Nft({"-f", folder_.path() / "rules"});
  }
  ~Filtered() { lab::Run({"nft", "delete", "table", "inet", "media"}, folder_.path(), std::chrono::seconds(10)); }
  Filtered(const Filtered&) = delete;
  Filtered& operator=(const Filtered&) = delete;

  // How many packets met the rule with this counter.
  std::uint64_t Count(const std::string& counter) {
    return lab::PacketsIn(Nft({"list", "counter", "inet", "media", counter}));
  }

 private:
  std::string Nft(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "nft");
    const lab::Output output = lab::Run(std::move(arguments), folder_.path(), std::chrono::seconds(10));
    CAPTURE(output.err);
    REQUIRE(output.exit == 0);
    return output.out;
  }

  lab::TemporaryFolder folder_;
  lab::Process reflector_;
};

TrainSample Ask() {
  return SendTrain("127.0.0.1", kKey);
}

}  // namespace

TEST_SUITE("e2e/packet_filter") {
  TEST_CASE("loss agrees with the kernel's counters, in each direction") {
    if (lab::Missing("nft")) return;
    Filtered filtered(fmt::format("{} numgen inc mod 7 3 counter name up drop", kCounted),
                      fmt::format("{} numgen inc mod 5 2 counter name down drop", kCounted));
    const TrainSample sample = Ask();
    CHECK(filtered.Count("up") == 7);
    CHECK(sample.measures.up->lost == filtered.Count("up"));
    CHECK(sample.measures.down->lost == filtered.Count("down"));
    CHECK(sample.measures.round.lost == filtered.Count("up") + filtered.Count("down"));
    CHECK(sample.outcome == RtpOutcome::kDegraded);
  }

  TEST_CASE("a filter that closes one way is one way, one that closes all is a blackhole") {
    if (lab::Missing("nft")) return;
    const std::string drop_counted = fmt::format("{} drop", kCounted);
    const auto outcome_behind = [](const std::string& up, const std::string& down) {
      const Filtered filtered(up, down);
      return Ask().outcome;
    };
    CHECK(outcome_behind(drop_counted, "accept") == RtpOutcome::kOneWayDown);
    CHECK(outcome_behind("accept", drop_counted) == RtpOutcome::kOneWayUp);
    CHECK(outcome_behind("drop", "accept") == RtpOutcome::kBlackhole);
    CHECK(outcome_behind("accept", "drop") == RtpOutcome::kBlackhole);
    CHECK(outcome_behind("accept", "accept") == RtpOutcome::kOk);
  }

  TEST_CASE("a filter that rejects is heard") {
    if (lab::Missing("nft")) return;
    const Filtered filtered("reject with icmp type admin-prohibited", "accept");
    const TrainSample sample = Ask();
    CHECK(sample.outcome == RtpOutcome::kRefused);
    CHECK(sample.error == "No route to host");
  }
}
