#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.h"
#include "probes/dns/client.h"

namespace dialwatch::probes {

// What the members of a panel say together.
struct Consensus {
  std::vector<DnsRecord> agreed;    // said by more than half of those that could tell; each with its longest TTL
  std::vector<DnsRecord> disputed;  // said by fewer; those that more say come first
};

// The configured resolvers, asked together, so that none of them has to be believed alone: a poisoned one is outvoted.
// Each operator has one voice. One that was silent is left out for kRest, and asked at another of its addresses then.
// Thread safety: none; use it on its loop's thread only.
class Panel {
 public:
  static constexpr std::size_t kMaxMembers = 5;
  static constexpr Duration kRest = std::chrono::seconds(30);
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  // What a reply says, as records without repetition; nothing where it cannot tell.
  using Reading = std::function<std::optional<std::vector<DnsRecord>>(const DnsSample&)>;
  using Done = std::function<void(const Consensus&)>;

  // `client` outlives the panel and its questions.
  Panel(DnsClient& client, const config::Settings& settings, Clock clock);
  ~Panel();

  // `done` is called once, from the loop, when all have been heard, or so many of one mind that the rest does not
  // matter; at once where there is nobody to ask.
  void Ask(const std::string& host, RecordType type, const Reading& reading, Done done);

 private:
  struct Member;
  struct Session;
  DnsClient& client_;
  const Duration timeout_;
  const Clock clock_;
  std::vector<std::shared_ptr<Member>> members_;
};

}  // namespace dialwatch::probes
