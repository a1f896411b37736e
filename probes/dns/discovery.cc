#include "probes/dns/discovery.h"

#include <algorithm>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "probes/dns/authority_search.h"

namespace dialwatch::probes {
namespace {

constexpr std::size_t kMaxSearches = 16;  // at once; a thousand new hosts must not crowd out the probes
constexpr std::size_t kMaxKnown = 20'000;

// Every resolver's first address, then every second one: another operator is the better second opinion.
std::vector<SearchVia> SearchOrder(const config::Settings& settings) {
  std::vector<SearchVia> order;
  for (std::size_t i = 0;; ++i) {
    const std::size_t before = order.size();
    for (const config::Resolver& resolver : settings.resolvers) {
      if (i >= resolver.addresses.size()) continue;
      order.push_back(
          {{Via::Kind::kResolver, resolver.name, resolver.addresses[i]}, resolver.transport, settings.probing.timeout});
    }
    if (order.size() == before) return order;
  }
}

}  // namespace

class AuthorityDiscovery::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(DnsClient& client, std::shared_ptr<const config::Settings> settings, Clock clock)
      : client_(client), settings_(std::move(settings)), clock_(std::move(clock)), order_(SearchOrder(*settings_)) {}

  void Find(const std::string& host, Done done) {
    if (const config::Authority* pin = config::FindAuthority(*settings_, host)) {
      AuthorityServers pinned{pin->zone, pin->servers, {}, {}};
      std::sort(pinned.servers.begin(), pinned.servers.end());
      return done(pinned);
    }
    if (const auto known = hosts_.find(host); known != hosts_.end() && clock_() < known->second.until) {
      const AuthorityServers servers = known->second.servers;  // a copy: `done` may ask for more
      return done(servers);
    }
    auto& waiting = waiting_[host];
    waiting.push_back(std::move(done));
    if (waiting.size() > 1) return;
    queue_.push_back(host);
    StartSearches();
  }

 private:
  struct Known {
    AuthorityServers servers;
    std::chrono::steady_clock::time_point until{};
  };
  using KnownByName = std::map<std::string, Known>;
  struct Search {
    std::string host;
    std::size_t attempt = 0;  // index into order_
  };

  void StartSearches() {
    while (running_ < kMaxSearches && !queue_.empty()) {
      ++running_;
      const std::string host = std::move(queue_.front());
      queue_.pop_front();
      Continue({host, 0});
    }
  }

  void Continue(const Search& search) {
    if (search.attempt >= order_.size()) return Conclude(search.host, nullptr);
    FindZone(client_, order_[search.attempt], search.host,
             [weak = weak_from_this(), search](const std::optional<std::string>& zone) {
               const auto self = weak.lock();
               if (!self) return;
               if (zone) return self->TakeZone(search, *zone);
               self->Continue({search.host, search.attempt + 1});
             });
  }

  void TakeZone(const Search& search, const std::string& zone) {
    if (const auto known = zones_.find(zone); known != zones_.end() && clock_() < known->second.until) {
      const AuthorityServers servers = known->second.servers;
      return Conclude(search.host, &servers);
    }
    auto& sharing = sharing_[zone];
    sharing.push_back(search);
    if (sharing.size() > 1) return;
    FindServers(client_, order_[search.attempt], zone, [weak = weak_from_this(), zone](std::vector<Endpoint> servers) {
      if (const auto self = weak.lock()) self->TakeServers({zone, std::move(servers), {}, {}});
    });
  }

  void TakeServers(const AuthorityServers& found) {
    const auto sharing = sharing_.extract(found.zone);
    if (!found.servers.empty()) Keep(zones_, found.zone) = {found, clock_() + kKeepMost};
    for (const Search& search : sharing.mapped()) {
      if (found.servers.empty()) {
        Continue({search.host, search.attempt + 1});
      } else {
        Conclude(search.host, &found);
      }
    }
  }

  // Null where no resolver could tell.
  void Conclude(const std::string& host, const AuthorityServers* found) {
    Known& known = Keep(hosts_, host);
    if (found != nullptr) known.servers = *found;
    known.until = clock_() + (found != nullptr ? kKeepMost : kRetry);
    const AuthorityServers servers = known.servers;
    const auto waiting = waiting_.extract(host);
    --running_;
    for (const Done& done : waiting.mapped()) done(servers);
    StartSearches();
  }

  static Known& Keep(KnownByName& known, const std::string& name) {
    if (known.size() >= kMaxKnown) known.clear();
    return known[name];
  }

  DnsClient& client_;
  const std::shared_ptr<const config::Settings> settings_;
  const Clock clock_;
  const std::vector<SearchVia> order_;
  KnownByName hosts_, zones_;
  std::map<std::string, std::vector<Done>> waiting_;    // by host
  std::map<std::string, std::vector<Search>> sharing_;  // by zone: those that wait for one search for its servers
  std::deque<std::string> queue_;                       // hosts whose search has not begun
  std::size_t running_ = 0;
};

AuthorityDiscovery::AuthorityDiscovery(DnsClient& client, std::shared_ptr<const config::Settings> settings, Clock clock)
    : impl_(std::make_shared<Impl>(client, std::move(settings), std::move(clock))) {}

AuthorityDiscovery::~AuthorityDiscovery() = default;

void AuthorityDiscovery::Find(const std::string& host, Done done) {
  impl_->Find(host, std::move(done));
}

void AuthorityDiscovery::FindDelegation(const std::string& zone, ZoneDone done) {
  ZoneAuthority none;
  none.zone = zone;
  done(none);
}

void AuthorityDiscovery::Doubt(const std::string&) {}

}  // namespace dialwatch::probes
