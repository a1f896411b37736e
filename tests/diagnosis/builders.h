#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "diagnosis/rules.h"

// Samples and situations in a few words, on a clock of the test's own.
namespace dialwatch::diagnosis {

using std::chrono::seconds;
using namespace std::chrono_literals;

// Monday, the day of the incident, when its cause was found.
inline const TimePoint kMonday{std::chrono::sys_days{std::chrono::year{2020} / 8 / 31} + 20h + 5min};

inline probes::Via ViaResolver(const std::string& name, const std::string& address = "") {
  const std::string usual = name == "google" ? "8.8.8.8" : name == "cloudflare" ? "1.1.1.1" : "9.9.9.9";
  return {probes::Via::Kind::kResolver, name, *base::Endpoint::Parse(address.empty() ? usual : address, 53)};
}

inline probes::Via ViaAuthority(const std::string& address = "192.0.2.53", const std::string& zone = "example.com") {
  return {probes::Via::Kind::kAuthority, zone, *base::Endpoint::Parse(address, 53)};
}

inline const probes::Via kQuad9 = ViaResolver("quad9"), kCloudflare = ViaResolver("cloudflare"),
                         kGoogle = ViaResolver("google"), kAuthority = ViaAuthority();

inline DnsSample Reply(const probes::Via& via, const std::string& host, int rcode = 0) {
  DnsSample sample;
  sample.host = host + ".example.com";
  sample.via = via;
  sample.outcome = probes::DnsOutcome::kAnswered;
  sample.rtt = 12ms;
  sample.sends = 1;
  sample.rcode = rcode;
  sample.aa = via.kind == probes::Via::Kind::kAuthority;
  sample.ra = !sample.aa;
  return sample;
}

inline DnsSample Gives(const probes::Via& via, const std::string& host, const std::vector<std::string>& addresses,
                       seconds ttl = 300s, RecordType type = RecordType::kA) {
  DnsSample sample = Reply(via, host);
  sample.type = type;
  for (const std::string& address : addresses) {
    sample.answers.push_back({sample.host, type, static_cast<std::uint32_t>(ttl.count()), address});
  }
  return sample;
}

inline DnsSample Denies(const probes::Via& via, const std::string& host, int rcode = probes::kRcodeNxDomain,
                        seconds ttl = 60s) {
  DnsSample sample = Reply(via, host, rcode);
  sample.authority = {{"example.com", RecordType::kSoa, static_cast<std::uint32_t>(ttl.count()), "\\# 0"}};
  return sample;
}

inline DnsSample Silence(const probes::Via& via, const std::string& host,
                         probes::DnsOutcome outcome = probes::DnsOutcome::kTimeout) {
  DnsSample sample = Reply(via, host);
  sample.outcome = outcome;
  return sample;
}

// telnyx is at 192.0.2.200, twilio and the others each at an address of its own.
inline base::Endpoint StunAddress(const std::string& server) {
  const int last = server == "telnyx" ? 200 : server == "twilio" ? 201 : 203 + server.front() - 'a';
  return *base::Endpoint::Parse("192.0.2." + std::to_string(last), 3478);
}

inline StunSample Maps(const std::string& server, std::uint64_t round, const std::string& mapped) {
  StunSample sample;
  sample.server = server;
  sample.host = "stun." + server + ".com";
  sample.address = StunAddress(server);
  sample.round = round;
  sample.outcome = probes::StunOutcome::kMapped;
  sample.mapped = *base::Endpoint::Parse(mapped, 40000);
  sample.rtt = 20ms;
  sample.sends = 1;
  return sample;
}

inline StunSample StunFails(const std::string& server, std::uint64_t round,
                            probes::StunOutcome outcome = probes::StunOutcome::kTimeout) {
  StunSample sample = Maps(server, round, "0.0.0.0");
  sample.outcome = outcome;
  sample.mapped.reset();
  sample.rtt.reset();
  return sample;
}

// The same from another address of the server, to which these resolvers lead.
inline StunSample At(StunSample sample, const std::string& address, std::vector<std::string> resolvers = {}) {
  sample.address = *base::Endpoint::Parse(address, 3478);
  sample.resolved_via = std::move(resolvers);
  return sample;
}

inline probes::NatSample Measures(const std::string& server, probes::NatBehaviour mapping,
                                  probes::NatBehaviour filtering = probes::NatBehaviour::kAddressAndPortDependent) {
  probes::NatSample sample;
  sample.server = server;
  sample.address = StunAddress(server);
  sample.mapping = mapping;
  sample.filtering = filtering;
  return sample;
}

// Dialers d1, d2, … of example.com; quad9, cloudflare and google; no STUN server; a round every 30 s.
inline Settings SettingsOf(int dialers = 1) {
  Settings settings;
  for (const auto& via : {kQuad9, kCloudflare, kGoogle}) {
    settings.resolvers.push_back({.name = via.name, .operator_name = via.name, .addresses = {via.server}});
  }
  for (int i = 1; i <= dialers; ++i) {
    const std::string name = "d" + std::to_string(i);
    settings.dialers.push_back(
        {.name = name, .host = name + ".example.com", .expect = {}, .ttl_max = 300s, .labels = {}});
  }
  return settings;
}

inline void Expect(config::Dialer& dialer, const std::vector<std::string>& networks,
                   config::ExpectMode mode = config::ExpectMode::kExact) {
  for (const std::string& network : networks) dialer.expect.push_back(*base::IpPrefix::Parse(network));
  dialer.expect_mode = mode;
}

inline void AddStun(Settings& settings, const std::vector<std::string>& servers) {
  for (const std::string& server : servers) {
    settings.stun_servers.push_back({.name = server, .uri = {.host = "stun." + server + ".com"}});
  }
}

// The same exchange once more in the same turn, as the prober has it where something looks wrong.
inline DnsSample Again(DnsSample sample) {
  sample.purpose = probes::Purpose::kConfirm;
  return sample;
}

// A picture with its settings and its clock. What is added happens now.
struct World {
  Settings settings = SettingsOf();
  Picture picture;
  TimePoint now = kMonday;

