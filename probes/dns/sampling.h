#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/expectation.h"
#include "probes/dns/sample.h"

// What a turn of a name makes of its replies as they come, and whom it asks again. Pure but for the budget, which is
// told the time.
namespace dialwatch::probes {

// What one authoritative server said of a name, as far as our own harm goes: while it is wrong, no resolver may be
// asked for the name, or the question itself would put the wrong answer into a public cache.
enum class Word : std::uint8_t {
  kNone,   // nothing of use: no reply, not an authoritative one, or an alias that leads out of the zone
  kRight,  // what the config expects, or any answer where it expects nothing
  kWrong,  // not what the config expects, or the denial of what should exist
  kDoubt,  // this type does not exist, which is right if another type of the dialer does
};

// What NODATA for a type means, as far as that is known before.
enum class TypeBefore : std::uint8_t {
  kUnknown,
  kExisted,  // it had an answer, or is the only one that the dialer has: it should exist
  kAbsent,   // it did not exist, and another type did
};
Word WordOf(const DnsSample& sample, const config::Expectation& expectation, TypeBefore before);

// What the authoritative servers have said in this turn.
struct TurnReference {
  std::vector<std::vector<std::string>> answers;  // distinct answer sets; an empty one: denied
  std::optional<std::uint32_t> ttl;               // the highest of any record, seconds

  void Add(const DnsSample& sample);
};

enum class Suspicion : std::uint8_t {
  kNone,
  kWrong,     // neither an answer of the authority nor expected, or kept longer than the authority allows
  kServFail,  // which may be the validation
};
Suspicion SuspicionOf(const DnsSample& sample, const TurnReference& reference, const config::Expectation& expectation);

// One more question to the resolver that gave a suspicious answer.
struct Repeat {
  Endpoint server;
  Transport transport = Transport::kUdp;
  bool urgent = false;  // at once: these confirm; the others, one by one, tell how much of the service is affected

  bool operator==(const Repeat&) const = default;
};

// With the suspicious sample itself a turn has kSamples of a resolver asked over UDP: one from each of its addresses,
// one over TCP, the rest from its addresses in turn, each UDP question from another port. Over TCP, TLS and HTTPS it
// has three, or one from each address: one connection sees one cache, so more would say the same again.
constexpr std::size_t kSamples = 8;
constexpr std::size_t kConnectedSamples = 3;
constexpr std::size_t kRepeatedAddresses = 4;  // of a resolver that has more, the first ones
std::vector<Repeat> RepeatsOf(const config::Resolver& resolver, const Endpoint& asked);

// A resolver that gave a wrong answer is asked kSamples times in this many turns after it too, since the next answer
// may come from another of its caches.
constexpr std::uint64_t kWatchedTurns = 3;

// How much may be asked again, by all workers together, so that a thousand wrong names do not flood the resolvers:
// kPerSecond questions, with a second's worth in hand. The questions that are not urgent leave half of that to the
// others. Thread safety: none.
class RepeatBudget {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr int kPerSecond = 200;

  explicit RepeatBudget(int workers) : rate_(static_cast<double>(kPerSecond) / workers), left_(rate_) {}

  bool Take(bool urgent, Time now);

 private:
  double rate_, left_;
  std::optional<Time> filled_at_;
};

}  // namespace dialwatch::probes
