#include "daemon/reports/turn_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "base/names.h"
#include "base/printable.h"
#include "daemon/conclusion.h"
#include "daemon/reports/probe_report.h"
#include "daemon/reports/table.h"
#include "diagnosis/evidence.h"
#include "diagnosis/rules/turn.h"
#include "diagnosis/turn/json.h"

namespace dialwatch::daemon {
namespace {

using diagnosis::Snapshot;
using probes::TurnOutcome;
using probes::TurnSample;
using probes::TurnStep;

constexpr std::size_t kMostShown = 200;  // of a text from a stranger

const TurnSample* SampleOf(const Snapshot& snapshot, const std::string& server) {
  const auto found = snapshot.picture.turn().find(server);
  return found == snapshot.picture.turn().end() ? nullptr : found->second.newest.get();
}

const config::Turn& ConfigOf(const Snapshot& snapshot, const std::string& server) {
  const auto& servers = snapshot.settings->turn_servers;
  return *std::find_if(servers.begin(), servers.end(), [&](const config::Turn& each) { return each.name == server; });
}

bool SamePlace(const config::IceUri& one, const config::IceUri& other) {
  return one.relay == other.relay && one.transport == other.transport && one.host == other.host &&
         one.port.value_or(one.DefaultPort()) == other.port.value_or(other.DefaultPort());
}

// "error 403: Forbidden IP", "no-data: nothing came through the relay in either direction"
std::string WhyText(const TurnSample& sample) {
  std::string text =
      sample.error_code == 0 ? std::string(base::NameOf(sample.outcome)) : fmt::format("error {}", sample.error_code);
  if (!sample.error.empty()) text += ": " + base::Printable(sample.error, kMostShown);
  return text;
}

std::string MillisecondsText(std::chrono::microseconds time) {
  const double ms = static_cast<double>(time.count()) / 1000;
  return ms < 0.05 ? "< 0.1 ms" : fmt::format("{:.1f} ms", ms);
}

std::string_view StepText(TurnStep step) {
  switch (step) {
    case TurnStep::kCredentials:
      return "read credentials";
    case TurnStep::kResolve:
      return "find address";
    case TurnStep::kConnect:
      return "connect";
    case TurnStep::kAllocate:
      return "allocate";
    case TurnStep::kPermit:
      return "permission";
    case TurnStep::kData:
      return "data";
    case TurnStep::kBind:
      return "channel";
    case TurnStep::kChannelData:
      return "channel data";
    case TurnStep::kRefresh:
      return "refresh";
    case TurnStep::kRelease:
      return "release";
  }
  return "?";
}

void AddStep(Table& table, const TurnSample& sample, const probes::TurnTimedStep& each, bool last,
             const Terminal& terminal) {
  const bool ok = !last || sample.outcome == TurnOutcome::kRelayed;
  const std::string result = ok ? "ok" : "FAILED";
  const bool flows = each.step == TurnStep::kData || each.step == TurnStep::kChannelData;
  table.Add({std::string(StepText(each.step)), Cell(result, ok ? terminal.Green(result) : terminal.Red(result)),
             each.took.count() == 0 ? "" : MillisecondsText(each.took),
             !ok     ? WhyText(sample)
             : flows ? "ten packets each way, paced like a call"
                     : ""},
            !ok);
}

// UDP has nothing to connect, unless it fails.
std::string RenderSteps(const TurnSample& sample, const Terminal& terminal) {
  Table table({"STEP", "RESULT", "TOOK", Column("NOTE", Column::Fold::kBelow)});
  if (sample.steps.empty()) AddStep(table, sample, {sample.step, {}}, true, terminal);
  for (std::size_t i = 0; i < sample.steps.size(); ++i) {
    const bool last = i + 1 == sample.steps.size();
    const bool connects = sample.steps[i].step == TurnStep::kConnect;
    const bool udp = sample.uri.starts_with("turn:") && !sample.uri.ends_with("transport=tcp");
    if (last || !connects || !udp) AddStep(table, sample, sample.steps[i], last, terminal);
  }
  return table.Render(2, terminal.width);
}

std::string RelayedText(const TurnSample& sample, const std::vector<base::IpAddress>& expected) {
  const base::IpAddress& address = sample.relayed->address;
  std::string text = sample.relayed->ToString();
  if (!expected.empty()) {
    const bool meant = std::find(expected.begin(), expected.end(), address) != expected.end();
    return text + (meant ? ", as expected" : ", not in expect_relayed");
  }
  if (address.IsSpecialPurpose()) text += ", which only its own network can reach";
  return text;
}

std::string FlowText(const TurnSample& sample) {
  return fmt::format("{} of {} came out at our second socket, {} of {} came back from it", sample.out.arrived,
                     sample.out.sent, sample.back.arrived, sample.back.sent);
}

std::string CertificateText(base::TimePoint expires, base::TimePoint now) {
  const auto days = std::chrono::floor<std::chrono::days>(expires - now).count();
  const auto text = base::FormatRfc3339(std::chrono::floor<std::chrono::seconds>(expires));
  return expires <= now ? fmt::format("ended at {}", text) : fmt::format("until {} ({} days)", text, days);
}

std::string RenderFacts(const TurnSample& sample, const Snapshot& snapshot, const Terminal& terminal) {
  std::string text;
  const auto add = [&](std::string_view what, const std::string& fact) {
    text += Wrap(fact, 17, 17, terminal.width).replace(2, what.size(), what);
  };
  if (sample.step > TurnStep::kResolve) {
    const std::string named = diagnosis::Enumerate(sample.resolved_via);
    add("asked at", sample.address.ToString() + (named.empty() ? "" : ", resolved by " + named));
  }
  if (sample.rtt) add("round trip", MillisecondsText(*sample.rtt));
  if (sample.relayed) add("callers get", RelayedText(sample, ConfigOf(snapshot, sample.server).expect_relayed));
  if (sample.mapped) add("it sees us at", sample.mapped->ToString());
  if (sample.out.sent + sample.back.sent > 0) add("packets", FlowText(sample));
  if (sample.certificate_expires) add("certificate", CertificateText(*sample.certificate_expires, snapshot.at));
  return text.empty() ? "" : text + "\n";
}

Conclusion WithoutFinding(const TurnSample* sample, const std::string& server) {
  Conclusion conclusion;
  if (sample == nullptr) {
    conclusion.text = fmt::format("{} was not asked.", server);
  } else if (sample->outcome == TurnOutcome::kRelayed) {
    conclusion.text = fmt::format("{} relays: packets went through it both ways.", server);
  } else {
    conclusion.text = fmt::format("{} does not relay: {} fails ({}). With --count 3 it shows whether that lasts.",
                                  server, StepText(sample->step), WhyText(*sample));
    conclusion.first = diagnosis::AdviseOn(*sample).front();
  }
  return conclusion;
}

Conclusion ConcludeTurn(const Snapshot& snapshot, const std::string& server) {
  return snapshot.findings.empty() ? WithoutFinding(SampleOf(snapshot, server), server) : Conclude(snapshot);
}

}  // namespace

std::optional<TurnSubject> FindTurn(const config::Settings& settings, const std::string& target) {
  const auto uri = config::ParseIceUri(target);
  const auto& servers = settings.turn_servers;
  const auto known = std::find_if(servers.begin(), servers.end(), [&](const config::Turn& each) {
    return each.name == target || (uri && SamePlace(each.uri, *uri));
  });
  if (known == servers.end()) return {};
  auto narrowed = std::make_shared<config::Settings>(settings);
  narrowed->dialers.clear();
  narrowed->turn_servers = {*known};
  return TurnSubject{narrowed, known->name};
}

Snapshot AboutTurn(const Snapshot& snapshot, const std::string& server) {
  Snapshot about = snapshot;
  std::erase_if(about.findings, [&](const diagnosis::Finding& finding) {
    const bool of_it = finding.rule.starts_with("turn-") && finding.subject.server == server;
    return !of_it && finding.rule != "vantage-blind";
  });
  return about;
}

bool TurnReplied(const Snapshot& snapshot, const std::string& server) {
  const TurnSample* sample = SampleOf(snapshot, server);
  return sample != nullptr && sample->outcome != TurnOutcome::kTimeout &&
         sample->outcome != TurnOutcome::kUnreachable && sample->outcome != TurnOutcome::kUnresolved;
}

bool TurnRelayed(const Snapshot& snapshot, const std::string& server) {
  const TurnSample* sample = SampleOf(snapshot, server);
  return sample != nullptr && sample->outcome == TurnOutcome::kRelayed;
}

std::string RenderTurn(const Snapshot& snapshot, const std::string& server, const Terminal& terminal) {
  std::string text = fmt::format("{} {}\n", terminal.Bold(server), FormatIceUri(ConfigOf(snapshot, server).uri));
  if (const TurnSample* sample = SampleOf(snapshot, server)) {
    text += RenderSteps(*sample, terminal) + "\n" + RenderFacts(*sample, snapshot, terminal);
  }
  return text + RenderConclusion(ConcludeTurn(snapshot, server), terminal);
}

base::Json TurnJson(const Snapshot& snapshot, const std::string& server) {
  const Conclusion conclusion = ConcludeTurn(snapshot, server);
  base::Json json{{"version", 1},
                  {"at", base::FormatRfc3339(snapshot.at)},
                  {"server", server},
                  {"uri", FormatIceUri(ConfigOf(snapshot, server).uri)},
                  {"conclusion", base::Printable(conclusion.text)},
                  {"findings", base::Json::array()}};
  if (const TurnSample* sample = SampleOf(snapshot, server)) json["turn"] = diagnosis::ToJson(*sample);
  for (const auto& finding : snapshot.findings) json["findings"].push_back(ToJson(finding));
  if (!conclusion.first.empty()) json["first"] = conclusion.first;
  return json;
}

}  // namespace dialwatch::daemon