  void Add(DnsSample sample) {
    sample.at = now;
    picture.Add(std::move(sample));
  }
  void Add(StunSample sample) {
    sample.at = now;
    picture.Add(std::move(sample));
  }
  void Add(probes::NatSample sample) {
    sample.at = now;
    picture.Add(std::move(sample));
  }
  // What each server says when it is asked in its turn, and says again when it is asked once more.
  template <typename... Samples>
  void Round(const Samples&... samples) {
    (AddTwice(samples), ...);
  }
  void AddTwice(const DnsSample& sample) {
    Add(sample);
    Add(Again(sample));
  }
  void AddTwice(const StunSample& sample) { Add(sample); }
  std::vector<Judgement> Judgements() const { return Judge(picture, settings); }
  std::vector<Finding> Findings() const {
    const auto judgements = Judgements();
    const auto mappings = JudgeMappings(picture, settings);
    return RunRules({picture, settings, judgements, mappings, now});
  }
  std::vector<std::string> Ids() const {
    std::vector<std::string> ids;
    for (const Finding& finding : Findings()) ids.push_back(finding.id);
    return ids;
  }
  const Finding* Find(const std::string& id) {
    found = Findings();
    const auto finding = std::find_if(found.begin(), found.end(), [&](const Finding& each) { return each.id == id; });
    return finding == found.end() ? nullptr : &*finding;
  }
  std::vector<Finding> found;  // by Find
  Verdict VerdictOf(const probes::Via& via) const {
    for (const Judgement& judgement : Judgements()) {
      if (judgement.sample->via == via) return judgement.verdict;
    }
    return Verdict::kUnknown;
  }
};

// A row without what it is weighed by.
inline EvidenceRow Shown(EvidenceRow row) {
  row.stance = Stance::kNone;
  row.via.reset();
  return row;
}

using Ids = std::vector<std::string>;

}  // namespace dialwatch::diagnosis
