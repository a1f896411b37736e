#include "diagnosis/rules/dns_intercepted.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/names.h"
#include "base/printable.h"
#include "diagnosis/advice.h"
#include "diagnosis/dns/answer.h"
#include "diagnosis/dns/standing.h"

namespace dialwatch::diagnosis {
namespace {

constexpr std::size_t kTwice = 2;

// Two ways to one operator.
struct Pair {
  const config::Resolver& plain;
  const config::Resolver& encrypted;
};

std::vector<Pair> PairsOf(const Settings& settings) {
  std::vector<Pair> pairs;
  for (const config::Resolver& plain : settings.resolvers) {
    if (IsEncrypted(plain)) continue;
    for (const config::Resolver& encrypted : settings.resolvers) {
      if (IsEncrypted(encrypted) && encrypted.operator_name == plain.operator_name) pairs.push_back({plain, encrypted});
    }
  }
  return pairs;
}

// The latest replies that say something of the content.
std::vector<const Sighting*> LatestOf(const NameView& name, const std::string& resolver) {
  std::vector<const Sighting*> latest;
  const ThroughResolver* through = name.Through(resolver);
  if (through == nullptr) return latest;
  const auto sightings = through->sightings.all();
  for (auto each = sightings.rbegin(); each != sightings.rend() && latest.size() < kTwice; ++each) {
    if (!Fails(each->said->sample)) latest.push_back(&*each);
  }
  return latest;
}

// Nothing in common, and more than nothing on one side.
bool Contradict(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  if (a.empty() && b.empty()) return false;
  return std::none_of(a.begin(), a.end(),
                      [&](const std::string& each) { return std::find(b.begin(), b.end(), each) != b.end(); });
}

// The last two answers of the one contradict the last two of the other.
bool Disagree(const NameView& name, const Pair& pair) {
  const auto plain = LatestOf(name, pair.plain.name), encrypted = LatestOf(name, pair.encrypted.name);
  if (plain.size() < kTwice || encrypted.size() < kTwice) return false;
  return std::all_of(plain.begin(), plain.end(), [&](const Sighting* a) {
    return std::all_of(encrypted.begin(), encrypted.end(),
                       [&](const Sighting* b) { return Contradict(a->said->answers, b->said->answers); });
  });
}

// By which names those go who gave these answers over port 53. What gave others before does not count: somebody else
// may answer there since.
std::vector<std::string> PlainNames(const Picture& picture, const config::Resolver& plain,
                                    const std::vector<const Sighting*>& latest) {
  std::set<std::string> names;
  for (const Sighting* sighting : latest) names.insert(sighting->said->sample.nsid);
  names.erase("");
  if (!names.empty()) return {names.begin(), names.end()};
  for (const base::Endpoint& address : plain.addresses) {
    const Identity* identity = picture.identities().Of(plain.name, address);
    if (identity != nullptr && !base::IpAddress::Parse(identity->server)) names.insert(identity->server);
  }
  names.erase("");
  return {names.begin(), names.end()};
}

// The encrypted way names its machines, and the plain one does not, or quite otherwise.
bool IdentityDiffers(const Picture& picture, const NameView& name, const Pair& pair) {
  const auto encrypted = picture.identities().NamesOf(pair.encrypted.name);
  const auto plain = PlainNames(picture, pair.plain, LatestOf(name, pair.plain.name));
  return !encrypted.empty() && !MayBeOneOperator(plain, encrypted);
}

std::string NamesText(const std::vector<std::string>& names) {
  if (names.empty()) return "does not say who it is";
  return "calls itself " + base::Printable(fmt::format("{}", fmt::join(names, ", ")), 120);
}

Finding Tell(const Situation& situation, const DialerCase& dialer, const NameView& name, const Pair& pair) {
  const auto plain = LatestOf(name, pair.plain.name), encrypted = LatestOf(name, pair.encrypted.name);
  const auto& identities = situation.picture.identities();
  Finding finding;
  finding.subject.dialer = dialer.dialer.name;
  finding.subject.resolver = pair.plain.name;
  finding.since = plain.back()->at;
  finding.summary = fmt::format(
      "something on the path answers in place of {}: over port 53 it gives {} for {} and {}, over {} {} and {}",
      pair.plain.name, AnswerText(plain.front()->said->sample), dialer.dialer.host,
      NamesText(PlainNames(situation.picture, pair.plain, plain)), base::NameOf(pair.encrypted.transport),
      AnswerText(encrypted.front()->said->sample), NamesText(identities.NamesOf(pair.encrypted.name)));
  finding.evidence = EvidenceFor(dialer, [&](const Judgement& judgement) {
    return IsOf(judgement, pair.plain.name) || IsOf(judgement, pair.encrypted.name);
  });
  finding.affected = {dialer.dialer.name};
  finding.advice = {fmt::format("let clients here ask {} over {} instead of port 53", pair.plain.operator_name,
                                base::NameOf(pair.encrypted.transport)),
                    "look for a router, a firewall or a provider that redirects port 53, and have it taken out",
                    "do not flush anything: the operator's own copies are right"};
  return finding;
}

}  // namespace

std::vector<Finding> DnsIntercepted(const Situation& situation) {
  std::vector<Finding> findings;
  for (const Pair& pair : PairsOf(situation.settings)) {
    for (const DialerCase& dialer : CasesOf(situation)) {
      for (const RecordType type : dialer.dialer.types) {
        const NameView* name = situation.picture.Find({dialer.dialer.host, type});
        if (name == nullptr || !Disagree(*name, pair) || !IdentityDiffers(situation.picture, *name, pair)) continue;
        Finding finding = Tell(situation, dialer, *name, pair);
        if (!IsTold(findings, finding.subject)) findings.push_back(std::move(finding));
      }
    }
  }
  return findings;
}

}  // namespace dialwatch::diagnosis
