#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/names.h"
#include "exporter/families.h"

namespace dialwatch::exporter {

Series StunRtt(const Scrape& scrape) {
  Series out;
  for (const auto& [server, histogram] : scrape.snapshot.statistics.stun_rtts) {
    AddHistogram(out, {{"server", server}}, histogram);
  }
  return out;
}

// The worst of a server's addresses counts.
Series StunMappingMatches(const Scrape& scrape) {
  std::map<std::string, bool> matches;
  for (const auto& judgement : scrape.snapshot.stun) {
    if (judgement.verdict == diagnosis::StunVerdict::kFailing) continue;
    const bool ok = judgement.verdict == diagnosis::StunVerdict::kOk;
    const auto [server, first] = matches.emplace(judgement.sample->server, ok);
    if (!first) server->second = server->second && ok;
  }
  Series out;
  for (const auto& [server, ok] : matches) AddGauge(out, {{"server", server}}, ok ? 1 : 0);
  return out;
}

// A series for each behaviour that is seen through one of a server's addresses: one, unless the line is odd.
Series NatInfo(const Scrape& scrape) {
  std::map<std::string, std::set<std::pair<std::string_view, std::string_view>>> seen;
  for (const auto& judgement : scrape.snapshot.stun) {
    if (!judgement.nat) continue;
    seen[judgement.nat->server].emplace(base::NameOf(judgement.nat->mapping), base::NameOf(judgement.nat->filtering));
  }
  Series out;
  for (const auto& [server, behaviours] : seen) {
    for (const auto& [mapping, filtering] : behaviours) {
      AddGauge(out, {{"server", server}, {"mapping", std::string(mapping)}, {"filtering", std::string(filtering)}}, 1);
    }
  }
  return out;
}

}  // namespace dialwatch::exporter
