#include "daemon/novelty.h"

#include <algorithm>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "diagnosis/dns/answer.h"

namespace dialwatch::daemon {
namespace {

using probes::DnsRecord, probes::DnsSample, probes::TrainSample, probes::Purpose, probes::StunSample,
    probes::TurnSample, probes::ZoneSample;

// What is mixed so that neighbours come out far apart (splitmix64).
std::uint64_t Mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

std::uint64_t Hash(const std::string& text) {
  return std::hash<std::string>{}(text);
}
std::uint64_t Hash(const base::Endpoint& endpoint) {
  std::uint64_t hash = endpoint.port;
  for (std::size_t i = 0; i < endpoint.address.size(); ++i) hash = hash * 257 + endpoint.address.octets()[i];
  return hash;
}
template <typename T>
requires std::is_arithmetic_v<T> || std::is_enum_v<T> std::uint64_t Hash(T value) {
  return static_cast<std::uint64_t>(value);
}

template <typename... Parts>
std::uint64_t Join(const Parts&... parts) {
  std::uint64_t hash = 0;
  ((hash = Mix(hash ^ Hash(parts))), ...);
  return hash;
}

// Resolvers turn the order of records, so that it tells nothing; nor do their TTLs, which count down.
std::uint64_t Sum(const std::vector<DnsRecord>& records, bool with_ttl = false) {
  std::uint64_t sum = 0;
  for (const DnsRecord& record : records) {
    sum += Join(record.type, record.owner, record.data, with_ttl ? record.ttl : 0);
  }
  return sum;
}

// Who says it, of what; and what, zero where there is no answer.
struct Statement {
  std::uint64_t series = 0, said = 0;
  bool may_alternate = false;  // as the caches behind one address do, whose copies are remembered
};

constexpr std::uint64_t kFailed = 0;
constexpr int kOutage = 3;  // failures running

Statement StatementOf(const DnsSample& sample) {
  const bool authority = sample.via.kind == probes::Via::Kind::kAuthority;
  const auto who = Join(sample.purpose, sample.via.kind, sample.via.name, sample.via.server, sample.type);
  if (sample.purpose == Purpose::kControl) {  // each has a name of its own
    const auto answer = sample.answers.empty() ? std::string() : sample.answers.front().data;
    return {Join(who, sample.zone), diagnosis::Fails(sample) ? kFailed : Join(sample.rcode, answer), false};
  }
  const auto series = Join(who, sample.host);
  if (diagnosis::Fails(sample)) return {series, kFailed};
  std::uint64_t errors = 0;
  for (const auto& error : sample.extended_errors) errors += Mix(error.code);
  return {series, Join(sample.rcode, sample.aa, sample.ad, Sum(sample.answers, authority), errors), !authority};
}

Statement StatementOf(const StunSample& sample) {
  const auto series = Join(sample.server, sample.address, sample.srv_target);
  if (!sample.mapped) return {series, kFailed};
  return {series, Join(base::Endpoint{sample.mapped->address, 0})};
}

Statement StatementOf(const TurnSample& sample) {
  return {Join(sample.server, sample.address), Join(sample.outcome, sample.step, sample.error_code)};
}

Statement StatementOf(const TrainSample& sample) {
  return {Join(sample.subject.dialer, sample.subject.address, sample.subject.relay),
          Join(sample.outcome, sample.echoed_by)};
}

Statement StatementOf(const probes::EchoCallSample& sample) {
  const probes::SipCallResult& result = sample.call.result;
  const auto heard = sample.talk ? 1 + Join(sample.talk->outcome) : 0;
  return {Join(sample.call.subject.dialer, sample.call.subject.address), Join(result.outcome, result.status, heard)};
}

Statement StatementOf(const ZoneSample& sample) {
  std::uint64_t servers = 0;
  for (const auto& view : sample.servers) {
    servers += Join(view.server, view.soa.outcome, view.soa.rcode, view.soa.aa, view.ns.outcome, view.ns.rcode,
                    Sum(view.soa.answers, true), Sum(view.ns.answers, true));
  }
  return {Join(sample.zone),
          Join(sample.pinned, sample.denied, sample.keys_known, Sum(sample.delegation), Sum(sample.glue),
               Sum(sample.addresses), Sum(sample.ds), Sum(sample.dnskey), servers)};
}

}  // namespace

News Novelty::Of(const probes::Sample& sample) {
  return std::visit(
      [&](const auto& seen) {
        if constexpr (requires { StatementOf(seen); }) {
          const Statement statement = StatementOf(seen);
          return Of(Join(sample.index(), statement.series), statement.said, statement.may_alternate);
        } else {
          return News::kNew;  // seldom
        }
      },
      sample);
}

News Novelty::Of(std::uint64_t series_hash, std::uint64_t said, bool may_alternate) {
  if (series_.size() >= kMost || said_.size() >= kMost) return News::kNew;
  Series& series = series_[series_hash];
  if (said == kFailed) {
    series.failures = std::min(series.failures + 1, kOutage + 2);
    return series.failures == 1 ? News::kBlip : series.failures <= kOutage + 1 ? News::kNew : News::kNone;
  }
  const int failures = std::exchange(series.failures, 0);
  const bool changed = std::exchange(series.said, said) != said;
  const bool first = said_.insert(Join(series_hash, said)).second;
  if (first || (changed && !may_alternate) || failures >= kOutage) return News::kNew;
  return failures > 0 ? News::kBlip : News::kNone;
}

}  // namespace dialwatch::daemon
