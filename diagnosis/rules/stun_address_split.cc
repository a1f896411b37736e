#include "diagnosis/rules/stun_address_split.h"

#include <fmt/format.h>

#include <set>

#include "diagnosis/advice.h"
#include "diagnosis/dns/answer.h"
#include "diagnosis/rules/stun_words.h"
#include "diagnosis/stun/misled.h"

namespace dialwatch::diagnosis {
namespace {

using How = Misled::How;

std::string Addresses(const std::vector<const StunSample*>& samples) {
  std::set<std::string> addresses;
  for (const StunSample* sample : samples) addresses.insert(sample->address.address.ToString());
  return Enumerate({addresses.begin(), addresses.end()});
}

std::vector<std::string> LeadersTo(const std::vector<const StunSample*>& samples) {
  std::set<std::string> leaders;
  for (const StunSample* sample : samples) leaders.insert(sample->resolved_via.begin(), sample->resolved_via.end());
  return {leaders.begin(), leaders.end()};
}

// What the resolver does: "resolves stun.telnyx.com (STUN server telnyx) to 192.0.2.66, which does not answer".
std::string DeedText(const Misled& misled, const Settings& settings) {
  const std::string server = fmt::format("{} (STUN server {})", misled.good.front()->host, misled.server);
  if (misled.how == How::kDenied) {
    return fmt::format("has no address for {}: {}", server, AnswerText(*misled.lookup->newest));
  }
  const StunSample& bad = *misled.bad.front();
  const std::string leads = fmt::format("resolves {} to {}, which", server, Addresses(misled.bad));
  if (misled.how == How::kSilent) return fmt::format("{} does not answer ({})", leads, OutcomeText(bad));
  const auto says = bad.mapped->address;
  return fmt::format("{} tells callers {} address ({}, while {})", leads, IsSure(misled.ground) ? "a wrong" : "another",
                     says.ToString(), GroundText(misled.ground, misled.good, settings, says.is_v6()));
}

Severity SeverityOf(const Misled& misled) {
  if (misled.how == How::kWrong) return IsSure(misled.ground) ? Severity::kCritical : Severity::kWarning;
  // one denial may be odd; the silence of an address was counted twice
  return misled.how == How::kDenied && misled.lookup->denials < 2 ? Severity::kInfo : Severity::kWarning;
}

Finding Tell(const Situation& situation, const Misled& misled) {
  const auto others = LeadersTo(misled.good);
  const StunView& view = situation.picture.stun().at(misled.server);
  Finding finding;
  finding.severity = SeverityOf(misled);
  finding.subject.resolver = misled.resolver;
  finding.subject.server = misled.server;
  finding.since = misled.since;
  finding.summary = fmt::format("resolver {} {}; {} {} it to {}", misled.resolver, DeedText(misled, situation.settings),
                                Enumerate(others), others.size() == 1 ? "resolves" : "resolve", Addresses(misled.good));
  if (misled.how == How::kDenied) finding.evidence.push_back(RowOf(*misled.lookup));
  for (EvidenceRow& row : RowsOf(view)) finding.evidence.push_back(std::move(row));
  finding.affected = AllDialers(situation.settings);
  finding.advice = {
      FlushAdvice(misled.resolver, situation.settings),
      fmt::format("until then, let clients and servers that use {} ask {}", misled.resolver, others.front())};
  if (!misled.bad.empty()) {
    finding.advice.push_back(
        fmt::format("ask the operator of {} whether {} is one of its machines: if so, it is that "
                    "machine that has to be mended",
                    misled.good.front()->host, Addresses(misled.bad)));
  }
  if (misled.how == How::kWrong && misled.ground != MappingVerdict::Ground::kExpected) {
    finding.advice.insert(IsSure(misled.ground) ? finding.advice.end() : finding.advice.begin(), kListBoth);
  }
  return finding;
}

}  // namespace

std::vector<Finding> StunAddressSplit(const Situation& situation) {
  std::vector<Finding> findings;
  for (const Misled& misled : FindMisled(situation.picture, situation.settings, situation.mappings)) {
    findings.push_back(Tell(situation, misled));
  }
  return findings;
}

}  // namespace dialwatch::diagnosis
