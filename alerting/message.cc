#include "alerting/message.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <set>

#include "alerting/evidence.h"
#include "base/count.h"
#include "base/duration_text.h"
#include "base/printable.h"
#include "diagnosis/rules.h"
#include "diagnosis/wilson.h"

namespace dialwatch::alerting {
namespace {

constexpr std::size_t kNamesShown = 15;
constexpr std::size_t kAdviceShown = 3;

// The clock alone where the day is that of `now`, else with its date.
std::string Moment(TimePoint time, TimePoint now) {
  const std::string clock = base::FormatClock(time);
  const bool same_day = std::chrono::floor<std::chrono::days>(time) == std::chrono::floor<std::chrono::days>(now);
  return same_day ? clock : fmt::format("{} {}", base::FormatRfc3339(time).substr(0, 10), clock);
}

std::string Names(const std::vector<std::string>& names, std::size_t shown) {
  const auto listed = names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), shown));
  const std::string text = fmt::format("{}", fmt::join(names.begin(), listed, ", "));
  return names.size() <= shown ? text : fmt::format("{} and {} more", text, names.size() - shown);
}

std::string SeverityWord(Severity severity) {
  std::string word(config::FormatSeverity(severity));
  std::transform(word.begin(), word.end(), word.begin(), [](char c) { return static_cast<char>(c & ~0x20); });
  return word;
}

// "13:05:00 to 13:11:12 UTC"
std::string Span(const Incident& incident, TimePoint now) {
  const TimePoint until = incident.until.value_or(now);
  std::string from = Moment(incident.since, until);
  from.erase(from.size() - std::string_view(" UTC").size());
  return fmt::format("{} to {}", from, Moment(until, now));
}

// How bad, and for how long.
std::string Gravity(const Incident& incident, Occasion occasion, TimePoint now) {
  std::string severity = SeverityWord(incident.severity);
  const Duration lasted = incident.until.value_or(now) - incident.since;
  switch (occasion) {
    case Occasion::kFiring:
      return fmt::format("{} since {}", severity, Moment(incident.since, now));
    case Occasion::kStillFiring:
      return fmt::format("STILL {} after {}", severity, base::DescribeDuration(lasted));
    case Occasion::kResolved:
      return fmt::format("RESOLVED after {}", base::DescribeDuration(lasted));
    case Occasion::kMissed:
      return fmt::format("WAS {} from {}", severity, Span(incident, now));
  }
  return severity;
}

// What somebody has written stands until somebody changes it: there is no moment to wait for.
bool EndsByItself(const Incident& incident) {
  constexpr std::array<std::string_view, 3> kWritten{"ice-server-forbidden", "resolver-forbidden", "policy-unreadable"};
  return std::ranges::find(kWritten, incident.cause) == kWritten.end();
}

// When it will have healed by itself.
std::string Until(const Incident& incident, TimePoint now) {
  if (!incident.eta) return "not known";
  if (*incident.eta < now) return fmt::format("was expected by {}", Moment(*incident.eta, now));
  return fmt::format("{} (in {}), when the last copy seen expires", Moment(*incident.eta, now),
                     base::DescribeDuration(*incident.eta - now));
}

// Which share of a resolver's answers about the dialers affected is wrong; empty where that has no meaning.
std::string WrongShare(const Incident& incident) {
  int wrong = 0, answers = 0, copies = 0;
  for (const diagnosis::Finding& finding : incident.findings) {
    if (!finding.spread) continue;
    wrong += finding.spread->wrong;
    answers += finding.spread->answers;
    copies += finding.spread->copies;
  }
  if (answers == 0) return "";
  const auto share = diagnosis::WilsonInterval(wrong, answers);
  std::string text = fmt::format("{} of {} answers from {} ({:.0f}–{:.0f} %)", wrong, answers,
                                 incident.findings.front().subject.resolver, share.low * 100, share.high * 100);
  if (copies > 0) text += fmt::format(", {} cached {} or more", copies, copies == 1 ? "copy" : "copies");
  return text;
}

