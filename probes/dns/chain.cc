#include "probes/dns/chain.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/host_name.h"

namespace dialwatch::probes {
namespace {

bool IsGood(const DnsSample& sample) {
  return sample.outcome == DnsOutcome::kAnswered && sample.rcode == kRcodeNoError && sample.aa;
}

// The links of a reply from the name asked for on, in order.
std::vector<DnsRecord> LinksOf(const DnsSample& sample) {
  std::vector<DnsRecord> links;
  std::set<std::string> seen;
  std::string at = sample.host;
  while (seen.insert(at).second) {
    const auto link = std::find_if(sample.answers.begin(), sample.answers.end(), [&](const DnsRecord& record) {
      return record.type == RecordType::kCname && record.owner == at;
    });
    if (link == sample.answers.end()) break;
    at = link->data;
    links.push_back(*link);
  }
  return links;
}

// The first sample of a hop that leads on; null where none does.
const DnsSample* LeadOf(const std::vector<DnsSample>& hop) {
  const auto lead = std::find_if(hop.begin(), hop.end(), [](const DnsSample& each) { return LeadsTo(each); });
  return lead == hop.end() ? nullptr : &*lead;
}

bool Asks(const std::vector<DnsSample>& hop, const std::string& name) {
  return !hop.empty() && hop.front().host == name;
}

}  // namespace

std::optional<std::string> LeadsTo(const DnsSample& sample) {
  if (!IsGood(sample) || sample.type == RecordType::kCname) return std::nullopt;
  const bool answered = std::any_of(sample.answers.begin(), sample.answers.end(),
                                    [&](const DnsRecord& record) { return record.type == sample.type; });
  const auto links = LinksOf(sample);
  if (answered || links.empty()) return std::nullopt;
  return links.back().data;
}

std::vector<DnsSample> ComposeChain(const std::vector<std::vector<DnsSample>>& hops) {
  if (hops.empty()) return {};
  std::vector<DnsSample> composed = hops.front();
  std::vector<DnsRecord> links;
  std::size_t last = 0;
  for (; last + 1 < hops.size(); ++last) {
    const DnsSample* lead = LeadOf(hops[last]);
    if (lead == nullptr || !Asks(hops[last + 1], *LeadsTo(*lead))) break;
    const auto more = LinksOf(*lead);
    links.insert(links.end(), more.begin(), more.end());
  }
  if (last == 0) return composed;
  for (DnsSample sample : hops[last]) {
    sample.host = hops.front().front().host;
    if (sample.outcome == DnsOutcome::kAnswered)
      sample.answers.insert(sample.answers.begin(), links.begin(), links.end());
    composed.push_back(std::move(sample));
  }
  return composed;
}

bool FollowsChain(const AuthorityServers& authority, const std::vector<std::vector<DnsSample>>& hops) {
  if (!authority.trouble.empty()) return true;
  for (std::size_t i = 0; i < hops.size() && i <= authority.further.size(); ++i) {
    const std::string* next = i < authority.further.size() ? &authority.further[i].name : nullptr;
    const std::string& zone = i == 0 ? authority.zone : authority.further[i - 1].zone;
    const DnsSample* lead = LeadOf(hops[i]);
    if (lead != nullptr) {
      const std::string target = *LeadsTo(*lead);
      if (next != nullptr ? target != *next : !base::IsWithinZone(target, zone)) return false;
    } else if (next != nullptr && std::any_of(hops[i].begin(), hops[i].end(), IsGood)) {
      return false;
    }
  }
  return true;
}

}  // namespace dialwatch::probes
