#include "alerting/message.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "alerting/evidence.h"
#include "alerting/wording.h"
#include "base/count.h"
#include "base/duration_text.h"
#include "diagnosis/dns/wilson.h"
#include "diagnosis/incidents/incident_book.h"
#include "diagnosis/rules.h"

namespace dialwatch::alerting {
namespace {

constexpr std::size_t kAdviceShown = 3;
constexpr std::size_t kTitleSize = 72;  // so that the heading stays within the 150 characters of a Slack header
constexpr std::size_t kWhoSize = 32;

Duration Lasted(const Incident& incident, TimePoint now) {
  return incident.until.value_or(now) - incident.since;
}

// How bad, and for how long.
std::string Gravity(const Incident& incident, Occasion occasion, TimePoint now) {
  std::string severity = SeverityWord(incident.severity);
  const std::string lasted = base::DescribeDuration(Lasted(incident, now));
  switch (occasion) {
    case Occasion::kFiring:
      return severity + (incident.flapping ? ", FLAPPING" : "");
    case Occasion::kStillFiring:
      return fmt::format("STILL {} after {}", severity, lasted);
    case Occasion::kGrown:
      return severity + ", GROWN";
    case Occasion::kResolved:
      return fmt::format("RESOLVED after {}", lasted);
    case Occasion::kMissed:
      return fmt::format("WAS {} from {}", severity, Span(incident.since, incident.until.value_or(now), now));
  }
  return severity;
}

bool Says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Those affected now; of what is over, or away for a while, all who were.
std::vector<std::string> AffectedNow(const Incident& incident) {
  std::vector<std::string> now;
  if (!incident.until) now = diagnosis::AffectedAfter(incident.course);
  return now.empty() ? incident.affected : now;
}

// Names where few and short, else how many; empty where the title says that.
std::string Who(const Incident& incident, const std::string& title) {
  const std::vector<std::string> dialers = AffectedNow(incident);
  const std::string names = Names(dialers);
  if (names.size() <= kWhoSize || dialers.size() == 1) return Says(title, names) ? "" : names;
  return Says(title, " dialers") ? "" : base::Count(dialers.size(), "dialer");
}

// What, who, since when: all that somebody may read.
std::string Heading(const Incident& incident, Occasion occasion, TimePoint now) {
  const std::string title = TitleOf(incident, kTitleSize);
  std::string text = fmt::format("{}: {}", Gravity(incident, occasion, now), title);
  if (const std::string who = Who(incident, title); !who.empty()) text += " · " + who;
  const bool over = occasion == Occasion::kResolved || occasion == Occasion::kMissed;
  return over ? text : fmt::format("{} · since {}", text, Moment(incident.since, now));
}

std::string Brief(const Incident& incident, Occasion occasion, const std::string& summary, TimePoint now) {
  std::string text = Gravity(incident, occasion, now);
  if (occasion == Occasion::kFiring || occasion == Occasion::kGrown) text += " since " + Moment(incident.since, now);
  text += ": " + summary;
  if (incident.until) return text;
  if (incident.findings.size() > 1 && incident.eta && *incident.eta > now) {
    text += fmt::format("; the last copy seen expires in {}", base::DescribeDuration(*incident.eta - now));
  }
  if (!incident.advice.empty()) text += ". First: " + incident.advice.front();
  return text;
}

// What somebody has written, or a disk that is full, stands until somebody sees to it: there is no moment to wait for.
bool EndsByItself(const Incident& incident) {
  constexpr std::array<std::string_view, 4> kWritten{"ice-server-forbidden", "resolver-forbidden", "policy-unreadable",
                                                     "state-degraded"};
  return std::ranges::find(kWritten, incident.cause) == kWritten.end();
}

// When it will have healed by itself.
std::string Until(const Incident& incident, TimePoint now) {
  if (!incident.eta) return "not known";
  if (*incident.eta < now) return fmt::format("was expected by {}", Moment(*incident.eta, now));
  // of one finding the summary says how long that is
  const bool of_many = incident.findings.size() > 1;
  const std::string left = of_many ? fmt::format(" (in {})", base::DescribeDuration(*incident.eta - now)) : "";
  return fmt::format("{}{}, when the last copy seen expires", Moment(*incident.eta, now), left);
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

// How often it came, and what that means for its end.
std::string Flaps(const Incident& incident, TimePoint now) {
  const diagnosis::Flapping& flapping = *incident.flapping;
  const Duration span = incident.until.value_or(now) - flapping.since;
  std::string text = fmt::format("came {} times in {}", flapping.times, base::DescribeDuration(span));
  if (incident.until) return text;
  if (flapping.gone_since) text += fmt::format("; not there since {}", Moment(*flapping.gone_since, now));
  return fmt::format("{}; over once it has stayed away for {}", text,
                     base::DescribeDuration(diagnosis::IncidentBook::kFlapQuiet));
}

std::vector<Fact> Facts(const Incident& incident, const Settings& settings, TimePoint now) {
  std::vector<Fact> facts;
  if (incident.until) {
    facts.push_back({"Was", fmt::format("{} ({})", Span(incident.since, *incident.until, now),
                                        base::DescribeDuration(Lasted(incident, now)))});
  } else {
    if (EndsByItself(incident)) facts.push_back({"Until", Until(incident, now)});
    if (const std::string share = WrongShare(incident); !share.empty() && incident.findings.size() > 1) {
      facts.push_back({"Wrong", share});
    }
  }
  if (incident.flapping) facts.push_back({"Flapping", Flaps(incident, now)});
  const std::size_t affected = incident.affected.size();
  const std::size_t peak = incident.peak.dialers;
  if (peak > 0 && affected > 1 && (peak < affected || incident.until)) {
    facts.push_back(
        {"Most at once", fmt::format("{} at {}", base::Count(peak, "dialer"), Moment(incident.peak.at, now))});
  }
  if (affected > 1) {  // one is named in the heading
    const bool in_all = incident.until || AffectedNow(incident).size() < affected;
    facts.push_back({"Affected", fmt::format("{}{}: {}", base::Count(affected, "dialer"), in_all ? " in all" : "",
                                             Names(incident.affected))});
  }
  facts.push_back({"Seen from", VantageName(settings)});
  return facts;
}

// What the rule at the root means, and how sure that is; the finding that shows it, where the summary speaks of
// several.
std::vector<Fact> Reasons(const Incident& incident) {
  const auto rules = diagnosis::Rules();
  const auto rule =
      std::find_if(rules.begin(), rules.end(), [&](const auto& entry) { return entry.id == incident.cause; });
  std::vector<Fact> reasons;
  reasons.push_back(
      {"Likely cause", rule == rules.end() ? incident.cause : fmt::format("{} ({})", rule->meaning, incident.cause)});
  reasons.push_back({"Confidence", Sentence(incident.confidence)});
  if (!incident.findings.empty() && incident.findings.front().summary != incident.summary) {
    reasons.push_back({"Example", incident.findings.front().summary});
  }
  return reasons;
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
  message.heading = Heading(incident, occasion, now);
  message.brief = Brief(incident, occasion, message.summary, now);
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
