#include "exporter/metrics.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>
#include <string>

#include "exporter/text_format.h"
#include "tests/diagnosis/media/call_world.h"
#include "tests/exporter/child_process.h"
#include "tests/exporter/snapshots.h"

using namespace dialwatch;
using namespace dialwatch::exporter;
using namespace std::chrono_literals;

namespace {

std::string Scraped(const diagnosis::Snapshot& snapshot, const SelfReport& self = ReadySelf()) {
  return RenderText(CollectMetrics(&snapshot, self, kNow));
}

// The series of one family as they stand in the text, "" where it is not there.
std::string SeriesOf(const std::string& name, const std::string& text) {
  const std::string head = " dialwatch_" + name + " ";
  const std::size_t type = text.find("# TYPE" + head);
  if (type == std::string::npos) return "";
  const std::size_t begin = text.find('\n', type) + 1;
  return text.substr(begin, text.find("# HELP", begin) - begin);
}

}  // namespace

TEST_SUITE("exporter/metrics") {
  TEST_CASE("a family has a help text, a type and its series, without timestamps") {
    CHECK(Scraped(The2020Case())
              .find("# HELP dialwatch_dns_ttl_limit_seconds Highest TTL that the config allows.\n"
                    "# TYPE dialwatch_dns_ttl_limit_seconds gauge\n"
                    "dialwatch_dns_ttl_limit_seconds{dialer=\"d1\"} 300\n"
                    "dialwatch_dns_ttl_limit_seconds{dialer=\"d2\"} 300\n") != std::string::npos);
  }

  TEST_CASE("the wrong copy of 2020 shows at the one dialer and resolver, with the time it has left") {
    const std::string text = Scraped(The2020Case());
    CHECK(SeriesOf("dns_answer_matches", text) ==
          "dialwatch_dns_answer_matches{dialer=\"d1\",via=\"authority (192.0.2.53)\"} 1\n"
          "dialwatch_dns_answer_matches{dialer=\"d1\",via=\"google\"} 0\n"
          "dialwatch_dns_answer_matches{dialer=\"d1\",via=\"quad9\"} 1\n"
          "dialwatch_dns_answer_matches{dialer=\"d2\",via=\"authority (192.0.2.53)\"} 1\n"
          "dialwatch_dns_answer_matches{dialer=\"d2\",via=\"google\"} 1\n");
    CHECK(SeriesOf("dns_ttl_seconds", text) ==
          "dialwatch_dns_ttl_seconds{dialer=\"d1\",via=\"authority (192.0.2.53)\"} 300\n"
          "dialwatch_dns_ttl_seconds{dialer=\"d1\",via=\"google\"} 82800\n"
          "dialwatch_dns_ttl_seconds{dialer=\"d1\",via=\"quad9\"} 120\n"
          "dialwatch_dns_ttl_seconds{dialer=\"d2\",via=\"authority (192.0.2.53)\"} 300\n"
          "dialwatch_dns_ttl_seconds{dialer=\"d2\",via=\"google\"} 17\n");
    CHECK(SeriesOf("dns_copy_expires_seconds", text) ==
          "dialwatch_dns_copy_expires_seconds{dialer=\"d1\",resolver=\"google\"} 82800\n");
    CHECK(SeriesOf("finding", text) ==
          "dialwatch_finding{rule=\"dns-bogus\",subject=\"d1 google\",severity=\"critical\"} 1\n");
    CHECK(SeriesOf("incidents", text) == "dialwatch_incidents{cause=\"dns-bogus\"} 1\n");
  }

  TEST_CASE("the time that a wrong copy has left runs on between rounds, down to zero") {
    const auto snapshot = The2020Case();
    const auto at = [&](base::TimePoint now) {
      return SeriesOf("dns_copy_expires_seconds", RenderText(CollectMetrics(&snapshot, ReadySelf(), now)));
    };
    CHECK(at(kNow + 1500ms) == "dialwatch_dns_copy_expires_seconds{dialer=\"d1\",resolver=\"google\"} 82798.5\n");
    CHECK(at(kNow + 48h) == "");
  }

  TEST_CASE("probes are counted by kind, way and result, and have a last time") {
    const std::string text = Scraped(The2020Case());
    CHECK(SeriesOf("probes_total", text) ==
          "dialwatch_probes_total{kind=\"dns\",via=\"authority\",result=\"noerror\"} 2\n"
          "dialwatch_probes_total{kind=\"dns\",via=\"google\",result=\"noerror\"} 2\n"
          "dialwatch_probes_total{kind=\"dns\",via=\"quad9\",result=\"noerror\"} 1\n"
          "dialwatch_probes_total{kind=\"stun\",via=\"other\",result=\"mapped\"} 1\n"
          "dialwatch_probes_total{kind=\"stun\",via=\"telnyx\",result=\"mapped\"} 1\n"
          "dialwatch_probes_total{kind=\"turn\",via=\"relay\",result=\"relayed\"} 1\n");
    const std::string last = SeriesOf("last_probe_timestamp_seconds", text);
    CHECK(last.find("{kind=\"dns\",via=\"google\",dialer=\"d1\"} 1598879100\n") != std::string::npos);
    CHECK(last.find("{kind=\"stun\",via=\"telnyx\"} 1598879100\n") != std::string::npos);
  }

  TEST_CASE("an ICE config has the time of its last reading, under its location without the query") {
    auto snapshot = The2020Case();
    probes::IceConfigSample sample;
    sample.location = "https://phone.example.com/?pass=secret";
    sample.at = kNow;
    snapshot.picture.Add(sample);
    CHECK(SeriesOf("last_probe_timestamp_seconds", Scraped(snapshot))
              .find("{kind=\"ice_config\",via=\"https://phone.example.com/\"} 1598879100\n") != std::string::npos);
  }

  TEST_CASE("trains have a series for each that gives their address; the worst address counts, silence too") {
    auto snapshot = The2020Case();
    diagnosis::TrainSample lossy =
        diagnosis::Degraded(diagnosis::Echoes("d1", "198.51.100.11", {"google", "quad9"}, true));
    lossy.at = kNow;
    snapshot.picture.Add(lossy);
    snapshot.picture.Add(diagnosis::Silent(diagnosis::Echoes("d1", "203.0.113.66", {"google"})));
    const std::string text = Scraped(snapshot);
    CHECK(SeriesOf("rtp_loss_ratio", text) ==
          "dialwatch_rtp_loss_ratio{dialer=\"d1\",via=\"authority\",direction=\"up\"} 0.08\n"
          "dialwatch_rtp_loss_ratio{dialer=\"d1\",via=\"google\",direction=\"up\"} 1\n"
          "dialwatch_rtp_loss_ratio{dialer=\"d1\",via=\"quad9\",direction=\"up\"} 0.08\n"
          "dialwatch_rtp_loss_ratio{dialer=\"d1\",via=\"authority\",direction=\"down\"} 0\n"
          "dialwatch_rtp_loss_ratio{dialer=\"d1\",via=\"google\",direction=\"down\"} 1\n"
          "dialwatch_rtp_loss_ratio{dialer=\"d1\",via=\"quad9\",direction=\"down\"} 0\n");
    CHECK(SeriesOf("rtp_mos", text) ==
          "dialwatch_rtp_mos{dialer=\"d1\",via=\"authority\"} 3.2\n"
          "dialwatch_rtp_mos{dialer=\"d1\",via=\"google\"} 1\n"
          "dialwatch_rtp_mos{dialer=\"d1\",via=\"quad9\"} 3.2\n");
    CHECK(SeriesOf("rtp_rtt_seconds", text) ==
          "dialwatch_rtp_rtt_seconds{dialer=\"d1\",via=\"authority\"} 0.023\n"
          "dialwatch_rtp_rtt_seconds{dialer=\"d1\",via=\"google\"} 0.023\n"
          "dialwatch_rtp_rtt_seconds{dialer=\"d1\",via=\"quad9\"} 0.023\n");
    diagnosis::TrainSample relayed = diagnosis::Echoes("d1", "198.51.100.11", {"google"}, true);
    relayed.subject.relay = "relay";
    snapshot.picture.Add(relayed);
    CHECK(SeriesOf("rtp_mos", Scraped(snapshot)).find("dialwatch_rtp_mos{dialer=\"d1\",via=\"relay:relay\"} 4.36\n") !=
          std::string::npos);
    CHECK(SeriesOf("rtp_jitter_seconds", text).find("via=\"quad9\",direction=\"down\"} 0.0003\n") != std::string::npos);
    CHECK(SeriesOf("last_probe_timestamp_seconds", text).find("{kind=\"rtp\",via=\"d1\",dialer=\"d1\"} 1598879100\n") !=
          std::string::npos);
  }

  TEST_CASE("what a train lost who knows where counts in both directions") {
    auto snapshot = The2020Case();
    snapshot.picture.Add(diagnosis::ClosedInTheMiddle(diagnosis::Echoes("d1", "198.51.100.11", {"google"})));
    CHECK(SeriesOf("rtp_loss_ratio", Scraped(snapshot)) ==
          "dialwatch_rtp_loss_ratio{dialer=\"d1\",via=\"google\",direction=\"up\"} 0.4\n"
          "dialwatch_rtp_loss_ratio{dialer=\"d1\",via=\"google\",direction=\"down\"} 0.4\n");
  }

  TEST_CASE("calls are counted by outcome; their audio has series with via=call, of their own addresses only") {
    auto snapshot = The2020Case();
    snapshot.statistics = {};
    auto poor = diagnosis::Poor(diagnosis::Answers("d1", "198.51.100.11", {"quad9"}));
    poor.call.at = kNow;
    auto astray = diagnosis::Mute(diagnosis::Answers("d1", "203.0.113.66", {"google"}, false));
    astray.call.at = kNow;
    for (const auto& sample : {poor, astray, diagnosis::Silence("d2")}) {
      snapshot.picture.Add(sample);
      snapshot.statistics.Add(sample);
    }
    const std::string text = Scraped(snapshot);
    CHECK(SeriesOf("probes_total", text) ==
          "dialwatch_probes_total{kind=\"call\",via=\"d1\",result=\"completed\"} 2\n"
          "dialwatch_probes_total{kind=\"call\",via=\"d2\",result=\"silent\"} 1\n");
    CHECK(SeriesOf("rtp_loss_ratio", text) ==
          "dialwatch_rtp_loss_ratio{dialer=\"d1\",via=\"call\",direction=\"up\"} 0.08\n"
          "dialwatch_rtp_loss_ratio{dialer=\"d1\",via=\"call\",direction=\"down\"} 0.08\n");
    CHECK(SeriesOf("rtp_mos", text) == "dialwatch_rtp_mos{dialer=\"d1\",via=\"call\"} 3.2\n");
    CHECK(SeriesOf("call_answer_seconds", text) == "dialwatch_call_answer_seconds{dialer=\"d1\"} 0.12\n");
    CHECK(
        SeriesOf("last_probe_timestamp_seconds", text).find("{kind=\"call\",via=\"d1\",dialer=\"d1\"} 1598879100\n") !=
        std::string::npos);
  }

  TEST_CASE("an RTP port has a series for each that gives an address, with what came back from there") {
    auto snapshot = The2020Case();
    auto right = diagnosis::Says("d1", "198.51.100.11", {"quad9"}, diagnosis::PortOutcome::kRefused, true);
    right.at = kNow;
    snapshot.picture.Add(right);
    snapshot.picture.Add(diagnosis::Says("d1", "203.0.113.66", {"google"}, diagnosis::PortOutcome::kSilent));
    const std::string text = Scraped(snapshot);
    CHECK(SeriesOf("rtp_port_info", text) ==
          "dialwatch_rtp_port_info{dialer=\"d1\",via=\"authority\",outcome=\"refused\"} 1\n"
          "dialwatch_rtp_port_info{dialer=\"d1\",via=\"google\",outcome=\"silent\"} 1\n"
          "dialwatch_rtp_port_info{dialer=\"d1\",via=\"quad9\",outcome=\"refused\"} 1\n");
    CHECK(
        SeriesOf("last_probe_timestamp_seconds", text).find("{kind=\"port\",via=\"d1\",dialer=\"d1\"} 1598879100\n") !=
        std::string::npos);
  }

  TEST_CASE("histograms count each bucket with all below it") {
    auto snapshot = The2020Case();
    snapshot.statistics = {};
    auto& histogram = snapshot.statistics.stun_rtts["telnyx"];
    for (const double seconds : {0.0004, 0.02, 7.0}) histogram.Observe(seconds);
    CHECK(SeriesOf("stun_rtt_seconds", Scraped(snapshot)) ==
          "dialwatch_stun_rtt_seconds_count{server=\"telnyx\"} 3\n"
          "dialwatch_stun_rtt_seconds_sum{server=\"telnyx\"} 7.0204\n"
          "dialwatch_stun_rtt_seconds_bucket{server=\"telnyx\",le=\"0.0005\"} 1\n"
          "dialwatch_stun_rtt_seconds_bucket{server=\"telnyx\",le=\"0.001\"} 1\n"
          "dialwatch_stun_rtt_seconds_bucket{server=\"telnyx\",le=\"0.0025\"} 1\n"
          "dialwatch_stun_rtt_seconds_bucket{server=\"telnyx\",le=\"0.005\"} 1\n"
          "dialwatch_stun_rtt_seconds_bucket{server=\"telnyx\",le=\"0.01\"} 1\n"
          "dialwatch_stun_rtt_seconds_bucket{server=\"telnyx\",le=\"0.025\"} 2\n"
          "dialwatch_stun_rtt_seconds_bucket{server=\"telnyx\",le=\"0.05\"} 2\n"
          "dialwatch_stun_rtt_seconds_bucket{server=\"telnyx\",le=\"0.1\"} 2\n"
          "dialwatch_stun_rtt_seconds_bucket{server=\"telnyx\",le=\"0.25\"} 2\n"
          "dialwatch_stun_rtt_seconds_bucket{server=\"telnyx\",le=\"0.5\"} 2\n"
          "dialwatch_stun_rtt_seconds_bucket{server=\"telnyx\",le=\"1\"} 2\n"
          "dialwatch_stun_rtt_seconds_bucket{server=\"telnyx\",le=\"2.5\"} 2\n"
          "dialwatch_stun_rtt_seconds_bucket{server=\"telnyx\",le=\"5\"} 2\n"
          "dialwatch_stun_rtt_seconds_bucket{server=\"telnyx\",le=\"+Inf\"} 3\n");
  }

  TEST_CASE("a server's mapping matches where that of each of its addresses does") {
    auto snapshot = The2020Case();
    CHECK(SeriesOf("stun_mapping_matches", Scraped(snapshot)) ==
          "dialwatch_stun_mapping_matches{server=\"other\"} 1\n"
          "dialwatch_stun_mapping_matches{server=\"telnyx\"} 1\n");
    auto second = snapshot.stun[1];
    for (const auto verdict :
         {diagnosis::StunVerdict::kWrong, diagnosis::StunVerdict::kUnexpected, diagnosis::StunVerdict::kDiffers}) {
      second.verdict = verdict;
      for (const bool first : {true, false}) {
        auto wrong = snapshot;
        wrong.stun.insert(first ? wrong.stun.begin() : wrong.stun.end(), second);
        CHECK(SeriesOf("stun_mapping_matches", Scraped(wrong)) ==
              "dialwatch_stun_mapping_matches{server=\"other\"} 1\n"
              "dialwatch_stun_mapping_matches{server=\"telnyx\"} 0\n");
      }
    }
    for (auto& judgement : snapshot.stun) judgement.verdict = diagnosis::StunVerdict::kFailing;
    CHECK(SeriesOf("stun_mapping_matches", Scraped(snapshot)) == "");
  }

  TEST_CASE("what the NAT is like is told where it was measured, each behaviour once") {
    auto snapshot = The2020Case();
    snapshot.stun.push_back(snapshot.stun[0]);
    CHECK(SeriesOf("nat_info", Scraped(snapshot)) ==
          "dialwatch_nat_info{server=\"other\",mapping=\"endpoint-independent\",filtering=\"not-measurable\"} 1\n");
  }

  TEST_CASE("a relay has its loss each way, its round trip and the end of its certificate") {
    const std::string text = Scraped(The2020Case());
    CHECK(SeriesOf("turn_loss_ratio", text) ==
          "dialwatch_turn_loss_ratio{server=\"relay\",direction=\"out\"} 0\n"
          "dialwatch_turn_loss_ratio{server=\"relay\",direction=\"back\"} 0.05\n");
    CHECK(SeriesOf("turn_certificate_expiry_timestamp_seconds", text) ==
          "dialwatch_turn_certificate_expiry_timestamp_seconds{server=\"relay\"} 1598965500\n");
    CHECK(SeriesOf("turn_rtt_seconds", text).starts_with("dialwatch_turn_rtt_seconds_count{server=\"relay\"} 1\n"));
  }

  TEST_CASE("what discovery cannot read is counted, and 0 is told only where there is discovery") {
    SelfReport self = ReadySelf();
    const auto errors = [&] { return SeriesOf("discovery_errors", RenderText(CollectMetrics(nullptr, self, kNow))); };
    CHECK(errors() == "dialwatch_discovery_errors 2\n");
    self.discovery_errors = 0;
    CHECK(errors() == "dialwatch_discovery_errors 0\n");
    self.discovery_errors.reset();
    CHECK(errors() == "");
  }

  TEST_CASE("the state of a dialer is a word, and one series") {
    auto snapshot = The2020Case();
    diagnosis::Incident incident;
    incident.state = diagnosis::IncidentState::kFiring;
    incident.severity = config::Severity::kCritical;
    incident.course = {{kNow, {"d2"}, {}}};
    snapshot.incidents = {incident};
    CHECK(SeriesOf("dialer_state", Scraped(snapshot)) ==
          "dialwatch_dialer_state{dialer=\"d1\",state=\"ok\"} "
          "1\ndialwatch_dialer_state{dialer=\"d2\",state=\"failing\"} 1\n");
  }

  TEST_CASE("the config's labels of a dialer become label names that Prometheus takes") {
    auto snapshot = The2020Case();
    auto settings = *snapshot.settings;
    settings.dialers.resize(1);
    settings.dialers[0].labels = {{"account", "acme"}, {"site-id", "a\"b\\c"}, {"7", "x"},
                                  {"__name__", "x"},   {"host", "mine"},       {"", "x"}};
    snapshot.settings = std::make_shared<const config::Settings>(settings);
    CHECK(SeriesOf("dialer_info", Scraped(snapshot)) ==
          "dialwatch_dialer_info{account=\"acme\",dialer=\"d1\",host=\"d1.example.com\",label_=\"x\",label_7=\"x\","
          "label___name__=\"x\",site_id=\"a\\\"b\\\\c\"} 1\n");
  }

  TEST_CASE("only incidents that fire are counted, as only those are told") {
    auto snapshot = The2020Case();
    snapshot.incidents[0].state = diagnosis::IncidentState::kPending;
    CHECK(SeriesOf("incidents", Scraped(snapshot)) == "");
    snapshot.incidents[0].state = diagnosis::IncidentState::kResolved;
    CHECK(SeriesOf("incidents", Scraped(snapshot)) == "");
  }

  TEST_CASE("one rule that says the same of A and AAAA gives one series") {
    auto snapshot = The2020Case();
    snapshot.findings.push_back(snapshot.findings[0]);
    CHECK(SeriesOf("finding", Scraped(snapshot)) ==
          "dialwatch_finding{rule=\"dns-bogus\",subject=\"d1 google\",severity=\"critical\"} 1\n");
  }

  TEST_CASE("before the first snapshot the process still speaks of itself") {
    CHECK(RenderText(CollectMetrics(nullptr, ReadySelf(), kNow)) ==
          "# HELP dialwatch_build_info Always 1; its label tells the version that runs.\n"
          "# TYPE dialwatch_build_info gauge\n"
          "dialwatch_build_info{version=\"0.1.0\"} 1\n"
          "# HELP dialwatch_forged_datagrams_total Datagrams received that matched no query of ours.\n"
          "# TYPE dialwatch_forged_datagrams_total counter\n"
          "dialwatch_forged_datagrams_total 0\n"
          "# HELP dialwatch_config_last_reload_successful Whether the config was taken over when it was last read.\n"
          "# TYPE dialwatch_config_last_reload_successful gauge\n"
          "dialwatch_config_last_reload_successful 1\n"
          "# HELP dialwatch_config_last_reload_success_timestamp_seconds When a config was last taken over, as Unix "
          "time.\n"
          "# TYPE dialwatch_config_last_reload_success_timestamp_seconds gauge\n"
          "dialwatch_config_last_reload_success_timestamp_seconds 1598875500\n"
          "# HELP dialwatch_discovery_errors Files and zones of [[discovery]] that could not be read at the last look; "
          "what they held stays.\n"
          "# TYPE dialwatch_discovery_errors gauge\n"
          "dialwatch_discovery_errors 2\n"
          "# HELP dialwatch_notifications_total Messages delivered.\n"
          "# TYPE dialwatch_notifications_total counter\n"
          "dialwatch_notifications_total{receiver=\"oncall\"} 7\n"
          "# HELP dialwatch_notifications_failed_total Attempts to deliver a message that failed.\n"
          "# TYPE dialwatch_notifications_failed_total counter\n"
          "dialwatch_notifications_failed_total{receiver=\"oncall\",reason=\"network\"} 2\n"
          "# HELP dialwatch_notification_queue_length Messages that wait for delivery.\n"
          "# TYPE dialwatch_notification_queue_length gauge\n"
          "dialwatch_notification_queue_length{receiver=\"oncall\"} 1\n"
          "# HELP dialwatch_notification_oldest_pending_seconds Age of the oldest message that waits for delivery.\n"
          "# TYPE dialwatch_notification_oldest_pending_seconds gauge\n"
          "dialwatch_notification_oldest_pending_seconds{receiver=\"oncall\"} 90\n"
          "# HELP dialwatch_scheduler_lag_seconds How late the latest probe started.\n"
          "# TYPE dialwatch_scheduler_lag_seconds gauge\n"
          "dialwatch_scheduler_lag_seconds 0.25\n"
          "# HELP dialwatch_samples_dropped_total Samples lost because the diagnosis did not keep up.\n"
          "# TYPE dialwatch_samples_dropped_total counter\n"
          "dialwatch_samples_dropped_total 3\n"
          "# HELP dialwatch_state_degraded Whether the database cannot be written, so that a restart would forget.\n"
          "# TYPE dialwatch_state_degraded gauge\n"
          "dialwatch_state_degraded 0\n"
          "# HELP dialwatch_state_rows_dropped_total Samples and other rows that the database did not take in time.\n"
          "# TYPE dialwatch_state_rows_dropped_total counter\n"
          "dialwatch_state_rows_dropped_total 0\n");
  }

  TEST_CASE("all families together hold no series twice and please promtool") {
    auto snapshot = The2020Case();
    snapshot.picture.Add(diagnosis::Echoes("d1", "198.51.100.11", {"quad9"}));
    snapshot.picture.Add(diagnosis::Answers("d1"));
    snapshot.picture.Add(diagnosis::Says("d1", "198.51.100.11", {"quad9"}, diagnosis::PortOutcome::kRefused));
    const std::string text = Scraped(snapshot);
    std::set<std::string> seen;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      CHECK_MESSAGE(seen.insert(line.substr(0, line.rfind(' '))).second, line);
    }
    for (const FamilyEntry& family : Families()) {
      CHECK_MESSAGE(SeriesOf(std::string(family.name), text) != "", family.name);
    }

    const auto promtool = FindProgram("promtool");
    if (!promtool) {
      fmt::print(
          "SKIPPED: promtool is not installed (Debian package prometheus): metric names and helps are not linted\n");
      return;
    }
    const TemporaryFolder folder;
    const std::string input = folder.Write("metrics", text);
    ChildProcess lint({*promtool, "check", "metrics"}, input, folder / "output");
    CHECK(lint.Wait() == 0);
    CHECK(folder.Read("output") == "");
  }
}
