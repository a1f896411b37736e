#include <doctest/doctest.h>
#include <fmt/format.h>

#include "probes/rtp/judgement.h"
#include "tests/e2e/train.h"
#include "tests/lab/nat.h"
#include "tests/lab/nft.h"

// What a train sees through each kind of NAT: it goes to the reflector and back through a router of the kernel.
namespace dialwatch::e2e {
namespace {

using lab::kCounted;
using lab::NatKind;
using lab::NatLab;
using probes::RtpOutcome;
using probes::TrainSample;
using namespace std::chrono_literals;

// A reflector in the network of the servers, and a router with these rules for what is sent to it and comes back.
class Way {
 public:
  Way(const NatLab& nat, const std::string& up, const std::string& down)
      : nat_(nat), reflector_(nat.Start(Command(), "reflector")) {
    REQUIRE(Says(reflector_, "reflecting as d1"));
    nat.Filter(fmt::format("udp dport 9000 {}\nudp sport 9000 {}", up, down));
  }

  TrainSample Ask(const std::function<void(probes::TrainPlan&)>& change = {}) const {
    return SendTrain(NatLab::kServer, kKey, change);
  }
  std::uint64_t up() const { return nat_.Count("up"); }
  std::uint64_t down() const { return nat_.Count("down"); }

 private:
  std::vector<std::string> Command() const {
    WriteKeys(folder_ / "keys", kKey);
    return lab::DialwatchCommand(ReflectorArguments(folder_ / "keys"));
  }

  const NatLab& nat_;
  lab::TemporaryFolder folder_;
  lab::Process reflector_;
};

std::string Counted(const std::string& rule) {
  return fmt::format("{} {}", kCounted, rule);
}

}  // namespace

TEST_SUITE("e2e/nat_media") {
  TEST_CASE("audio flows through every kind of NAT, since replies come to the socket that has sent") {
    for (const NatKind kind : {NatKind::kNone, NatKind::kFullCone, NatKind::kMasquerade, NatKind::kSymmetric,
                               NatKind::kPooled, NatKind::kWrongAddress}) {
      CAPTURE(static_cast<int>(kind));
      lab::Behind(kind, "ip", [](const NatLab& nat) {
        const Way way(nat, Counted("counter name up"), Counted("counter name down"));
        const TrainSample sample = way.Ask();
        CHECK(sample.outcome == RtpOutcome::kOk);
        CHECK(sample.echoed_by == "d1");
        CHECK(sample.local.address.ToString() == NatLab::kHere);
        CHECK(way.up() == 50);
        CHECK(way.down() == 50);
        CHECK(sample.measures.round.sent == 50);
        CHECK(sample.measures.round.lost == 0);
      });
    }
  }

  TEST_CASE("loss behind a NAT agrees with the router's counters, in each direction") {
    for (const NatKind kind : {NatKind::kFullCone, NatKind::kSymmetric}) {
      CAPTURE(static_cast<int>(kind));
      lab::Behind(kind, "ip", [](const NatLab& nat) {
        const Way way(nat, Counted("numgen inc mod 7 3 counter name up drop"),
                      Counted("numgen inc mod 5 2 counter name down drop"));
        const TrainSample sample = way.Ask();
        CHECK(way.up() == 7);
        CHECK(sample.measures.up->lost == way.up());
        CHECK(sample.measures.down->lost == way.down());
        CHECK(sample.measures.round.lost == way.up() + way.down());
        CHECK(sample.outcome == RtpOutcome::kDegraded);
      });
    }
  }

  TEST_CASE("a firewall beside the NAT that closes one way is one way, and all that it drops is lost there") {
    lab::Behind(NatKind::kSymmetric, "ip", [](const NatLab& nat) {
      const Way way(nat, Counted("counter name up drop"), "accept");
      const TrainSample sample = way.Ask();
      CHECK(sample.outcome == RtpOutcome::kOneWayDown);
      CHECK(way.up() == 50);
      CHECK(sample.measures.up->lost == way.up());
      CHECK(sample.measures.down->sent == 0);
    });
    lab::Behind(NatKind::kSymmetric, "ip", [](const NatLab& nat) {
      const Way way(nat, "accept", Counted("counter name down drop"));
      const TrainSample sample = way.Ask();
      CHECK(sample.outcome == RtpOutcome::kOneWayUp);
      CHECK(way.down() == 50);
      CHECK(sample.measures.down->lost == way.down());
      CHECK(sample.measures.up->lost == 0);
    });
  }

  // From its 35th packet on, which is the 31st that counts, nothing of the connection comes in any more.
  TEST_CASE("a mapping that closes in the middle is bad audio; which way is closed nobody can tell from here") {
    lab::Behind(NatKind::kMasquerade, "ip", [](const NatLab& nat) {
      constexpr auto kClosed = "ct original packets > 34";
      const Way way(nat, "accept",
                    fmt::format("{} {} counter name down drop\nudp sport 9000 {} drop", kClosed, kCounted, kClosed));
      const TrainSample sample = way.Ask();
      CHECK(way.down() >= 20);  // and a reply that was under way
      CHECK(sample.measures.round.sent == 50);
      CHECK(sample.measures.round.lost == way.down());
      CHECK_FALSE(KnowsWays(sample.measures));
      CHECK(sample.measures.up->lost == 0);
      CHECK(sample.outcome == RtpOutcome::kDegraded);
      REQUIRE(sample.quality);
      CHECK(sample.quality->mos < 2);
    });
  }

  TEST_CASE("a NAT that forgets a mapping between two packets, and gives each another port, costs nothing") {
    lab::Behind(NatKind::kSymmetric, "ip", [](const NatLab& nat) {
      nat.ForgetAfter(1);
      const Way way(nat, "ct state new counter name up", Counted("counter name down"));
      const TrainSample sample = way.Ask([](probes::TrainPlan& plan) {
        plan.packets = 3;
        plan.spacing = 1500ms;
      });
      CHECK(way.up() == 7);  // the four of the warm-up, too
      CHECK(way.down() == 3);
      CHECK(sample.measures.round.lost == 0);
      CHECK(sample.echoed_by == "d1");
    });
  }
}

}  // namespace dialwatch::e2e
