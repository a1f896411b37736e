#include "diagnosis/rules/rtp_unreachable.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/names.h"
#include "base/natural_order.h"
#include "base/printable.h"
#include "diagnosis/dns/tally.h"
#include "diagnosis/rules/call_words.h"
#include "diagnosis/rules/media_words.h"

namespace dialwatch::diagnosis {
namespace {

using Those = std::vector<const TrainSeries*>;

constexpr const char* kReflector =
    "see whether the reflector runs there, and what its log says: a wrong key or a clock two minutes off is silence";
constexpr const char* kCallIt = "call that dialer by hand: where it can be heard, only its reflector is missing";

std::vector<std::string> AdviseOn(const TrainSample& sample) {
  switch (sample.outcome) {
    case RtpOutcome::kRefused:
      return {"see whether dialer and reflector run there: the host, or a firewall before it, says that nobody listens",
              kCallIt};
    case RtpOutcome::kSendFailed:
      return {"look at this machine: its routes, its firewall, and `bind` in [vantage]"};
    default:
      return {"see whether the dialer's host is up, and whether a firewall lets UDP to its reflector and back",
              kReflector, kCallIt};
  }
}

std::string OutcomeText(const TrainSample& sample) {
  std::string text(base::NameOf(sample.outcome));
  if (!sample.error.empty()) text += ": " + base::Printable(sample.error, 80);
  return text;
}

// Rows of the RTP port at the same addresses; whether any of them shows that the host is there.
bool AddPorts(const Picture& picture, const std::string& dialer, const Those& silent, Finding& finding) {
  std::vector<std::string> addresses;
  for (const TrainSeries* each : silent) addresses.push_back(each->newest->subject.address.address.ToString());
  auto rows = PortEvidence(picture, dialer, addresses);
  const bool there = std::ranges::any_of(rows, [](const auto& row) { return row.stance == Stance::kGood; });
  std::ranges::move(rows, std::back_inserter(finding.evidence));
  return there;
}

// What calls to the same addresses say of it. That the host is down is said only where all signs agree.
void HoldAgainstCalls(const Picture& picture, const std::string& dialer, const Those& silent, bool all_silent,
                      Finding& finding) {
  const auto calls = CallsToThese(picture, silent);
  bool nobody_answers = false;
  const auto all = [&](const auto& is) { return calls.size() >= silent.size() && std::ranges::all_of(calls, is); };
  if (all([&](const CallSeries* call) { return call->EchoesSince(finding.since); })) {
    finding.severity = Severity::kWarning;
    finding.summary += "; calls to it are answered and echo: only its reflector is silent";
    finding.advice = {kReflector};
  } else if (all([](const CallSeries* call) { return IsSilence(call->newest->call.result.outcome); })) {
    finding.summary += ", nor does it answer calls";
    std::erase(finding.advice, kCallIt);
    nobody_answers = all_silent;
  }
  for (const CallSeries* call : calls) finding.evidence.push_back(RowOf(*call->newest));
  if (!AddPorts(picture, dialer, silent, finding) && nobody_answers) {
    finding.summary = fmt::format("{} is down or cut off: {}", dialer, finding.summary);
  }
}

Finding Tell(const Picture& picture, const MediaCase& media, const Those& silent) {
  const TrainSample& sample = *silent.front()->newest;
  Finding finding = AboutMedia(media, silent, &TrainSeries::silent);
  const std::size_t all = media.echo.own.size();
  const std::string part = silent.size() < all ? fmt::format(", {} of its {} addresses,", silent.size(), all) : "";
  finding.summary = fmt::format("no audio comes back from {} at {}{} since {} ({})", media.name(), AddressText(silent),
                                part, base::FormatClock(finding.since), OutcomeText(sample));
  finding.advice = AdviseOn(sample);
  const bool all_silent = silent.size() == all && sample.outcome == RtpOutcome::kBlackhole;
  HoldAgainstCalls(picture, media.name(), silent, all_silent, finding);
  return finding;
}

std::vector<Finding> WithoutKeys(const Situation& situation, const std::vector<MediaCase>& cases) {
  Finding finding;
  finding.since = situation.now;
  for (const MediaCase& media : cases) {
    for (const TrainSeries* each : media.echo.own) {
      if (each->newest->outcome != RtpOutcome::kNoKeys) continue;
      finding.since = std::min(finding.since, each->silent.since);
      finding.summary = fmt::format("whether audio flows is not tested, since the keys cannot be read: {}",
                                    base::Printable(each->newest->error, 300));
      finding.affected.push_back(media.name());
    }
  }
  if (finding.affected.empty()) return {};
  base::SortNames(finding.affected);
  finding.severity = Severity::kWarning;
  finding.subject.file = situation.settings.media.key_file;
  finding.advice = {
      "put the key file where the config says, readable for the user that dialwatch runs as, and for nobody else"};
  return {std::move(finding)};
}

}  // namespace

std::vector<Finding> RtpUnreachable(const Situation& situation) {
  const auto dialers = CasesOf(situation);
  const auto cases = MediaCasesOf(situation, dialers);
  auto findings = WithoutKeys(situation, cases);
  if (!findings.empty()) return findings;
  std::size_t lost = 0;
  for (const MediaCase& media : cases) {
    Those silent;
    std::ranges::copy_if(media.echo.own, std::back_inserter(silent),
                         [](const TrainSeries* each) { return each->silent.trains >= kRunning; });
    if (silent.empty() || !NetworkWorks(situation.picture, silent.front()->silent.since)) continue;
    findings.push_back(Tell(situation.picture, media, silent));
    lost += silent.size() == media.echo.own.size() ? 1 : 0;
  }
  if (lost < cases.size() || !IsOurLine(lost, cases.size())) return findings;
  std::string summary = fmt::format("no audio comes back from any of the {} dialers that have a reflector ({})", lost,
                                    findings.front().evidence.front().note.value_or(""));
  return AsOne(
      std::move(findings), std::move(summary),
      {"see whether a firewall here lets UDP out to the reflectors' port and back",
       "see that this machine's key file and clock are those of the reflectors: what they drop is in their log"});
}

}  // namespace dialwatch::diagnosis
