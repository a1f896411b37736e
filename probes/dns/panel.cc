#include "probes/dns/panel.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace dialwatch::probes {

// One operator with the ways to reach it.
struct Panel::Member {
  std::string operator_name;
  std::vector<std::pair<config::Resolver, Endpoint>> ways;
  std::size_t next = 0;
  std::chrono::steady_clock::time_point rests_until{};
};

// One question as its replies come in.
struct Panel::Session {
  std::size_t asked = 0, heard = 0;
  std::vector<std::vector<DnsRecord>> votes;  // of those that could tell
  Done done;                                  // empty once called

  void Take(std::optional<std::vector<DnsRecord>> vote) {
    ++heard;
    if (vote) votes.push_back(*std::move(vote));
    if (!done || (heard < asked && !IsDecided())) return;
    const Done tell = std::exchange(done, nullptr);
    tell(Count());
  }

 private:
  using Key = std::tuple<std::string, RecordType, std::string>;
  static Key KeyOf(const DnsRecord& record) { return {record.owner, record.type, record.data}; }

  static std::vector<Key> KeysOf(const std::vector<DnsRecord>& records) {
    std::vector<Key> keys(records.size());
    std::transform(records.begin(), records.end(), keys.begin(), KeyOf);
    std::sort(keys.begin(), keys.end());
    return keys;
  }

  // More than half of all that were asked say the very same as the newest.
  bool IsDecided() const {
    if (votes.empty()) return false;
    const auto newest = KeysOf(votes.back());
    const auto same =
        std::count_if(votes.begin(), votes.end(), [&](const auto& each) { return KeysOf(each) == newest; });
    return 2 * static_cast<std::size_t>(same) > asked;
  }

  Consensus Count() const {
    std::map<Key, std::pair<std::size_t, DnsRecord>> counted;
    for (const auto& vote : votes) {
      for (const DnsRecord& record : vote) {
        auto& [count, longest] = counted.try_emplace(KeyOf(record), 0, record).first->second;
        ++count;
        longest.ttl = std::max(longest.ttl, record.ttl);
      }
    }
    std::vector<std::pair<std::size_t, DnsRecord>> ranked;
    ranked.reserve(counted.size());
    for (auto& [key, entry] : counted) ranked.push_back(std::move(entry));
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    Consensus consensus;
    for (auto& [count, record] : ranked) {
      (2 * count > votes.size() ? consensus.agreed : consensus.disputed).push_back(std::move(record));
    }
    return consensus;
  }
};

Panel::Panel(DnsClient& client, const config::Settings& settings, Clock clock)
    : client_(client), timeout_(settings.probing.timeout), clock_(std::move(clock)) {
  for (const config::Resolver& resolver : settings.resolvers) {
    auto member = std::find_if(members_.begin(), members_.end(), [&](const std::shared_ptr<Member>& each) {
      return each->operator_name == resolver.operator_name;
    });
    if (member == members_.end()) {
      if (members_.size() == kMaxMembers) continue;
      member = members_.insert(member, std::make_shared<Member>());
      (*member)->operator_name = resolver.operator_name;
    }
    for (const Endpoint& address : resolver.addresses) (*member)->ways.emplace_back(resolver, address);
  }
}

Panel::~Panel() = default;

void Panel::Ask(const std::string& host, RecordType type, const Reading& reading, Done done) {
  const auto rests = [&](const std::shared_ptr<Member>& member) { return clock_() < member->rests_until; };
  std::vector<std::shared_ptr<Member>> present;
  std::remove_copy_if(members_.begin(), members_.end(), std::back_inserter(present), rests);
  // a zone's servers can silence the others for a name of theirs: one of three is never to be believed alone
  const std::size_t least = members_.size() > 2 ? 2 : 1;
  if (present.size() < least) present = members_;
  if (present.empty()) return done({});
  const auto session = std::make_shared<Session>();
  session->asked = present.size();
  session->done = std::move(done);
  for (const auto& member : present) {
    const auto& [resolver, address] = member->ways[member->next % member->ways.size()];
    auto question = QuestionTo(resolver, address, host, type, timeout_);
    question.dnssec_ok = type == RecordType::kDs;  // its signature names the zone above
    client_.Ask(question, [session, member, reading, clock = clock_](const DnsSample& sample) {
      if (sample.outcome != DnsOutcome::kAnswered) {
        ++member->next;
        member->rests_until = clock() + kRest;
      }
      session->Take(sample.outcome == DnsOutcome::kAnswered ? reading(sample) : std::nullopt);
    });
  }
}

}  // namespace dialwatch::probes
