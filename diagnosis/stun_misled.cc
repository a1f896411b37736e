#include "diagnosis/stun_misled.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "diagnosis/answer.h"
#include "diagnosis/tally.h"

namespace dialwatch::diagnosis {
namespace {

using base::Endpoint;
using Ground = MappingVerdict::Ground;

// Who says what is not ours, and what tells that.
struct Suspect {
  const StunSample* sample;
  Ground ground;
};
using Suspects = std::map<std::pair<std::string, Endpoint>, Suspect>;  // by server and address

Suspects SuspectsOf(const Picture& picture, const Settings& settings) {
  Suspects suspects;
  for (const MappingVerdict& verdict : JudgeMappings(picture, settings)) {
    for (const StunSample* sample : verdict.wrong)
      suspects.emplace(std::pair(sample->server, sample->address), Suspect{sample, verdict.ground});
  }
  for (const auto& [server, view] : picture.stun()) {
    for (const auto& [address, series] : view.addresses) {
      if (!IsUnexpected(*series.newest, settings)) continue;
      suspects.emplace(std::pair(server, address), Suspect{series.newest.get(), Ground::kExpected});
    }
  }
  return suspects;
}

// One server, one address family.
struct Ways {
  std::map<std::string, Misled> misled;  // by resolver
  std::set<std::string> well_led;        // resolvers that lead to one address at least that is not bad
  std::vector<const StunSample*> good;
};

void AddWrong(Misled& misled, const Suspect& suspect) {
  misled.how = Misled::How::kWrong;
  misled.ground = std::min(misled.ground, suspect.ground);
  misled.bad.insert(misled.bad.begin(), suspect.sample);
}

Ways WaysTo(const StunView& view, bool v6, const std::string& server, const Suspects& suspects) {
  Ways ways;
  for (const auto& [address, series] : view.addresses) {
    const StunSample& newest = *series.newest;
    if (address.address.is_v6() != v6 || newest.resolved_via.empty()) continue;
    if (const auto suspect = suspects.find({server, address}); suspect != suspects.end()) {
      for (const std::string& resolver : newest.resolved_via) AddWrong(ways.misled[resolver], suspect->second);
      continue;
    }
    if (series.failures >= kRunning) {
      for (const std::string& resolver : newest.resolved_via) ways.misled[resolver].bad.push_back(&newest);
      continue;
    }
    if (series.failures == 0) ways.good.push_back(&newest);
    ways.well_led.insert(newest.resolved_via.begin(), newest.resolved_via.end());
  }
  return ways;
}

void AddDenials(const Picture& picture, const StunView& view, Ways& ways) {
  const auto lookups = picture.lookups().find(view.Newest()->host);
  if (lookups == picture.lookups().end()) return;
  for (const auto& [resolver, lookup] : lookups->second) {
    if (Fails(*lookup.newest) || HasAnswer(*lookup.newest)) continue;
    ways.misled[resolver].how = Misled::How::kDenied;
    ways.misled[resolver].lookup = &lookup;
  }
}

}  // namespace

std::vector<Misled> FindMisled(const Picture& picture, const Settings& settings) {
  std::vector<Misled> found;
  const Suspects suspects = SuspectsOf(picture, settings);
  for (const auto& [server, view] : picture.stun()) {
    std::set<std::string> told;
    for (const bool v6 : {false, true}) {
      Ways ways = WaysTo(view, v6, server, suspects);
      if (ways.good.empty()) continue;
      if (!v6) AddDenials(picture, view, ways);
      for (auto& [resolver, misled] : ways.misled) {
        if (ways.well_led.contains(resolver) || !told.insert(resolver).second) continue;
        misled.resolver = resolver;
        misled.server = server;
        misled.good = ways.good;
        found.push_back(std::move(misled));
      }
    }
  }
  return found;
}

}  // namespace dialwatch::diagnosis
