#include "probes/server_places.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <utility>

namespace dialwatch::probes {
namespace {

using Done = std::function<void(const ServerPlaces&)>;
using Services = std::vector<AddressBook::Service>;

void Limit(std::vector<ServerPlace>& places) {
  if (places.size() <= ServerPlaces::kMost) return;
  std::ranges::stable_sort(places, {}, [](const ServerPlace& place) { return place.resolved_via.size(); });
  places.resize(ServerPlaces::kMost);
}

void FindAt(AddressBook& book, const std::string& host, std::uint16_t port, Done done) {
  book.Find(host, [port, done = std::move(done)](const AddressBook::Entry& entry) {
    ServerPlaces found{{}, entry.error};
    for (const auto& [address, resolvers] : entry.addresses) found.places.push_back({{address, port}, "", resolvers});
    Limit(found.places);
    done(found);
  });
}

// Who named both the service and the address of its host; if nobody did, who named the service.
std::vector<std::string> WhoLedThere(const AddressBook::Resolvers& service, const AddressBook::Resolvers& address) {
  std::vector<std::string> both;
  std::ranges::set_intersection(service, address, std::back_inserter(both));
  return both.empty() ? service : both;
}

// The hosts of SRV records, looked up side by side.
struct Following {
  std::map<std::size_t, std::vector<ServerPlace>> places;  // by the service's place in the order
  std::string error;
  std::size_t missing;
  Done done;

  Following(std::size_t services, Done call) : missing(services), done(std::move(call)) {}

  void Add(std::size_t index, const AddressBook::Service& service, const AddressBook::Entry& entry) {
    if (!entry.error.empty()) error = entry.error;
    for (const auto& [address, resolvers] : entry.addresses) {
      places[index].push_back(
          {{address, service.fields.port}, service.fields.target, WhoLedThere(service.resolvers, resolvers)});
    }
    if (--missing == 0) Tell();
  }

  void Tell() const {
    ServerPlaces found;
    std::set<base::Endpoint> seen;
    for (const auto& each : places) {
      for (const ServerPlace& place : each.second) {
        if (seen.insert(place.address).second) found.places.push_back(place);
      }
    }
    Limit(found.places);
    if (found.places.empty()) found.error = error;
    done(found);
  }
};

void Follow(AddressBook& book, Services services, Done done) {
  if (services.size() > ServerPlaces::kMostServices) services.resize(ServerPlaces::kMostServices);
  const auto following = std::make_shared<Following>(services.size(), std::move(done));
  for (std::size_t i = 0; i < services.size(); ++i) {
    book.Find(services[i].fields.target, [following, i, service = services[i]](const AddressBook::Entry& entry) {
      following->Add(i, service, entry);
    });
  }
}

// RFC 2782: a target "." says that there is no such service.
bool IsNone(const AddressBook::Service& service) {
  return service.fields.target == ".";
}

}  // namespace

void FindServerPlaces(AddressBook& book, const config::IceUri& uri, Done done) {
  const std::uint16_t port = uri.port.value_or(uri.DefaultPort());
  if (uri.port || base::IpAddress::Parse(uri.host)) return FindAt(book, uri.host, port, std::move(done));
  const std::string name = uri.SrvName();
  book.FindServices(name, [&book, host = uri.host, name, port, done = std::move(done)](Services services) {
    if (services.empty()) return FindAt(book, host, port, done);
    std::erase_if(services, IsNone);
    if (services.empty())
      return done({{}, fmt::format("the SRV record of {} says that there is no such service", name)});
    Follow(book, std::move(services), done);
  });
}

}  // namespace dialwatch::probes
