#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/json.h"
#include "tests/e2e/scenario.h"
#include "tests/lab/nat.h"

// What the daemon says behind each kind of NAT, with real servers.
namespace dialwatch::e2e {
namespace {

using lab::NatKind;
using lab::NatLab;

constexpr std::chrono::seconds kMeasured(20);  // RFC 5780 needs silence to tell who is let in

// A daemon that asks two STUN servers; no resolver can be reached.
struct Office {
  explicit Office(const Strings& expect_mapped = {}) : daemon(Configured(expect_mapped)) { daemon.WaitReady(); }

  Strings StunFindings() const {
    Strings ids = FindingIds(StatusOf(daemon));
    std::erase_if(ids, [](const std::string& id) { return !id.starts_with("stun-"); });
    return ids;
  }

  // Waits until the findings are these and stay for two more rounds.
  bool Finds(const Strings& ids) const {
    const auto now = [&] { return StunFindings(); };
    bool found = WaitUntil(kMeasured, [&] { return now() == ids; });
    const double rounds = Rounds();
    found = found && WaitUntil(kSoon, [&] { return Rounds() >= rounds + 2; }) && now() == ids;
    if (!found) MESSAGE("the findings are " << fmt::format("{}", fmt::join(now(), " ")));
    return found;
  }

  std::string SeverityOf(const std::string& id) const {
    const Json status = StatusOf(daemon);
    for (const Json& finding : status["findings"]) {
      if (finding["id"] == id) return finding["severity"];
    }
    return "";
  }

  // Waits until the NAT is known to be like this.
  bool Knows(const char* mapping, const char* filtering) const {
    const auto series =
        fmt::format("dialwatch_nat_info{{server=\"one\",mapping=\"{}\",filtering=\"{}\"}}", mapping, filtering);
    return WaitUntil(kMeasured, [&] { return ValueOf(daemon, series) == 1; });
  }

  double Rounds() const { return ValueOf(daemon, "dialwatch_stun_rtt_seconds_count{server=\"two\"}"); }

  std::filesystem::path Configured(const Strings& expect_mapped) const {
    std::string expected;
    for (const std::string& address : expect_mapped) expected += fmt::format("\"{}\",", address);
    lab::WriteFile(
        folder / "dialwatch.toml",
        fmt::format(
            "[probing]\ninterval = \"1s\"\ntimeout = \"500ms\"\n[vantage]\nexpect_mapped = [{}]\n"
            "[state]\npath = \"\"\n[[dialer]]\nhost = \"d1.example.com\"\n[exporter]\nlisten = \"127.0.0.1:10355\"\n"
            "[[stun]]\nname = \"one\"\nuri = \"stun:{}\"\n[[stun]]\nname = \"two\"\nuri = \"stun:{}:3478\"\n",
            expected, NatLab::kServer, NatLab::kSecondServer));
    return folder.path();
  }

  testing::TemporaryFolder folder;
  lab::Daemon daemon;
};

}  // namespace

TEST_SUITE("e2e/nat_verdict") {
  TEST_CASE("without a NAT, and behind one that keeps its ports, there is nothing to tell") {
    const auto quiet = [](NatKind kind, const char* filtering) {
      lab::Behind(kind, "turnserver", [&](const NatLab& nat) {
        CAPTURE(std::string(filtering));
        const auto server = nat.ServeCoturn();
        const Office office;
        CHECK(office.Knows("endpoint-independent", filtering));
        CHECK(office.Finds({}));
      });
    };
    quiet(NatKind::kNone, "endpoint-independent");
    quiet(NatKind::kFullCone, "endpoint-independent");
    quiet(NatKind::kMasquerade, "address-and-port-dependent");
  }

  TEST_CASE("a symmetric NAT is told as one") {
    lab::Behind(NatKind::kSymmetric, "turnserver", [](const NatLab& nat) {
      const auto server = nat.ServeCoturn();
      const Office office({NatLab::kPublic});
      CHECK(office.Finds({"stun-nat-symmetric"}));
      CHECK(office.Knows("address-and-port-dependent", "address-and-port-dependent"));
      CHECK(office.Finds({"stun-nat-symmetric"}));
    });
  }

  TEST_CASE("a pool is told as one, and no server is called wrong") {
    lab::Behind(NatKind::kPooled, "turnserver", [](const NatLab& nat) {
      const auto server = nat.ServeCoturn();
      for (const Strings& expected : {Strings{}, Strings{NatLab::kPublic, NatLab::kSecondPublic}}) {
        CAPTURE(expected.size());
        const Office office(expected);
        CHECK(office.Finds({"stun-nat-pooled"}));
        CHECK(office.SeverityOf("stun-nat-pooled") == (expected.empty() ? "warning" : "info"));
      }
    });
  }

  TEST_CASE("traffic that leaves from a wrong address is unexpected, whichever server tells") {
    lab::Behind(NatKind::kWrongAddress, "turnserver", [](const NatLab& nat) {
      const auto server = nat.ServeCoturn();
      const Office office({NatLab::kPublic});
      CHECK(office.Finds({"stun-mapping-unexpected:one", "stun-mapping-unexpected:two"}));
    });
  }

  TEST_CASE("a NAT that forgets soon is told") {
    lab::Behind(NatKind::kMasquerade, "turnserver", [](const NatLab& nat) {
      const auto server = nat.ServeCoturn();
      nat.ForgetAfter(5);
      const Office office;
      CHECK(WaitUntil(std::chrono::seconds(60), [&] { return office.StunFindings() == Strings{"stun-nat-lifetime"}; }));
    });
  }
}

}  // namespace dialwatch::e2e
