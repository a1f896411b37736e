#include "probes/server_places.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "probes/stun/udp_socket.h"

namespace dialwatch::probes {
namespace {

using Resolvers = AddressBook::Resolvers;
using Services = AddressBook::Services;
using Places = std::vector<ServerPlace>;

// Everyone's first choice, even if there are more than `most`, then everyone's second and so on; in their old order.
template <typename Choice>
std::vector<Choice> ChooseInTurns(std::vector<Choice> all, Resolvers Choice::*by, std::size_t most) {
  if (all.size() <= most) return all;
  std::map<std::string, std::vector<std::size_t>> choices;  // by resolver
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const std::string& resolver : all[i].*by) choices[resolver].push_back(i);
  }
  std::set<std::size_t> chosen;
  for (std::size_t turn = 0; turn == 0 || (turn < all.size() && chosen.size() < most); ++turn) {
    for (const auto& [resolver, its] : choices) {
      if (turn < its.size() && (turn == 0 || chosen.size() < most)) chosen.insert(its[turn]);
    }
  }
  std::vector<Choice> kept;
  kept.reserve(chosen.size());
  for (const std::size_t i : chosen) kept.push_back(std::move(all[i]));
  return kept;
}

// Whether a resolver leads to public addresses alone, so that one which leads into our own networks is not believed.
bool SomeoneLeadsOutside(const Places& places) {
  std::map<std::string, bool> inside;  // by resolver
  for (const ServerPlace& place : places) {
    for (const std::string& resolver : place.resolved_via) inside[resolver] |= place.address.address.IsSpecialPurpose();
  }
  return std::ranges::any_of(inside, [](const auto& each) { return !each.second; });
}

Places Reachable(const Places& places) {
  Places reachable;
  std::ranges::copy_if(places, std::back_inserter(reachable),
                       [](const ServerPlace& place) { return HasRoute(place.address); });
  return reachable.empty() ? places : reachable;
}

// A host to look up: the URI's own, or one that an SRV record names.
struct Lead {
  std::string host;
  std::uint16_t port;
  bool is_service;
  std::optional<Resolvers> by;  // who leads there; without: who has an address of it

  Resolvers LedBy(const Resolvers& address) const {
    if (!by) return address;
    Resolvers both;
    std::ranges::set_intersection(*by, address, std::back_inserter(both));
    return both.empty() && is_service ? *by : both;
  }
};

// One search. It lives in the callbacks of its lookups.
class Search : public std::enable_shared_from_this<Search> {
 public:
  Search(AddressBook& book, config::IceUri uri, std::function<void(const ServerPlaces&)> done)
      : book_(book), uri_(std::move(uri)), done_(std::move(done)) {}

  void Start() {
    if (uri_.port || base::IpAddress::Parse(uri_.host)) return Follow({OwnHost({})});
    book_.FindServices(uri_.SrvName(), [self = shared_from_this()](const Services& found) { self->Take(found); });
  }

  void End() {
    error_ = fmt::format("looking up {} took too long", uri_.host);
    Tell();
  }

 private:
  Lead OwnHost(std::optional<Resolvers> by) const {
    return {uri_.host, uri_.port.value_or(uri_.DefaultPort()), false, std::move(by)};
  }

  void Take(Services found) {
    if (found.services.empty()) return Follow({OwnHost({})});
    // RFC 2782: a target "." says that there is no such service
    const auto none = std::erase_if(found.services, [](const auto& each) { return each.fields.target == "."; });
    std::vector<Lead> leads;
    for (auto& [fields, resolvers] :
         ChooseInTurns(std::move(found.services), &AddressBook::Service::resolvers, ServerPlaces::kMostServices)) {
      leads.push_back({fields.target, fields.port, true, std::move(resolvers)});
    }
    if (!found.denied_by.empty()) leads.push_back(OwnHost(std::move(found.denied_by)));
    error_ = none == 0 ? fmt::format("no resolver has an address for {}", uri_.host)
                       : fmt::format("the SRV record of {} says that there is no such service", uri_.SrvName());
    Follow(leads);
  }

  void Follow(const std::vector<Lead>& leads) {
    missing_ = leads.size();
    if (leads.empty()) return Tell();
    for (std::size_t i = 0; i < leads.size(); ++i) {
      book_.Find(leads[i].host, [self = shared_from_this(), i, lead = leads[i]](const AddressBook::Entry& entry) {
        self->Take(i, lead, entry);
      });
    }
  }

  void Take(std::size_t index, const Lead& lead, const AddressBook::Entry& entry) {
    if (!entry.error.empty()) error_ = entry.error;
    for (const auto& [address, resolvers] : entry.addresses) {
      Resolvers led_by = lead.LedBy(resolvers);
      if (led_by.empty() && !resolvers.empty()) continue;
      found_[index].push_back({{address, lead.port}, lead.is_service ? lead.host : "", std::move(led_by)});
    }
    if (--missing_ == 0) Tell();
  }

  // All that was found, each place once.
  Places United() const {
    Places places;
    std::map<base::Endpoint, std::size_t> seen;
    for (const auto& [index, led_to] : found_) {
      for (const ServerPlace& place : led_to) {
        const auto [at, is_new] = seen.emplace(place.address, places.size());
        if (is_new) {
          places.push_back(place);
          continue;
        }
        Resolvers& known = places[at->second].resolved_via;
        Resolvers all;
        std::ranges::set_union(known, place.resolved_via, std::back_inserter(all));
        known = std::move(all);
      }
    }
    return places;
  }

  void Tell() {
    Places all = United();
    const bool outside = SomeoneLeadsOutside(all);
    ServerPlaces found;
    for (ServerPlace& place : ChooseInTurns(std::move(all), &ServerPlace::resolved_via, ServerPlaces::kMost)) {
      const bool refuse = outside && place.address.address.IsSpecialPurpose();
      (refuse ? found.refused : found.places).push_back(std::move(place));
    }
    found.places = Reachable(found.places);
    if (found.places.empty()) found.error = error_;
    if (const auto done = std::exchange(done_, nullptr)) done(found);
  }

  AddressBook& book_;
  const config::IceUri uri_;
  std::function<void(const ServerPlaces&)> done_;
  std::map<std::size_t, Places> found_;  // by the order of the leads
  std::string error_;
  std::size_t missing_ = 0;
};

}  // namespace

std::function<void()> FindServerPlaces(AddressBook& book, const config::IceUri& uri,
                                       std::function<void(const ServerPlaces&)> done) {
  const auto search = std::make_shared<Search>(book, uri, std::move(done));
  search->Start();
  return [search] { search->End(); };
}

}  // namespace dialwatch::probes
