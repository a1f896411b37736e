#include "diagnosis/statistics.h"

#include <algorithm>
#include <chrono>
#include <set>

#include "base/lower.h"
#include "base/names.h"

namespace dialwatch::diagnosis {
namespace {

constexpr const char* kAuthority = "authority";

double Seconds(std::chrono::microseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

// A closed set, since it becomes a metric's label and the rcode is a stranger's choice.
std::string ResultOf(const probes::DnsSample& sample) {
  if (sample.outcome != probes::DnsOutcome::kAnswered) return std::string(base::NameOf(sample.outcome));
  if (sample.rcode < 0 || sample.rcode > probes::kRcodeRefused) return "other_rcode";
  return base::Lower(probes::FormatRcode(sample.rcode));
}

void Count(Statistics& statistics, const probes::DnsSample& sample) {
  const std::string via = sample.via.kind == probes::Via::Kind::kAuthority ? kAuthority : sample.via.name;
  statistics.forged += static_cast<std::uint64_t>(sample.forged);
  if (sample.purpose == probes::Purpose::kIdentity) return;  // a server may refuse to say who it is
  ++statistics.probes[{"dns", via, ResultOf(sample)}];
  if (sample.outcome != probes::DnsOutcome::kAnswered) return;
  statistics.dns_lookups[{via, std::string(base::NameOf(sample.transport))}].Observe(Seconds(sample.rtt));
}

void Count(Statistics& statistics, const probes::StunSample& sample) {
  ++statistics.probes[{"stun", sample.server, std::string(base::NameOf(sample.outcome))}];
  if (sample.rtt) statistics.stun_rtts[sample.server].Observe(Seconds(*sample.rtt));
}

void Count(Statistics&, const probes::NatSample&) {}  // seldom, and not about one exchange

void Count(Statistics& statistics, const probes::TurnSample& sample) {
  ++statistics.probes[{"turn", sample.server, std::string(base::NameOf(sample.outcome))}];
  if (sample.rtt) statistics.turn_rtts[sample.server].Observe(Seconds(*sample.rtt));
}

void Count(Statistics& statistics, const probes::TrainSample& sample) {
  const std::string& relay = sample.subject.relay;
  ++statistics.probes[{"rtp", relay.empty() ? sample.subject.dialer : "relay:" + relay,
                       std::string(base::NameOf(sample.outcome))}];
}

void Count(Statistics& statistics, const probes::EchoCallSample& sample) {
  const probes::CallSample& call = sample.call;
  ++statistics.probes[{"call", call.subject.dialer, std::string(base::NameOf(call.result.outcome))}];
}

void Count(Statistics& statistics, const probes::PortSample& sample) {
  ++statistics.probes[{"port", sample.subject.dialer, std::string(base::NameOf(sample.outcome))}];
}

void Count(Statistics&, const probes::ZoneSample&) {}  // its exchanges are counted one by one

void Count(Statistics& statistics, const probes::IceConfigSample& sample) {
  ++statistics
        .probes[{"ice_config", probes::ShownLocation(sample.location), std::string(base::NameOf(sample.outcome))}];
}

void Count(Statistics&, const probes::ResolvConfSample&) {}
void Count(Statistics&, const probes::StateSample&) {}  // no probe

}  // namespace

void Histogram::Observe(double seconds) {
  const auto bucket = std::lower_bound(kBounds.begin(), kBounds.end(), seconds) - kBounds.begin();
  ++counts_[static_cast<std::size_t>(bucket)];
  sum_ += seconds;
}

void Statistics::Add(const Sample& sample) {
  std::visit([this](const auto& seen) { Count(*this, seen); }, sample);
}

void Statistics::Retain(const config::Settings& settings) {
  std::set<std::pair<std::string, std::string>> known{{"dns", kAuthority}};  // (kind, via)
  for (const config::Resolver& resolver : settings.resolvers) known.emplace("dns", resolver.name);
  for (const config::Stun& server : settings.stun_servers) known.emplace("stun", server.name);
  for (const config::Turn& server : settings.turn_servers) known.emplace("turn", server.name);
  for (const config::Dialer& dialer : settings.dialers) {
    if (dialer.reflector_port != 0) known.emplace("rtp", dialer.name);
    if (dialer.rtp_port != 0) known.emplace("port", dialer.name);
  }
  for (const config::Call& call : settings.calls) known.emplace("call", call.dialer);
  for (const config::IceConfig& each : settings.ice_configs) {
    known.emplace("ice_config", probes::ShownLocation(each.location));
  }
  std::erase_if(probes, [&](const auto& each) {
    return !known.contains({std::get<0>(each.first), std::get<1>(each.first)});
  });
  std::erase_if(dns_lookups, [&](const auto& each) { return !known.contains({"dns", each.first.first}); });
  std::erase_if(stun_rtts, [&](const auto& each) { return !known.contains({"stun", each.first}); });
  std::erase_if(turn_rtts, [&](const auto& each) { return !known.contains({"turn", each.first}); });
}

}  // namespace dialwatch::diagnosis
