#include "probes/dns/sampling.h"

#include <algorithm>

namespace dialwatch::probes {
namespace {

constexpr std::uint32_t kTtlSlack = 2;  // seconds: clocks, rounding

bool Tells(const DnsSample& sample) {
  return sample.outcome == DnsOutcome::kAnswered && (sample.rcode == kRcodeNoError || sample.rcode == kRcodeNxDomain);
}

// Its own word: the answer is there or is denied. A chain without an end leads out of the zone.
bool IsWord(const DnsSample& sample) {
  if (!Tells(sample) || !sample.aa) return false;
  return sample.rcode == kRcodeNxDomain || sample.answers.empty() || !AnswerSet(sample).empty();
}

}  // namespace

Word WordOf(const DnsSample& sample, const config::Expectation& expectation, TypeBefore before) {
  if (!IsWord(sample)) return Word::kNone;
  if (sample.rcode == kRcodeNxDomain) return Word::kWrong;
  const auto answers = AnswerSet(sample);
  if (expectation.exists()) return expectation.Meets(answers) ? Word::kRight : Word::kWrong;
  if (!answers.empty() || before == TypeBefore::kAbsent) return Word::kRight;
  return before == TypeBefore::kExisted ? Word::kWrong : Word::kDoubt;
}

void TurnReference::Add(const DnsSample& sample) {
  if (!IsWord(sample)) return;
  auto set = AnswerSet(sample);
  if (std::find(answers.begin(), answers.end(), set) == answers.end()) answers.push_back(std::move(set));
  for (const DnsRecord& record : sample.answers) ttl = std::max(ttl.value_or(0), record.ttl);
}

Suspicion SuspicionOf(const DnsSample& sample, const TurnReference& reference, const config::Expectation& expectation) {
  if (sample.outcome == DnsOutcome::kAnswered && sample.rcode == kRcodeServFail) return Suspicion::kServFail;
  if (!Tells(sample)) return Suspicion::kNone;
  if (reference.answers.empty() && !expectation.exists()) return Suspicion::kNone;
  const auto answers = AnswerSet(sample);
  const bool known = std::find(reference.answers.begin(), reference.answers.end(), answers) != reference.answers.end();
  if (!known && !expectation.Meets(answers)) return Suspicion::kWrong;
  const auto ttl = AnswerTtl(sample);
  const bool lasting =
      ttl && reference.ttl && *ttl > std::chrono::seconds(*reference.ttl) + std::chrono::seconds(kTtlSlack);
  return lasting ? Suspicion::kWrong : Suspicion::kNone;
}

std::vector<Repeat> RepeatsOf(const config::Resolver& resolver, const Endpoint& asked) {
  const std::size_t count = std::min(resolver.addresses.size(), kRepeatedAddresses);
  const bool udp = resolver.transport == Transport::kUdp;
  const std::size_t wanted = udp ? kSamples - 1 : std::max(kConnectedSamples - 1, count);
  std::vector<Repeat> repeats;
  for (std::size_t i = 0; i < count; ++i) repeats.push_back({resolver.addresses[i], resolver.transport, true});
  if (udp) repeats.push_back({asked, Transport::kTcp, true});
  for (std::size_t i = 0; repeats.size() < wanted; ++i) {
    repeats.push_back({resolver.addresses[i % count], resolver.transport, !udp});
  }
  return repeats;
}

bool RepeatBudget::Take(bool urgent, Time now) {
  const std::chrono::duration<double> since = now - filled_at_.value_or(now);
  filled_at_ = now;
  left_ = std::min(rate_, left_ + since.count() * rate_);
  if (left_ < (urgent ? 1 : rate_ / 2 + 1)) return false;
  left_ -= 1;
  return true;
}

}  // namespace dialwatch::probes
