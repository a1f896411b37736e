#include "alerting/wording.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/names.h"
#include "base/printable.h"

namespace dialwatch::alerting {

std::string Moment(TimePoint time, TimePoint now) {
  const std::string clock = base::FormatClock(time);
  const bool same_day = std::chrono::floor<std::chrono::days>(time) == std::chrono::floor<std::chrono::days>(now);
  return same_day ? clock : fmt::format("{} {}", base::FormatRfc3339(time).substr(0, 10), clock);
}

std::string Span(TimePoint from, TimePoint to, TimePoint now) {
  std::string text = Moment(from, to);
  text.erase(text.size() - std::string_view(" UTC").size());
  return fmt::format("{} to {}", text, Moment(to, now));
}

std::string Names(const std::vector<std::string>& names, std::size_t shown) {
  const auto listed = names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), shown));
  const std::string text = fmt::format("{}", fmt::join(names.begin(), listed, ", "));
  return names.size() <= shown ? text : fmt::format("{} and {} more", text, names.size() - shown);
}

std::string SeverityWord(Severity severity) {
  std::string word(base::NameOf(severity));
  std::transform(word.begin(), word.end(), word.begin(), [](char c) { return static_cast<char>(c & ~0x20); });
  return word;
}

std::string Cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  const std::size_t space = text.rfind(' ', most);
  if (space != std::string_view::npos && space > 0) return fmt::format("{} …", text.substr(0, space));
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;  // not within a character
  return fmt::format("{}…", text.substr(0, most));
}

std::string Clause(std::string_view sentence, std::size_t most) {
  for (const std::string_view end : {"; ", ": ", ", which ", ", while ", ", but ", " ("}) {
    sentence = sentence.substr(0, sentence.find(end));
  }
  return Cut(sentence, most);
}

std::string TitleOf(const Incident& incident, std::size_t most) {
  return incident.title.empty() ? Clause(incident.summary, most) : Cut(incident.title, most);
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

}  // namespace dialwatch::alerting
