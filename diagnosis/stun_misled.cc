#include "diagnosis/stun_misled.h"

#include <map>
#include <set>
#include <utility>

#include "diagnosis/answer.h"
#include "diagnosis/stun_judgement.h"
#include "diagnosis/tally.h"

namespace dialwatch::diagnosis {
namespace {

using base::Endpoint;
using Addresses = std::set<std::pair<std::string, Endpoint>>;  // by server

Addresses WrongAddresses(const Picture& picture, const Settings& settings) {
  Addresses wrong;
  for (const StunJudgement& judgement : JudgeStun(picture, settings)) {
    if (judgement.verdict == StunVerdict::kWrong || judgement.verdict == StunVerdict::kUnexpected) {
      wrong.emplace(judgement.sample->server, judgement.sample->address);
    }
  }
  return wrong;
}

// One server, one address family.
struct Ways {
  std::map<std::string, Misled> misled;  // by resolver
  std::set<std::string> well_led;        // resolvers that lead to one address at least that is not bad
  std::vector<const StunSample*> good;
};

void AddBad(Misled& misled, const StunSample& sample, bool wrong) {
  if (wrong) misled.how = Misled::How::kWrong;
  misled.bad.insert(wrong ? misled.bad.begin() : misled.bad.end(), &sample);
}

Ways WaysTo(const StunView& view, bool v6, const std::string& server, const Addresses& wrong_ones) {
  Ways ways;
  for (const auto& [address, series] : view.addresses) {
    const StunSample& newest = *series.newest;
    if (address.address.is_v6() != v6 || newest.resolved_via.empty()) continue;
    const bool wrong = wrong_ones.contains({server, address});
    if (wrong || series.failures >= kRunning) {
      for (const std::string& resolver : newest.resolved_via) AddBad(ways.misled[resolver], newest, wrong);
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
  const Addresses wrong = WrongAddresses(picture, settings);
  for (const auto& [server, view] : picture.stun()) {
    std::set<std::string> told;
    for (const bool v6 : {false, true}) {
      Ways ways = WaysTo(view, v6, server, wrong);
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
