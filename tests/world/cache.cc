#include "tests/world/cache.h"

#include <algorithm>

#include "probes/dns/record_fields.h"

namespace dialwatch::world {
namespace {

using probes::DnsRecord;

// How long it may be kept (RFC 2308 §5 for a denial).
seconds LifeOf(const Reply& reply, const CachePolicy& policy) {
  seconds life = reply.answers.empty() ? policy.longest_denial : policy.longest;
  for (const DnsRecord& record : reply.answers) life = std::min(life, seconds(record.ttl));
  if (reply.answers.empty() && !reply.authority.empty()) {
    life = std::min(life, probes::NegativeTtl(reply.authority.front()));
  }
  return reply.answers.empty() && reply.authority.empty() ? seconds(0) : life;
}

void SetTtls(std::vector<DnsRecord>& records, seconds ttl) {
  for (DnsRecord& record : records) record.ttl = static_cast<std::uint32_t>(ttl.count());
}

}  // namespace

Reply Cache::Aged(const Copy& copy, TimePoint at) {
  Reply reply = copy.reply;
  const auto left = std::chrono::ceil<seconds>(copy.end - at);
  SetTtls(reply.answers, left);
  SetTtls(reply.authority, left);
  return reply;
}

Reply Cache::Ask(const Question& question, const CachePolicy& policy, const Fill& fill) {
  const TimePoint at = question.at;
  for (const Copy& copy : planted_[question.key]) {
    if (at >= copy.begin && at < copy.end) return Aged(copy, at);
  }
  const auto known = copies_.find(question.key);
  if (known != copies_.end() && at < known->second.end) return Aged(known->second, at);
  Reply fresh = fill();
  if (!fresh.IsWord()) {
    if (known == copies_.end() || at >= known->second.end + policy.stale_for) return fresh;
    Reply stale = known->second.reply;
    SetTtls(stale.answers, CachePolicy::kStale);
    stale.extended_errors.push_back({3, ""});  // Stale Answer
    return stale;
  }
  const seconds life = LifeOf(fresh, policy);
  Copy copy{std::move(fresh), at, at + life};
  Reply given = Aged(copy, at);
  if (life > seconds(0)) copies_.insert_or_assign(question.key, std::move(copy));
  return given;
}

void Cache::Plant(const RecordKey& key, TimePoint begin, TimePoint end, Reply copy) {
  planted_[key].push_back({std::move(copy), begin, end});
}

}  // namespace dialwatch::world