std::vector<Fact> Facts(const Incident& incident, const Settings& settings, TimePoint now) {
  const Duration lasted = incident.until.value_or(now) - incident.since;
  std::vector<Fact> facts;
  if (incident.until) {
    facts.push_back({"Was", fmt::format("{} ({})", Span(incident, now), base::DescribeDuration(lasted))});
  } else {
    facts.push_back({"Since", fmt::format("{} ({} ago)", Moment(incident.since, now), base::DescribeDuration(lasted))});
    if (EndsByItself(incident)) facts.push_back({"Until", Until(incident, now)});
    if (const std::string share = WrongShare(incident); !share.empty()) facts.push_back({"Wrong", share});
  }
  if (!incident.affected.empty()) {
    facts.push_back({"Affected", fmt::format("{}: {}", base::Count(incident.affected.size(), "dialer"),
                                             Names(incident.affected, kNamesShown))});
  }
  facts.push_back({"Seen from", VantageName(settings)});
  return facts;
}

// What the rule at the root means; the finding that shows it, where the summary speaks of several; what follows from
// it.
std::vector<Fact> Reasons(const Incident& incident) {
  const auto rules = diagnosis::Rules();
  const auto rule =
      std::find_if(rules.begin(), rules.end(), [&](const auto& entry) { return entry.id == incident.cause; });
  std::vector<Fact> reasons;
  reasons.push_back(
      {"Likely cause", rule == rules.end() ? incident.cause : fmt::format("{} ({})", rule->meaning, incident.cause)});
  if (!incident.findings.empty() && incident.findings.front().summary != incident.summary) {
    reasons.push_back({"Example", incident.findings.front().summary});
  }
  if (!incident.symptoms.empty()) {
    std::set<std::string> explained;
    for (const diagnosis::Finding& symptom : incident.symptoms) explained.insert(symptom.rule);
    reasons.push_back({"Explains", fmt::format("{} ({})", base::Count(incident.symptoms.size(), "other finding"),
                                               fmt::join(explained, ", "))});
  }
  return reasons;
}

void MakePrintable(Message& message) {
  const auto clean = [](std::string& text) { text = base::Printable(text); };
  for (std::string* text : {&message.heading, &message.summary, &message.brief, &message.incident}) clean(*text);
  for (auto* facts : {&message.facts, &message.reasons}) {
    for (Fact& fact : *facts) clean(fact.text);
  }
  for (auto* lines : {&message.evidence, &message.advice}) {
    for (std::string& line : *lines) clean(line);
  }
}

}  // namespace

std::string VantageName(const Settings& settings) {
  if (!settings.vantage.name.empty()) return settings.vantage.name;
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "this machine";
}

Message Compose(const Incident& incident, Occasion occasion, const Settings& settings, TimePoint now) {
  Message message;
  message.severity = incident.severity;
  message.occasion = occasion;
  message.summary = incident.until ? "No longer: " + incident.summary : incident.summary;
  message.heading = Gravity(incident, occasion, now);
  message.brief = fmt::format("{}: {}", message.heading, message.summary);
  const bool speaks_of_many = incident.findings.size() > 1;
  if (speaks_of_many && !incident.until && incident.eta && *incident.eta > now) {
    message.brief += fmt::format("; the last copy seen expires in {}", base::DescribeDuration(*incident.eta - now));
  }
  if (!incident.until && !incident.advice.empty()) message.brief += ". First: " + incident.advice.front();
  if (!incident.affected.empty()) message.heading += " · " + base::Count(incident.affected.size(), "dialer");
  message.facts = Facts(incident, settings, now);
  message.incident = incident.id;
  message.status_url = settings.alerting.status_url;
  message.docs_url = diagnosis::DocsLink(incident.cause);
  if (occasion != Occasion::kResolved) {
    message.evidence = EvidenceLines(incident.findings);
    message.reasons = Reasons(incident);
  }
  if (occasion == Occasion::kMissed) {
    message.reasons.push_back({"Note", "Its alert could not be delivered while it lasted."});
  }
  if (!incident.until) {
    const auto shown = std::min(incident.advice.size(), kAdviceShown);
    message.advice.assign(incident.advice.begin(), incident.advice.begin() + static_cast<std::ptrdiff_t>(shown));
  }
  MakePrintable(message);
  return message;
}

}  // namespace dialwatch::alerting
