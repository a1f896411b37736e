#include "diagnosis/stun/misled.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "diagnosis/dns/answer.h"

namespace dialwatch::diagnosis {
namespace {

using base::Endpoint;
using Ground = MappingVerdict::Ground;

// A round asks four times over seconds, and where others lead somebody answers meanwhile: two make a fact.
constexpr int kRoundsOfAFact = 2;

// Who says what is not ours, and what tells that.
struct Suspect {
  const StunSample* sample;
  Ground ground;
};
using Suspects = std::map<std::pair<std::string, Endpoint>, Suspect>;  // by server and address

Suspects SuspectsOf(const Picture& picture, const Settings& settings, const std::vector<MappingVerdict>& mappings) {
  Suspects suspects;
  for (const MappingVerdict& verdict : mappings) {
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
  if (misled.how != Misled::How::kWrong) misled.since = suspect.sample->at;
  misled.how = Misled::How::kWrong;
  misled.ground = std::min(misled.ground, suspect.ground);
  misled.bad.insert(misled.bad.begin(), suspect.sample);
}

// Since when nobody has answered where the resolver leads; nothing: one may yet.
std::optional<TimePoint> SilentSince(const StunView& view, const StunSeries& series, const std::string& resolver) {
  if (series.failures >= kRoundsOfAFact) return series.failing_since;
  const auto through = view.through.find({resolver, series.newest->address.address.is_v6()});
  if (through == view.through.end() || through->second.failures < kRoundsOfAFact) return {};
  return through->second.failing_since;
}

void AddSilent(Misled& misled, const StunSample& sample, TimePoint since) {
  if (misled.bad.empty()) misled.since = since;
  misled.bad.push_back(&sample);
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
    if (newest.mapped) ways.good.push_back(&newest);
    for (const std::string& resolver : newest.resolved_via) {
      if (const auto since = SilentSince(view, series, resolver)) {
        AddSilent(ways.misled[resolver], newest, *since);
      } else if (!series.told.empty()) {  // it answers, or did so lately
        ways.well_led.insert(resolver);
      }
    }
  }
  return ways;
}

void AddDenials(const Picture& picture, const StunView& view, Ways& ways) {
  const auto lookups = picture.lookups().find(view.Newest()->host);
  if (lookups == picture.lookups().end()) return;
  for (const auto& [resolver, lookup] : lookups->second) {
    if (Fails(*lookup.newest) || HasAnswer(*lookup.newest)) continue;
    Misled& misled = ways.misled[resolver];
    misled.how = Misled::How::kDenied;
    misled.lookup = &lookup;
    misled.since = lookup.newest->at;
    misled.bad.clear();
  }
}

}  // namespace

std::vector<Misled> FindMisled(const Picture& picture, const Settings& settings,
                               const std::vector<MappingVerdict>& mappings) {
  std::vector<Misled> found;
  const Suspects suspects = SuspectsOf(picture, settings, mappings);
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
