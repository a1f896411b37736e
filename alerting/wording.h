#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "alerting/message.h"

// How messages put things.
namespace dialwatch::alerting {

// "13:05:00 UTC", with its date where the day is not that of `now`.
std::string Moment(TimePoint time, TimePoint now);

// "13:05:00 to 13:11:12 UTC"
std::string Span(TimePoint from, TimePoint to, TimePoint now);

// "d1, d2 and 9 more"
constexpr std::size_t kNamesShown = 15;
std::string Names(const std::vector<std::string>& names, std::size_t shown = kNamesShown);

// "CRITICAL"
std::string SeverityWord(Severity severity);

// Cut at a space where it is longer than `most` octets.
std::string Cut(std::string_view text, std::size_t most);

// The first clause of a sentence, without what explains or lists, cut so.
std::string Clause(std::string_view sentence, std::size_t most);

// What an incident's heading says of it: its title, else a clause of its summary.
std::string TitleOf(const Incident& incident, std::size_t most);

void MakePrintable(Message& message);

}  // namespace dialwatch::alerting
