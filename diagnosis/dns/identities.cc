#include "diagnosis/dns/identities.h"

#include <algorithm>

#include "base/ip_address.h"
#include "diagnosis/dns/answer.h"
#include "probes/dns/site.h"

namespace dialwatch::diagnosis {
namespace {

constexpr std::size_t kMostText = 100;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// What is common to the names of an operator's machines: the last three labels of a long name, else the word before a
// dash, else the order of letters and numbers.
std::string KindOf(const std::string& name) {
  auto dot = std::string::npos;
  for (int labels = 0; labels < 3 && dot != 0; ++labels) {
    dot = name.rfind('.', dot - 1);
    if (dot == std::string::npos) break;
  }
  if (dot != std::string::npos) return name.substr(dot);
  std::string kind;
  for (const char c : name.substr(0, name.find('-'))) {
    const char common = IsDigit(c) ? '0' : c;
    if (common != '0' || kind.empty() || kind.back() != '0') kind += common;
  }
  const bool is_airport = kind.size() == 3 && std::all_of(kind.begin(), kind.end(), [](char c) { return c >= 'A'; });
  return is_airport ? "an airport" : kind;
}

}  // namespace

void Identities::Add(const DnsSample& sample) {
  if (sample.via.kind != probes::Via::Kind::kResolver || sample.outcome != probes::DnsOutcome::kAnswered) return;
  Identity& identity = identities_[{sample.via.name, sample.via.server}];
  identity.at = std::max(identity.at, sample.at);
  if (sample.purpose == probes::Purpose::kIdentity) {
    identity.server = probes::IdentityText(sample).substr(0, kMostText);
  }
  if (sample.nsid.empty() || (!identity.nsids.empty() && identity.nsids.back() == sample.nsid)) return;
  std::erase(identity.nsids, sample.nsid.substr(0, kMostText));
  identity.nsids.push_back(sample.nsid.substr(0, kMostText));
  if (identity.nsids.size() > Identity::kMostNsids) identity.nsids.erase(identity.nsids.begin());
}

void Identities::Retain(const config::Settings& settings, TimePoint oldest) {
  std::erase_if(identities_, [&](const auto& each) {
    return each.second.at < oldest ||
           std::none_of(settings.resolvers.begin(), settings.resolvers.end(), [&](const config::Resolver& resolver) {
             return resolver.name == each.first.first && std::find(resolver.addresses.begin(), resolver.addresses.end(),
                                                                   each.first.second) != resolver.addresses.end();
           });
  });
}

const Identity* Identities::Of(const std::string& resolver, const base::Endpoint& address) const {
  const auto found = identities_.find({resolver, address});
  return found == identities_.end() ? nullptr : &found->second;
}

std::vector<std::string> Identities::NamesOf(const std::string& resolver) const {
  std::vector<std::string> names;
  for (const auto& [key, identity] : identities_) {
    if (key.first != resolver) continue;
    names.insert(names.end(), identity.nsids.begin(), identity.nsids.end());
    // an address says who asked the authority, which need not be who answers us
    if (!identity.server.empty() && !base::IpAddress::Parse(identity.server)) names.push_back(identity.server);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

bool MayBeOneOperator(const std::vector<std::string>& names, const std::vector<std::string>& others) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return std::any_of(others.begin(), others.end(),
                       [&](const std::string& other) { return KindOf(name) == KindOf(other); });
  });
}

}  // namespace dialwatch::diagnosis
