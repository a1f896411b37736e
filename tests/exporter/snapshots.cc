#include "snapshots.h"

#include <utility>

namespace dialwatch::exporter {

using namespace std::chrono_literals;
using diagnosis::Finding;
using diagnosis::Incident;
using diagnosis::IncidentState;
using diagnosis::Judgement;
using diagnosis::Snapshot;
using diagnosis::Verdict;
using probes::Via;

base::Endpoint At(const std::string& address) {
  return *base::Endpoint::Parse(address, 53);
}

Via Resolver(const std::string& name, const std::string& address) {
  return {Via::Kind::kResolver, name, At(address)};
}

Via Authority(const std::string& address) {
  return {Via::Kind::kAuthority, "example.com", At(address)};
}

Judgement Judged(const std::string& dialer, const Via& via, const std::string& answer, std::uint32_t ttl,
                 Verdict verdict) {
  probes::DnsSample sample;
  sample.host = dialer + ".example.com";
  sample.via = via;
  sample.at = kNow;
  sample.outcome = probes::DnsOutcome::kAnswered;
  sample.rtt = 1500us;
  sample.sends = 1;
  sample.answers = {{sample.host, base::RecordType::kA, ttl, answer}};
  return {dialer, std::make_shared<const probes::DnsSample>(std::move(sample)), verdict, {}};
}

namespace {

std::shared_ptr<const config::Settings> TwoDialers() {
  config::Settings settings;
  settings.source = "/etc/dialwatch/dialwatch.toml";
  settings.dialers.resize(2);
  settings.dialers[0].name = "d1";
  settings.dialers[0].host = "d1.example.com";
  settings.dialers[0].labels = {{"account", "acme"}};
  settings.dialers[1].name = "d2";
  settings.dialers[1].host = "d2.example.com";
  for (auto& dialer : settings.dialers) dialer.ttl_max = 300s;
  return std::make_shared<const config::Settings>(std::move(settings));
}

probes::StunSample Mapped(const std::string& server, const std::string& mapped) {
  probes::StunSample sample;
  sample.server = server;
  sample.host = "stun." + server + ".example";
  sample.address = *base::Endpoint::Parse("192.0.2.80", 3478);
  sample.at = kNow;
  sample.outcome = probes::StunOutcome::kMapped;
  sample.mapped = *base::Endpoint::Parse(mapped, 0);
  sample.rtt = 20ms;
  return sample;
}

probes::TurnSample Relayed() {
  probes::TurnSample sample;
  sample.server = "relay";
  sample.uri = "turns:turn.example.com";
  sample.resolved_via = {"google"};
  sample.address = *base::Endpoint::Parse("192.0.2.210:5349", 0);
  sample.at = kNow;
  sample.outcome = probes::TurnOutcome::kRelayed;
  sample.step = probes::TurnStep::kRelease;
  sample.relayed = *base::Endpoint::Parse("198.51.100.20:50011", 0);
  sample.mapped = *base::Endpoint::Parse("203.0.113.10:40000", 0);
  sample.rtt = 20ms;
  sample.out = {20, 20};
  sample.back = {20, 19};
  sample.certificate_expires = kNow + 24h;
  return sample;
}

Finding Bogus() {
  Finding finding;
  finding.id = "dns-bogus:d1:google";
  finding.rule = "dns-bogus";
  finding.severity = config::Severity::kCritical;
  finding.subject.dialer = "d1";
  finding.subject.resolver = "google";
  finding.since = kNow - 60s;
  finding.summary = "google gives 203.0.113.66 for d1";
  finding.affected = {"d1"};
  finding.eta = kNow + 23h;
  return finding;
}

Incident Firing(const Finding& finding) {
  Incident incident;
  incident.id = "dns-bogus:google:20200831T130400Z";
  incident.key = "dns-bogus:google";
  incident.cause = finding.rule;
  incident.severity = finding.severity;
  incident.state = IncidentState::kFiring;
  incident.since = finding.since;
  incident.summary = finding.summary;
  incident.affected = finding.affected;
  incident.course = {{finding.since, finding.affected, {}}};
  incident.findings = {finding};
  incident.eta = finding.eta;
  return incident;
}

}  // namespace

Snapshot The2020Case() {
  Snapshot snapshot;
  snapshot.at = kNow;
  snapshot.settings = TwoDialers();
  const Via authority = Authority("192.0.2.53");
  const Via google = Resolver("google", "8.8.8.8");
  const Via quad9 = Resolver("quad9", "9.9.9.9");
  snapshot.judgements = {Judged("d1", authority, "198.51.100.11", 300, Verdict::kOk),
                         Judged("d1", google, "203.0.113.66", 82800, Verdict::kBogus),
                         Judged("d1", quad9, "198.51.100.11", 120, Verdict::kOk),
                         Judged("d2", authority, "198.51.100.12", 300, Verdict::kOk),
                         Judged("d2", google, "198.51.100.12", 17, Verdict::kOk)};
  snapshot.judgements[1].eta = kNow + 23h;
  snapshot.judgements[1].confirmed = true;
  snapshot.judgements[1].spread = {.copies = 2, .wrong = 7, .answers = 24, .until = {}};
  for (const auto& judgement : snapshot.judgements) {
    snapshot.picture.Add(*judgement.sample);
    snapshot.statistics.Add(*judgement.sample);
  }
  for (const auto& sample : {Mapped("telnyx", "203.0.113.10:40000"), Mapped("other", "203.0.113.10:40000")}) {
    snapshot.picture.Add(sample);
    snapshot.statistics.Add(sample);
  }
  snapshot.stun = JudgeStun(snapshot.picture, *snapshot.settings, JudgeMappings(snapshot.picture, *snapshot.settings));
  probes::NatSample nat;
  nat.server = "other";
  nat.mapping = probes::NatBehaviour::kEndpointIndependent;
  snapshot.stun[0].nat = std::make_shared<const probes::NatSample>(nat);
  snapshot.picture.Add(Relayed());
  snapshot.statistics.Add(Relayed());
  snapshot.findings = {Bogus()};
  snapshot.incidents = {Firing(snapshot.findings[0])};
  return snapshot;
}

SelfReport ReadySelf() {
  SelfReport self;
  self.version = "0.1.0";
  self.ready = true;
  self.last_reload_success = kNow - 1h;
  self.discovery_errors = 2;
  self.scheduler_lag_seconds = 0.25;
  self.samples_dropped = 3;
  self.deliveries["oncall"] = {.delivered = 7, .failed = {{"network", 2}}, .queued = 1, .oldest_pending = kNow - 90s};
  return self;
}

Sources FixedSources(std::shared_ptr<const Snapshot> snapshot, const SelfReport& self) {
  return {[snapshot = std::move(snapshot)] { return snapshot; }, [self] { return self; }};
}

}  // namespace dialwatch::exporter
