#include "alerting/storm_message.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "alerting/wording.h"
#include "base/count.h"
#include "base/duration_text.h"
#include "base/names.h"
#include "base/natural_order.h"
#include "diagnosis/finding.h"

namespace dialwatch::alerting {
namespace {

using Incidents = std::vector<const Incident*>;

constexpr std::size_t kLinesShown = 20;
constexpr std::size_t kEndsShown = 5;     // of these at least, where there are so many
constexpr std::size_t kLineSize = 300;    // octets
constexpr std::size_t kLinesSize = 2600;  // of all lines: what a receiver shows
constexpr std::size_t kTitleSize = 64;
constexpr std::size_t kAdviceShown = 3;

Incidents Joined(std::initializer_list<const std::vector<Telling*>*> parts) {
  Incidents all;
  for (const auto* tellings : parts) {
    for (const Telling* each : *tellings) all.push_back(&each->incident());
  }
  std::ranges::stable_sort(all, std::ranges::greater{}, &Incident::severity);
  return all;
}

// Those of one cause and severity together.
std::vector<Incidents> Alike(const Incidents& incidents) {
  std::vector<Incidents> groups;
  for (const Incident* each : incidents) {
    const auto alike = std::ranges::find_if(groups, [&](const Incidents& group) {
      return group.front()->severity == each->severity && group.front()->cause == each->cause;
    });
    (alike == groups.end() ? groups.emplace_back() : *alike).push_back(each);
  }
  return groups;
}

// "3 critical (2 dns-bogus, 1 turn-down), 11 warning (11 dns-failing)"
std::string Counts(const Incidents& incidents) {
  std::vector<std::string> groups;
  for (const Severity severity : {Severity::kCritical, Severity::kWarning}) {
    std::map<std::string, std::size_t> causes;
    std::size_t all = 0;
    for (const Incident* each : incidents) {
      if (each->severity != severity) continue;
      ++causes[each->cause];
      ++all;
    }
    std::vector<std::string> parts;
    parts.reserve(causes.size());
    for (const auto& [cause, count] : causes) parts.push_back(fmt::format("{} {}", count, cause));
    if (all > 0) {
      groups.push_back(fmt::format("{} {} ({})", all, base::NameOf(severity), fmt::join(parts, ", ")));
    }
  }
  return fmt::format("{}", fmt::join(groups, ", "));
}

std::vector<std::string> DialersOf(const Incidents& incidents) {
  std::set<std::string, base::NaturalOrder> dialers;
  for (const Incident* each : incidents) dialers.insert(each->affected.begin(), each->affected.end());
  return {dialers.begin(), dialers.end()};
}

std::string HowMany(const Storm& storm) {
  const Incidents open = Joined({&storm.fresh, &storm.known});
  if (open.empty()) return fmt::format("RESOLVED, all {}", base::Count(storm.over.size(), "incident"));
  const std::string count =
      fmt::format("{}, {}", SeverityWord(open.front()->severity), base::Count(open.size(), "incident"));
  if (storm.begins()) return count + " at once";
  std::string text = count + " in all";
  if (!storm.fresh.empty()) text += fmt::format(", {} new", storm.fresh.size());
  if (!storm.over.empty()) text += fmt::format(", {} resolved", storm.over.size());
  return text;
}

// "no audio comes back from d1, and 2 alike: d2, d3"
std::string TitleOfAll(const Incidents& alike) {
  std::string text = TitleOf(*alike.front(), kTitleSize);
  if (alike.size() == 1) return text;
  std::vector<std::string> others;
  for (const Incident* each : alike) others.push_back(each->key.substr(each->key.find(':') + 1));
  return fmt::format("{}, and {} alike: {}", text, alike.size() - 1, fmt::join(others.begin() + 1, others.end(), ", "));
}

std::vector<std::string> OpenLines(const Storm& storm) {
  std::vector<std::pair<Severity, std::string>> lines;
  for (const auto* part : {&storm.fresh, &storm.known}) {
    const std::string_view mark = part == &storm.fresh && !storm.begins() ? "new: " : "";
    for (const Incidents& alike : Alike(Joined({part}))) {
      const Severity severity = alike.front()->severity;
      lines.emplace_back(severity, fmt::format("{:<8}  {}{}", SeverityWord(severity), mark, TitleOfAll(alike)));
    }
  }
  std::ranges::stable_sort(lines, std::ranges::greater{}, [](const auto& line) { return line.first; });
  std::vector<std::string> texts;
  texts.reserve(lines.size());
  for (auto& [severity, text] : lines) texts.push_back(std::move(text));
  return texts;
}

std::vector<std::string> EndLines(const Storm& storm, TimePoint now) {
  std::vector<std::string> lines;
  for (const Incidents& alike : Alike(Joined({&storm.over}))) {
    Duration longest(0);
    for (const Incident* each : alike) longest = std::max(longest, each->until.value_or(now) - each->since);
    lines.push_back(fmt::format("RESOLVED  after {}{}, {} in all: {}", alike.size() > 1 ? "up to " : "",
                                base::DescribeDuration(longest), base::Count(DialersOf(alike).size(), "dialer"),
                                TitleOfAll(alike)));
  }
  return lines;
}

std::vector<std::string> Lines(const Storm& storm, TimePoint now) {
  std::vector<std::string> lines = OpenLines(storm);
  std::vector<std::string> ends = EndLines(storm, now);
  const std::size_t all = lines.size() + ends.size();
  lines.resize(std::min(lines.size(), kLinesShown - std::min(ends.size(), kEndsShown)));
  ends.resize(std::min(ends.size(), kLinesShown - lines.size()));
  std::ranges::move(ends, std::back_inserter(lines));
  for (std::string& line : lines) line = Cut(line, std::min(kLineSize, kLinesSize / lines.size()));
  if (lines.size() < all) lines.push_back(fmt::format("… and {} more", all - lines.size()));
  return lines;
}

std::vector<std::string> Advice(const Incidents& incidents) {
  std::vector<std::string> advice;
  for (const Incidents& alike : Alike(incidents)) {
    const std::vector<std::string>& own = alike.front()->advice;
    if (own.empty() || std::ranges::find(advice, own.front()) != advice.end()) continue;
    advice.push_back(own.front());
    if (advice.size() == kAdviceShown) break;
  }
  return advice;
}

}  // namespace

std::string StormId(TimePoint start) {
  return "storm:" + diagnosis::CompactTime(start);
}

Message ComposeStorm(const Storm& storm, const Settings& settings, TimePoint now) {
  const Incidents open = Joined({&storm.fresh, &storm.known});
  const Incidents all = Joined({&storm.fresh, &storm.known, &storm.over});
  Message message;
  message.severity = (open.empty() ? all : open).front()->severity;
  message.occasion = open.empty() ? Occasion::kResolved : storm.begins() ? Occasion::kFiring : Occasion::kGrown;
  const std::vector<std::string> dialers = DialersOf(all);
  message.heading = HowMany(storm);
  if (!dialers.empty()) message.heading += " · " + base::Count(dialers.size(), "dialer");
  message.heading += " · since " + Moment(storm.start, now);
  message.summary = open.empty() ? "No longer: " + Counts(all) : Counts(open);
  message.brief = fmt::format("{}: {}", message.heading, message.summary);
  if (!open.empty()) message.brief += "; the worst: " + open.front()->summary;
  message.evidence_title = "Incidents";
  message.evidence = Lines(storm, now);
  message.advice = Advice(open);
  if (!dialers.empty()) {
    message.facts.push_back({"Affected", base::Count(dialers.size(), "dialer") + ": " + Names(dialers)});
  }
  message.facts.push_back({"Seen from", VantageName(settings)});
  message.incident = StormId(storm.start);
  message.status_url = settings.alerting.status_url;
  message.docs_url = diagnosis::DocsLink("storms");
  MakePrintable(message);
  return message;
}

}  // namespace dialwatch::alerting
