#include "probes/dns/discovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <utility>

#include "base/host_name.h"
#include "base/printable.h"
#include "probes/dns/authority_search.h"
#include "probes/dns/chain.h"
#include "probes/dns/zone_claims.h"

namespace dialwatch::probes {
namespace {

constexpr std::size_t kMaxSearches = 16;  // at once; a thousand new hosts must not crowd out the probes
constexpr std::size_t kMaxKnown = 20'000;
constexpr std::size_t kMaxClaims = 3;              // zones that disagreeing resolvers may name for one host
constexpr std::chrono::seconds kLongestChase(30);  // after aliases: the host waits, and so do others for its place
constexpr std::size_t kServersPerAlias = 3;        // are asked whether a host is an alias

// What was found out about a host or a zone, and until when that counts.
template <typename What>
struct Known {
  What what;
  std::chrono::steady_clock::time_point searched, until;
};

// One host's search, which goes from zone to zone.
struct HostSearch {
  std::string host;
  std::chrono::steady_clock::time_point begun;
  AuthorityServers found;
  Duration keep = AuthorityDiscovery::kKeepMost;
  std::string name;            // that is looked for now
  std::set<std::string> seen;  // all of these
  ZoneClaims claims;           // of its zone
  std::size_t claim = 0;       // that is tried now
};
using HostSearchPtr = std::shared_ptr<HostSearch>;

std::vector<Endpoint> EndpointsOf(const ZoneAuthority& zone) {
  std::vector<Endpoint> endpoints;
  for (const NamedServer& server : zone.servers) endpoints.push_back(server.server);
  return endpoints;
}

}  // namespace

class AuthorityDiscovery::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(DnsClient& client, std::shared_ptr<const config::Settings> settings, Clock clock, std::uint16_t port)
      : client_(client),
        settings_(std::move(settings)),
        clock_(std::move(clock)),
        context_(std::make_shared<SearchContext>(
            SearchContext{client, Panel(client, *settings_, clock_), settings_->probing.timeout, port})) {}

  void Find(const std::string& host, Done done) {
    const auto known = hosts_.find(host);
    const bool current = known != hosts_.end() && clock_() < known->second.until;
    if (!current && !waiting_.contains(host)) {
      waiting_[host];
      Enqueue([this, host] { SearchHost(host); });
    }
    if (known == hosts_.end()) {
      waiting_[host].push_back(std::move(done));
    } else {
      const AuthorityServers found = known->second.what;  // a copy: `done` may ask for more
      done(found);
    }
    StartSearches();
  }

  void FindDelegation(const std::string& zone, ZoneDone done) {
    const auto known = zones_.find(zone);
    if (known == zones_.end()) {
      Enqueue([this, zone, done = std::move(done)] {
        WithZone(zone, [this, done](const FoundZone& found) {
          --running_;
          done(found.authority);
        });
      });
      return StartSearches();
    }
    if (clock_() >= known->second.until && !sharing_.contains(zone)) {
      Enqueue([this, zone] { WithZone(zone, [this](const FoundZone&) { --running_; }); });
    }
    const ZoneAuthority found = known->second.what.authority;
    done(found);
    StartSearches();
  }

  void Doubt(const std::string& host) {
    const auto known = hosts_.find(host);
    if (known != hosts_.end()) known->second.until = std::min(known->second.until, known->second.searched + kRetry);
  }

 private:
  using ZoneFound = std::function<void(const FoundZone&)>;

  // Each start takes one of the places, and gives it back by --running_.
  void Enqueue(std::function<void()> start) { queue_.push_back(std::move(start)); }

  void StartSearches() {
    while (running_ < kMaxSearches && !queue_.empty()) {
      ++running_;
      const auto start = std::move(queue_.front());
      queue_.pop_front();
      start();
    }
  }

  // ---- hosts

  void SearchHost(const std::string& host) {
    const auto search = std::make_shared<HostSearch>();
    search->host = host;
    search->begun = clock_();
    GoTo(search, host);
  }

  void GoTo(const HostSearchPtr& search, const std::string& name) {
    search->name = name;
    search->seen.insert(name);
    if (const config::Authority* pin = config::FindAuthority(*settings_, name)) {
      auto servers = pin->servers;
      std::sort(servers.begin(), servers.end());
      return TakeHop(search, pin->zone, std::move(servers));
    }
    FindZone(context_, name, [weak = weak_from_this(), search](const ZoneClaims& claims) {
      const auto self = weak.lock();
      if (!self) return;
      search->claims = claims;
      search->claim = 0;
      self->TryClaim(search);
    });
  }

  void TryClaim(const HostSearchPtr& search) {
    const auto& claims = search->claims;
    if (search->claim == std::min(claims.zones.size(), kMaxClaims)) {
      search->found.trouble = fmt::format("the servers of {} were not found", base::Printable(search->name, 253));
      return Conclude(search);
    }
    WithZone(claims.zones[search->claim++], [this, search](const FoundZone& found) {
      const bool believed = !search->claims.disputed || (found.proven && !found.authority.denied);
      if (found.authority.servers.empty() || !believed) return TryClaim(search);
      search->keep = std::min(search->keep, found.keep);
      TakeHop(search, found.authority.zone, EndpointsOf(found.authority));
    });
  }

