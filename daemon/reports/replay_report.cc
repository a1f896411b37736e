#include "daemon/reports/replay_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "alerting/plain_text.h"
#include "base/count.h"
#include "base/duration_text.h"
#include "base/json.h"
#include "base/names.h"
#include "base/printable.h"
#include "daemon/load.h"

namespace dialwatch::daemon {
namespace {

using base::Json;
using config::Severity;
using diagnosis::Finding, diagnosis::Incident, diagnosis::IncidentState;
using Kind = ReplayEvent::Kind;

std::string_view Word(Kind kind) {
  switch (kind) {
    case Kind::kOpened:
      return "opened";
    case Kind::kFiring:
      return "firing";
    case Kind::kGrown:
      return "grown";
    case Kind::kWorse:
      return "worse";
    case Kind::kResolved:
      return "resolved";
    case Kind::kGone:
      return "gone";
    case Kind::kMessage:
      return "message";
  }
  return "";
}

std::string Lasted(const Incident& incident, base::TimePoint at) {
  return base::DescribeDuration(incident.until.value_or(at) - incident.since);
}

std::string Sentence(const ReplayEvent& event) {
  const Incident& incident = event.incident;
  std::string summary = base::Printable(incident.summary);
  switch (event.kind) {
    case Kind::kOpened:
    case Kind::kFiring:
    case Kind::kGrown:
    case Kind::kWorse:
      return summary;
    case Kind::kResolved:
      return fmt::format("after {}, {} affected in all", Lasted(incident, event.at),
                         base::Count(incident.affected.size(), "dialer"));
    case Kind::kGone:
      return fmt::format("before it fired: {}", summary);
    case Kind::kMessage:
      return fmt::format("to {}:", base::Printable(event.receiver));
  }
  return summary;
}

std::string Indented(const std::string& text) {
  std::istringstream lines(text);
  std::string out;
  for (std::string line; std::getline(lines, line);) out += fmt::format("    | {}\n", line);
  return out;
}

std::string Moment(base::TimePoint at) {
  std::string text = base::FormatRfc3339Seconds(at);
  text[text.find('T')] = ' ';
  text.back() = ' ';
  return text + "UTC";
}

}  // namespace

void ReplayTally::Note(const probes::Sample& sample) {
  const base::TimePoint at = TimeOf(sample);
  from_ = samples_ == 0 ? at : std::min(from_, at);
  to_ = samples_ == 0 ? at : std::max(to_, at);
  ++samples_;
}

void ReplayTally::Note(const ReplayEvent& event) {
  const Incident& incident = event.incident;
  if (event.kind == Kind::kMessage) {
    ++messages_;
  } else if (event.kind == Kind::kGone) {
    incidents_.erase(incident.id);
    std::erase(order_, incident.id);
  } else {
    if (incidents_.insert_or_assign(incident.id, incident).second) order_.push_back(incident.id);
    fired_ = fired_ || (incident.state == IncidentState::kFiring && incident.severity >= Severity::kWarning);
  }
}

std::vector<Incident> ReplayTally::Incidents() const {
  std::vector<Incident> incidents;
  for (const std::string& id : order_) incidents.push_back(incidents_.at(id));
  return incidents;
}

int ReplayTally::Exit(bool evaluated) const {
  return fired_ ? kExitFindings : evaluated ? kExitClean : kExitBlind;
}

std::string RenderEvent(const ReplayEvent& event, std::string& day, const Terminal& terminal) {
  if (event.kind == Kind::kGrown && event.incident.state == IncidentState::kPending) return "";  // firing says how far
  const std::string moment = Moment(event.at);
  std::string text;
  if (const std::string today = moment.substr(0, 10); today != day) {
    text += fmt::format("{}{}\n", day.empty() ? "" : "\n", terminal.Bold(today));
    day = today;
  }
  const bool message = event.kind == Kind::kMessage;
  const std::string word = fmt::format("{:<9}", Word(event.kind));
  const bool ends = event.kind == Kind::kResolved || event.kind == Kind::kGone;
  const std::string painted = message ? terminal.Bold(word)
                              : ends  ? terminal.Green(word)
                                      : terminal.Paint(event.incident.severity, word);
  text += fmt::format("{}  {} {}", moment.substr(11, 8), painted, Sentence(event));
  if (!message) text += terminal.Dim(fmt::format("  [{}]", base::Printable(event.incident.id)));
  text += "\n";
  if (message) text += Indented(alerting::RenderPlain(event.message));
  return text;
}

std::string RenderTally(const ReplayTally& tally, const config::Settings& settings, const Terminal& terminal) {
  if (tally.samples() == 0) return "no sample\n";
  const auto incidents = tally.Incidents();
  const auto open = std::ranges::count_if(
      incidents, [](const Incident& incident) { return incident.state != IncidentState::kResolved; });
  const std::string scope =
      fmt::format("{} from {} to {}, of {} through {}", base::Count(tally.samples(), "sample"), Moment(tally.from()),
                  Moment(tally.to()), base::Count(settings.dialers.size(), "dialer"),
                  base::Count(settings.resolvers.size(), "resolver"));
  if (incidents.empty()) return fmt::format("{}: {}\n", terminal.Green("no incident"), scope);
  std::string text = base::Count(incidents.size(), "incident");
  if (open > 0) text += fmt::format(", {} not over at the end", open);
  text += ", " + base::Count(tally.messages(), "message");
  if (settings.receivers.empty()) text += ", since no [[receiver]] is configured";
  return fmt::format("{}: {}\n", text, scope);
}

Json ToJson(const ReplayEvent& event) {
  Json json{{"at", base::FormatRfc3339(event.at)}, {"event", Word(event.kind)},
            {"incident", event.incident.id},       {"severity", base::NameOf(event.incident.severity)},
            {"summary", event.incident.summary},   {"affected", event.incident.affected}};
  if (event.kind == Kind::kMessage) {
    json["receiver"] = event.receiver;
    json["text"] = alerting::RenderPlain(event.message);
  }
  return json;
}

Json ReplayJson(const ReplayTally& tally, const diagnosis::Snapshot* last, Json timeline, int exit) {
  Json json{{"version", 1}, {"samples", tally.samples()}};
  if (tally.samples() > 0) {
    json["from"] = base::FormatRfc3339(tally.from());
    json["to"] = base::FormatRfc3339(tally.to());
  }
  json["exit"] = exit;
  std::map<std::string, Finding> findings;
  json["incidents"] = Json::array();
  for (const Incident& incident : tally.Incidents()) {
    json["incidents"].push_back(diagnosis::ToJson(incident));
    for (const auto* list : {&incident.findings, &incident.symptoms}) {
      for (const Finding& finding : *list) findings.insert_or_assign(finding.id, finding);
    }
  }
  if (last != nullptr) {
    for (const Finding& finding : last->findings) findings.insert_or_assign(finding.id, finding);
  }
  json["findings"] = Json::array();
  for (const auto& [id, finding] : findings) json["findings"].push_back(diagnosis::ToJson(finding));
  json["timeline"] = std::move(timeline);
  return json;
}

}  // namespace dialwatch::daemon
