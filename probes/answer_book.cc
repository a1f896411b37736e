#include "probes/answer_book.h"

#include <algorithm>
#include <tuple>

namespace dialwatch::probes {
namespace {

// A denial is a word on the name, too; an error is none.
bool IsWord(const DnsSample& sample) {
  return sample.outcome == DnsOutcome::kAnswered && (sample.rcode == kRcodeNoError || sample.rcode == kRcodeNxDomain);
}

void DropDoubtful(std::vector<AnswerBook::Address>& found) {
  const bool outside = std::ranges::any_of(found, [](const auto& each) { return !each.address.IsSpecialPurpose(); });
  std::map<std::string, std::size_t> alone;  // by resolver
  std::erase_if(found, [&](const AnswerBook::Address& each) {
    if (each.by_authority) return false;
    if (outside && each.address.IsSpecialPurpose()) return true;
    return each.resolvers.size() == 1 && ++alone[each.resolvers.front()] > AnswerBook::kMostAlone;
  });
}

}  // namespace

bool AnswerBook::Learn(const DnsSample& sample) {
  const bool again = sample.purpose == Purpose::kConfirm;
  if ((sample.purpose != Purpose::kName && !again) || !IsWord(sample) || !hosts_.contains(sample.host)) return false;
  if (sample.type != RecordType::kA && sample.type != RecordType::kAaaa) return false;
  auto& servers = said_[sample.host];
  std::erase_if(servers, [&](const auto& each) { return each.second.at + kLasts < sample.at; });
  const auto is_named = [&](const base::IpAddress& address) {
    return std::ranges::any_of(servers, [&](const auto& each) {
      return std::ranges::find(each.second.addresses, address) != each.second.addresses.end();
    });
  };
  std::vector<base::IpAddress> addresses;
  if (again) addresses = servers[{sample.via, sample.type}].addresses;
  bool is_new = false;
  for (const std::string& data : AnswerSet(sample)) {
    const auto address = base::IpAddress::Parse(data);
    if (!address || addresses.size() == kMostOfOne) continue;
    if (std::ranges::find(addresses, *address) != addresses.end()) continue;
    is_new |= !is_named(*address);
    addresses.push_back(*address);
  }
  servers[{sample.via, sample.type}] = {std::move(addresses), sample.at};
  return is_new;
}

std::vector<AnswerBook::Address> AnswerBook::AddressesOf(const std::string& host, TimePoint now) const {
  const auto servers = said_.find(host);
  if (servers == said_.end()) return {};
  std::vector<Address> found;
  for (const auto& [server, said] : servers->second) {
    if (said.at + kLasts < now) continue;
    const Via& via = server.first;
    for (const base::IpAddress& address : said.addresses) {
      auto known = std::ranges::find(found, address, &Address::address);
      if (known == found.end()) known = found.insert(found.end(), Address{address});
      if (via.kind == Via::Kind::kAuthority) {
        known->by_authority = true;
      } else if (std::ranges::find(known->resolvers, via.name) == known->resolvers.end()) {
        known->resolvers.push_back(via.name);  // sorted, as the servers are
      }
    }
  }
  DropDoubtful(found);
  std::ranges::stable_sort(found, std::greater(),
                           [](const Address& each) { return std::tuple(each.by_authority, each.resolvers.size()); });
  return found;
}

}  // namespace dialwatch::probes
