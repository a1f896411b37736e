#include "alerting/storm_message.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "alerting/wording.h"
#include "base/count.h"
#include "base/duration_text.h"
#include "base/natural_order.h"
#include "diagnosis/finding.h"

namespace dialwatch::alerting {
namespace {

using Incidents = std::vector<const Incident*>;

constexpr std::size_t kLinesShown = 20;
constexpr std::size_t kLineSize = 110;
constexpr std::size_t kAdviceShown = 3;

Incidents Joined(const Incidents& a, const Incidents& b) {
  Incidents all = a;
  all.insert(all.end(), b.begin(), b.end());
  std::ranges::stable_sort(all, [](const Incident* x, const Incident* y) { return x->severity > y->severity; });
  return all;
}

// The first of each cause before others as severe.
Incidents EachCauseFirst(const Incidents& incidents) {
  std::set<std::pair<Severity, std::string>> seen;
  Incidents firsts, rest;
  for (const Incident* each : incidents) {
    (seen.emplace(each->severity, each->cause).second ? firsts : rest).push_back(each);
  }
  return Joined(firsts, rest);
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
      groups.push_back(fmt::format("{} {} ({})", all, config::FormatSeverity(severity), fmt::join(parts, ", ")));
    }
  }
  return fmt::format("{}", fmt::join(groups, ", "));
}

std::vector<std::string> DialersOf(const Incidents& incidents) {
  std::set<std::string, base::NaturalOrder> dialers;
  for (const Incident* each : incidents) dialers.insert(each->affected.begin(), each->affected.end());
  return {dialers.begin(), dialers.end()};
}

std::string HowMany(const StormNews& news) {
  const std::size_t open = news.fresh.size() + news.known.size();
  if (open == 0) return fmt::format("RESOLVED, all {}", base::Count(news.over.size(), "incident"));
  const std::string severity = SeverityWord(Joined(news.fresh, news.known).front()->severity);
  if (news.begins) return fmt::format("{}, {} at once", severity, base::Count(open, "incident"));
  std::string text = fmt::format("{}, {} in all", severity, base::Count(open, "incident"));
  if (!news.fresh.empty()) text += fmt::format(", {} new", news.fresh.size());
  if (!news.over.empty()) text += fmt::format(", {} resolved", news.over.size());
  return text;
}

std::vector<std::string> Lines(const StormNews& news, TimePoint now) {
  const std::set<const Incident*> fresh(news.fresh.begin(), news.fresh.end());
  std::vector<std::string> lines;
  for (const Incident* each : EachCauseFirst(Joined(news.fresh, news.known))) {
    const bool is_new = !news.begins && fresh.contains(each);
    lines.push_back(
        fmt::format("{:<8}  {}{}", SeverityWord(each->severity), is_new ? "new: " : "", TitleOf(*each, kLineSize)));
  }
  for (const Incident* each : news.over) {
    lines.push_back(fmt::format("RESOLVED  after {}, {} in all: {}",
                                base::DescribeDuration(each->until.value_or(now) - each->since),
                                base::Count(each->affected.size(), "dialer"), TitleOf(*each, kLineSize)));
  }
  if (lines.size() > kLinesShown) {
    const std::size_t more = lines.size() - kLinesShown;
    lines.resize(kLinesShown);
    lines.push_back(fmt::format("… and {} more", more));
  }
  return lines;
}

std::vector<std::string> Advice(const Incidents& incidents) {
  std::vector<std::string> advice;
  for (const Incident* each : EachCauseFirst(incidents)) {
    if (each->advice.empty() || std::ranges::find(advice, each->advice.front()) != advice.end()) continue;
    advice.push_back(each->advice.front());
    if (advice.size() == kAdviceShown) break;
  }
  return advice;
}

}  // namespace

std::string StormId(TimePoint start) {
  return "storm:" + diagnosis::CompactTime(start);
}

Message ComposeStorm(const StormNews& news, const Settings& settings, TimePoint now) {
  const Incidents open = Joined(news.fresh, news.known);
  const Incidents all = Joined(open, news.over);
  Message message;
  message.severity = all.front()->severity;
  message.occasion = open.empty() ? Occasion::kResolved : news.begins ? Occasion::kFiring : Occasion::kGrown;
  const std::vector<std::string> dialers = DialersOf(all);
  message.heading = HowMany(news);
  if (!dialers.empty()) message.heading += " · " + base::Count(dialers.size(), "dialer");
  message.heading += " · since " + Moment(news.start, now);
  message.summary = open.empty() ? "No longer: " + Counts(news.over) : Counts(open);
  message.brief = fmt::format("{}: {}", message.heading, message.summary);
  if (!open.empty()) message.brief += "; the worst: " + EachCauseFirst(open).front()->summary;
  message.evidence_title = "Incidents";
  message.evidence = Lines(news, now);
  message.advice = Advice(open);
  if (!dialers.empty()) {
    message.facts.push_back({"Affected", base::Count(dialers.size(), "dialer") + ": " + Names(dialers)});
  }
  message.facts.push_back({"Seen from", VantageName(settings)});
  message.incident = StormId(news.start);
  message.status_url = settings.alerting.status_url;
  message.docs_url = diagnosis::DocsLink("storms");
  MakePrintable(message);
  return message;
}

}  // namespace dialwatch::alerting