  void TakeHop(const HostSearchPtr& search, const std::string& zone, std::vector<Endpoint> servers) {
    AuthorityServers& found = search->found;
    if (search->name == search->host) {
      found.zone = zone;
      found.servers = servers;
    } else {
      found.further.push_back({search->name, zone, servers});
    }
    const auto replies = std::make_shared<std::vector<DnsSample>>();
    const std::size_t asked = std::min(servers.size(), kServersPerAlias);
    if (asked == 0) return Conclude(search);
    for (std::size_t i = 0; i < asked; ++i) {
      DnsQuestion question;
      question.host = search->name;
      question.via = {Via::Kind::kAuthority, zone, servers[i]};
      question.timeout = settings_->probing.timeout;
      client_.Ask(question, [weak = weak_from_this(), search, replies, asked](DnsSample sample) {
        replies->push_back(std::move(sample));
        const auto self = weak.lock();
        if (self && replies->size() == asked) self->FollowAlias(search, *replies);
      });
    }
  }

  void FollowAlias(const HostSearchPtr& search, const std::vector<DnsSample>& replies) {
    AuthorityServers& found = search->found;
    const auto alias =
        std::find_if(replies.begin(), replies.end(), [](const DnsSample& each) { return LeadsTo(each); });
    if (alias == replies.end()) return Conclude(search);
    const std::string target = *LeadsTo(*alias);
    search->keep = std::min<Duration>(search->keep, *AnswerTtl(*alias));
    if (base::IsWithinZone(target, alias->via.name)) return Conclude(search);  // it ends there
    if (search->seen.contains(target)) {
      found.trouble = fmt::format("its aliases lead in a circle, back to {}", base::Printable(target, 253));
    } else if (found.further.size() + 1 == kMaxHops) {
      found.trouble = fmt::format("its aliases lead through more than {} zones", kMaxHops);
    } else if (clock_() - search->begun > kLongestChase) {
      found.trouble = fmt::format("its aliases could not be followed to {} in time", base::Printable(target, 253));
    } else {
      return GoTo(search, target);
    }
    Conclude(search);
  }

  void Conclude(const HostSearchPtr& search) {
    const auto now = clock_();
    if (hosts_.size() >= kMaxKnown) hosts_.clear();
    Known<AuthorityServers>& known = hosts_[search->host];
    const bool failed = search->found.servers.empty();
    if (!failed) known.what = search->found;
    if (failed && known.what.servers.empty()) known.what.trouble = search->found.trouble;
    known.searched = now;
    const bool complete = search->found.trouble.empty();
    known.until = now + (complete ? std::clamp<Duration>(search->keep, kKeepLeast, kKeepMost) : kRetry);
    const AuthorityServers found = known.what;
    const auto waiting = waiting_.extract(search->host);
    --running_;
    for (const Done& done : waiting.mapped()) done(found);
    StartSearches();
  }

  // ---- zones, one search for all who want the same

  void WithZone(const std::string& zone, ZoneFound done) {
    if (const auto known = zones_.find(zone); known != zones_.end() && clock_() < known->second.until) {
      const FoundZone found = known->second.what;
      return done(found);
    }
    auto& sharing = sharing_[zone];
    sharing.push_back(std::move(done));
    if (sharing.size() > 1) return;
    SearchZone(context_, zone, [weak = weak_from_this()](const FoundZone& found) {
      if (const auto self = weak.lock()) self->TakeZone(found);
    });
  }

  // A search that finds nothing does not undo what an earlier one has found.
  void TakeZone(const FoundZone& result) {
    const std::string zone = result.authority.zone;
    if (zones_.size() >= kMaxKnown) zones_.clear();
    Known<FoundZone>& known = zones_[zone];
    const bool failed = result.authority.servers.empty();
    if (!failed || known.what.authority.servers.empty()) known.what = result;
    known.searched = clock_();
    known.until = known.searched + (failed ? kRetry : std::clamp<Duration>(result.keep, kKeepLeast, kKeepMost));
    const FoundZone found = known.what;
    const auto sharing = sharing_.extract(zone);
    for (const ZoneFound& done : sharing.mapped()) done(found);
    StartSearches();
  }

  DnsClient& client_;
  const std::shared_ptr<const config::Settings> settings_;
  const Clock clock_;
  const SearchContextPtr context_;
  std::map<std::string, Known<AuthorityServers>> hosts_;
  std::map<std::string, Known<FoundZone>> zones_;
  std::map<std::string, std::vector<Done>> waiting_;       // by host: of those that are searched for
  std::map<std::string, std::vector<ZoneFound>> sharing_;  // by zone
  std::deque<std::function<void()>> queue_;                // searches that have not begun
  std::size_t running_ = 0;
};

AuthorityDiscovery::AuthorityDiscovery(DnsClient& client, std::shared_ptr<const config::Settings> settings, Clock clock,
                                       std::uint16_t port)
    : impl_(std::make_shared<Impl>(client, std::move(settings), std::move(clock), port)) {}

AuthorityDiscovery::~AuthorityDiscovery() = default;

void AuthorityDiscovery::Find(const std::string& host, Done done) {
  impl_->Find(host, std::move(done));
}

void AuthorityDiscovery::FindDelegation(const std::string& zone, ZoneDone done) {
  impl_->FindDelegation(zone, std::move(done));
}

void AuthorityDiscovery::Doubt(const std::string& host) {
  impl_->Doubt(host);
}

}  // namespace dialwatch::probes
