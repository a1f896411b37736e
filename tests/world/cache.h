#pragma once

#include <functional>
#include <map>
#include <vector>

#include "tests/world/reply.h"

namespace dialwatch::world {

// What an operator's caches do with what they have.
struct CachePolicy {
  seconds longest{86400};        // no answer is kept longer (RFC 8767 §4 has a week as the most)
  seconds longest_denial{3600};  // nor a denial
  seconds stale_for{0};          // so long after its end a copy is given where it cannot be filled anew (RFC 8767)
  static constexpr seconds kStale{30};  // the TTL that it has then
};

// One cache: filled on demand, ages, forgets.
class Cache {
 public:
  using Fill = std::function<Reply()>;

  // What it gives: its copy while that lasts, else what `fill` brings.
  Reply Ask(const Question& question, const CachePolicy& policy, const Fill& fill);
  // A copy of the name that lasts from `begin` to `end`, whatever it was filled with; who asks after `end` fills anew.
  void Plant(const RecordKey& key, TimePoint begin, TimePoint end, Reply copy);
  void Flush(const RecordKey& key) { copies_.erase(key); }

 private:
  struct Copy {
    Reply reply;
    TimePoint begin, end;
  };
  static Reply Aged(const Copy& copy, TimePoint at);

  std::map<RecordKey, Copy> copies_;
  std::map<RecordKey, std::vector<Copy>> planted_;
};

}  // namespace dialwatch::world
